"""A message and what can become of it: values only, and none of them shows its content.

What the guard says is what intake may do; a verdict carries as much of the message as that
outcome may keep, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias

from ...rules.events import Event, local_date


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery as AMQP gives it: its body, content type, headers, content encoding and routing
    key. ``queue`` is the one that it came by where that has a dialect; empty otherwise."""

    body: bytes = field(repr=False)
    content_type: str | None = field(repr=False)
    headers: Mapping[str, object] = field(repr=False)
    content_encoding: object = field(default=None, repr=False)
    routing_key: str = field(default="", repr=False)
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An event whose secrecy is normal and whose envelope is valid; its data is not checked.

    ``type`` is without its ``hscv.`` prefix and ``time`` aware. ``data`` has what the contract
    lists for the type, text in one form (`rules.reading.stored`). ``body`` is what may be stored:
    the bytes as received, without their packing, or for document.secrecy_changed the event
    reduced to the contract's fields. ``structured``: ``body`` is the whole CloudEvent, not its
    data alone. ``sha256`` is always that of the bytes received, without their packing, which is
    another each time a sender packs the same event.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int | None
    data: Mapping[str, Any] = field(repr=False)
    structured: bool
    body: bytes = field(repr=False)
    sha256: bytes = field(repr=False)

    def event(self) -> Event:
        """It as rules read it, with the local date of its time."""
        names = (self.source, self.id, self.type, self.subject)
        return Event(*names, self.time, self.sequence, self.data, local_date(self.time))


@dataclass(frozen=True, slots=True)
class Foreign:
    """Another unit's: to be acknowledged and counted by ``reason``; nothing else."""

    reason: str


@dataclass(frozen=True, slots=True)
class Secret:
    """To be acknowledged, discarded and counted by ``level``; nothing else."""

    level: str


@dataclass(frozen=True, slots=True)
class Unestablished:
    """Treated as secret, but for this record: with it an operator can ask HSCV to send again.

    ``size`` in bytes and ``sha256`` are of the body as received; ``event_id`` only where it can be
    read without a doubt.
    """

    reason: str
    event_id: str | None
    size: int
    sha256: bytes = field(repr=False)

    @classmethod
    def of(cls, message: Message, reason: str, event_id: str | None = None) -> Unestablished:
        """The record of *message*, whose secrecy is not established for that *reason*."""
        return cls(reason, event_id, len(message.body), sha256(message.body).digest())


@dataclass(frozen=True, slots=True)
class Malformed:
    """Declared normal, but invalid: goes to dondoc.dead whole, with ``reason`` and ``path``.

    ``path`` names what is wrong: an attribute ("time"), a field ("data.lead[1]"),
    "content_type", or "body" for the bytes themselves. ``about``: the subjects of a message of a
    dialect, by which an erasure finds it; those of the contract say theirs themselves.
    """

    reason: str
    path: str
    event_id: str | None
    sha256: bytes = field(repr=False)
    about: frozenset[str] = field(default=frozenset(), repr=False)


Judged: TypeAlias = Admitted | Secret | Unestablished | Malformed
"""What the guard says of a message of this unit."""
Verdict: TypeAlias = Judged | Foreign
