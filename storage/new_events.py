"""An event as it comes to be stored, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..rules.events import Event
from .secrecy.quotes import StoredEvent


class Outcome(StrEnum):
    """What became of an event."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    """The same source, id and body was stored before; nothing changed."""
    CONFLICT = "conflict"
    """The same source and id was stored before with another body; counted, not stored."""
    REDACTED = "redacted"
    """Its subject is secret, or became so by it; not stored."""
    ARCHIVED = "archived"
    """The rows of one of its streams were archived; not stored."""
    STREAM_FULL = "stream_full"
    """One of its streams has reached the limit; not stored."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An accepted event as it came.

    ``streams`` are its streams' keys (`streams_of`); ``body`` the message's bytes, whole where
    ``structured``, otherwise the data alone; ``sha256`` the digest by which a repeat with
    another content is told from a duplicate. ``received_at`` is when it was stored first, and
    ``others`` are the digests of what came under its source and id since, and ``conflicts`` how
    often more of it came, where it comes from another database of dondoc's. ``dialect`` is that
    by which it was read, and ``message`` the SHA-256 of the message that told it, where that was
    not the contract's.
    """

    event: Event
    streams: tuple[str, ...]
    body: bytes
    structured: bool
    sha256: bytes
    received_at: datetime | None = None
    others: tuple[bytes, ...] = ()
    conflicts: int = 0
    dialect: str | None = None
    message: bytes | None = None

    @property
    def said(self) -> StoredEvent:
        """What it says, as it would be stored."""
        event = self.event
        return StoredEvent(
            event.type, event.subject, event.source, event.id, self.structured, self.body
        )
