"""Has pika read and write header tables as `connector.contract.headers` does.

pika raises where a table is nested deeply, has a time beyond the calendar or is no AMQP, on the
thread that reads from the connection: the connection ends, the broker delivers the same message
on the next, and nobody takes anything any more. It also keeps one of two headers of a name, cuts
floats, and cannot write what it has read. Nothing else of pika may be changed here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

from pika import data, spec

from ..contract.headers import UNREAD, HeaderTable, read_table

_LENGTH = struct.Struct(">I")
_encode_table: Callable[[list[bytes], Mapping[str, Any]], int] = data.encode_table
_decode_properties: Callable[..., Any] = spec.BasicProperties.decode


def read_every_table() -> None:
    """From now on tables come as `headers.HeaderTable`, and such a table is written as it came."""
    data.decode_table = _decoded
    data.encode_table = _encoded
    spec.BasicProperties.decode = _decoded_properties


def _decoded(encoded: bytes, offset: int) -> tuple[HeaderTable, int]:
    """The table at *offset*, and where the next thing begins."""
    start = offset + _LENGTH.size
    stop = start + _LENGTH.unpack_from(encoded, offset)[0]
    return read_table(encoded[start:stop]), stop


def _encoded(pieces: list[bytes], table: Mapping[str, Any] | None) -> int:
    """Add *table* to *pieces*; gives how many bytes it took."""
    if not isinstance(table, HeaderTable):
        return _encode_table(pieces, table or {})
    pieces += [_LENGTH.pack(len(table.encoded)), table.encoded]
    return _LENGTH.size + len(table.encoded)


def _decoded_properties(properties: Any, encoded: bytes, offset: int = 0) -> Any:
    try:
        return _decode_properties(properties, encoded, offset)
    except (struct.error, IndexError):
        # A message whose properties are no AMQP must have an outcome like any other.
        properties.headers = HeaderTable([("", UNREAD)])
        return properties
