"""A stored event as the message that it came as, to be written as a line (`lines`).

What the log does not keep is what every stored event has: the version of CloudEvents and that its
secrecy is normal. A message from here passes the guard again, and means what the stored one means.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ...rules.events import PREFIX
from ...rules.secrecy import ATTRIBUTE, NORMAL
from ..contract.attributes import JSON_TYPE
from ..contract.belonging import UNIT
from ..lines import LineMessage, Scalar

_HEADER = "cloudEvents:"
_LONGEST_KEY = 255
"""Bytes of a routing key; a limit of AMQP 0-9-1."""


class Logged(Protocol):
    """What of a stored event makes its message; ``type`` without its prefix, ``time`` aware."""

    @property
    def type(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def time(self) -> datetime: ...
    @property
    def sequence(self) -> int | None: ...
    @property
    def structured(self) -> bool: ...
    @property
    def body(self) -> bytes: ...


def message_of(event: Logged, unit: str | None = None) -> LineMessage:
    """The message that *event* is stored of. *unit*: whose it was when it was taken in, which the
    log does not keep of headers."""
    if event.structured:
        return LineMessage(event.body)
    key = event.type if len(event.type.encode()) <= _LONGEST_KEY else ""
    headers = _headers(event)
    if unit is not None:
        headers[_HEADER + UNIT] = unit
    return LineMessage(event.body, JSON_TYPE, headers, key)


def _headers(event: Logged) -> dict[str, Scalar]:
    told: dict[str, Scalar] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": PREFIX + event.type,
        "time": event.time.isoformat(),
        "subject": event.subject,
        ATTRIBUTE: NORMAL,
    }
    if event.sequence is not None:
        told["sequence"] = event.sequence
    return {_HEADER + name: value for name, value in told.items()}
