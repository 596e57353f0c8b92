"""Has pika read every timestamp that AMQP allows in a header.

AMQP has 64 bits of seconds for one; Python's calendar ends with the year 9999, which a sender
who writes milliseconds exceeds. pika raises then, on the thread that reads from the connection:
the connection ends, the broker delivers the same message on the next, and nobody takes anything
any more. Nothing else of pika may be changed here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from pika import data

_decode_value: Callable[[bytes, int], tuple[Any, int]] = data.decode_value
_TIMESTAMP = b"T"
_SECONDS = struct.Struct(">Q")


def read_any_timestamp() -> None:
    """From now on a timestamp beyond the calendar comes as its number of seconds."""
    data.decode_value = _decoded


def _decoded(encoded: bytes, offset: int) -> tuple[Any, int]:
    """The value of a field at *offset*, and where the next begins; pika asks this for the values
    within a list or a table too."""
    try:
        return _decode_value(encoded, offset)
    except (OverflowError, ValueError, OSError):
        if encoded[offset : offset + 1] != _TIMESTAMP:
            raise
        start = offset + 1
        return _SECONDS.unpack_from(encoded, start)[0], start + _SECONDS.size
