"""What goes through the transport: deliveries in, in batches; messages out, with outcomes."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..contract.headers import HeaderTable


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the broker handed it over, out of `queue`.

    `headers` hold whatever AMQP can carry, as a `HeaderTable` (`connector.contract.headers`).
    `received` is in seconds of `time.monotonic()`. `redelivered` says that it was handed over
    before, to anybody, and not acknowledged.
    """

    tag: int
    body: bytes = field(repr=False)
    content_type: str | None
    headers: Mapping[str, Any] = field(repr=False)
    redelivered: bool
    routing_key: str
    received: float
    content_encoding: str | bytes | None = None
    queue: str = ""

    @property
    def size(self) -> int:
        """The bytes of its body and its headers."""
        headers = self.headers
        return len(self.body) + (len(headers.encoded) if isinstance(headers, HeaderTable) else 0)


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """Deliveries that arrived together on one connection, numbered by `epoch`."""

    epoch: int
    deliveries: tuple[Delivery, ...]

    @property
    def size(self) -> int:
        """The bytes of all of them."""
        return sum(each.size for each in self.deliveries)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish; it is sent persistent and mandatory.

    `message_id` goes into the message's properties, so that a reader can drop a repeat; it may
    be empty where the body says it already.
    """

    exchange: str
    routing_key: str
    body: bytes = field(repr=False)
    content_type: str
    message_id: str
    headers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    content_encoding: str | bytes | None = None


class Fate(enum.Enum):
    """What became of a published message."""

    CONFIRMED = "confirmed"  # the broker has it on disk
    RETURNED = "returned"  # no queue for it, and no alternate exchange
    NACKED = "nacked"  # the broker could not take it
    UNKNOWN = "unknown"  # no answer before the connection or the time ended: publish it again
