"""What became of a message that was taken in, or refused: values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .contract.verdicts import Malformed


class Result(StrEnum):
    """What became of a message; every one of them may be acknowledged."""

    STORED = "stored"
    """Stored, and taken into account."""
    IGNORED = "ignored"
    """Stored, of a type that this version does not know."""
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """The same source and id came before with another body: counted and flagged."""
    REDACTED = "redacted"
    """Its subject is secret, or became so by it."""
    REJECTED = "rejected"
    """Secrecy not established: only a record that something came is kept."""
    DEAD = "dead"
    """Declared normal but invalid: belongs into the dead letters, with the reason."""
    DISCARDED = "discarded"
    """Secret."""
    FOREIGN = "foreign"
    """Another unit's: nothing of it is kept."""
    NOTHING = "nothing"
    """Of a dialect, and no event: counted."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one message. ``type`` is empty where it must not be said; ``time``: when
    it happened in HSCV; ``level``: of a secret one; ``reason``: why the secrecy of a rejected one
    is not established, by what it is another unit's, or why it tells of no event; ``dead``: why it
    is a dead letter. ``parts``: what became of each of several events. ``invalid``: it is rejected
    for something else than its secrecy; ``reason`` says what, and where in the message."""

    result: Result
    type: str = ""
    time: datetime | None = None
    level: str = ""
    reason: str = ""
    dead: Malformed | None = None
    parts: tuple[Handled, ...] = ()
    invalid: bool = False

    @property
    def events(self) -> tuple[Handled, ...]:
        """What became of each event of the message; the whole where it tells of one or none."""
        return self.parts or (self,)
