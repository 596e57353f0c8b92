"""What becomes of a message by what it says alone.

A message of the contract: whose it is, the guard, the contract, in that order, so that nothing of
another unit's event is judged, and nothing secret read any further. A message of a dialect: what it
says by the dialect, which asks for its secrecy first; and the contract of each event that it tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from .contract.belonging import EVERYTHING, UNCLEAR, UNIT, Own, belonging
from .contract.data.validation import validate
from .contract.guard import (
    Admitted,
    Limits,
    Malformed,
    Message,
    Secret,
    Unestablished,
    Verdict,
    inspect,
    inspect_headers,
    secrecy_change,
)
from .contract.verdicts import Foreign
from .dialects.admitting import events_of
from .dialects.saying import Dialect, EventsSaid, Nothing, Withdrawn

_UNCLEAR = "must be one text of 1 to 255 characters, where it is given"
_UNREAD = "dondoc was taken down each time it read this message"

Refusal: TypeAlias = Foreign | Secret | Unestablished | Malformed | Nothing


@dataclass(frozen=True, slots=True)
class Tongue:
    """How messages of one queue are read: their ``dialect``, and whether all of them are of
    ``normal`` secrecy where they say nothing of it."""

    dialect: Dialect
    normal: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """What a message tells: its ``events``, all of them or none, read by ``dialect`` (empty: by the
    contract); otherwise what is to become of it. ``change``: the subject of a document that it
    makes secret, and the level."""

    events: tuple[Admitted, ...] = ()
    refused: Refusal | None = None
    change: tuple[str, str] | None = None
    dialect: str = ""


class Examiner:
    """Examines messages for the unit of *own*; those of the queues in *tongues* by their dialect.

    What comes by such a queue is the unit's own, since its settings name the queue.
    """

    def __init__(
        self,
        limits: Limits,
        own: Own = EVERYTHING,
        tongues: Mapping[str, Tongue] | None = None,
    ) -> None:
        self.limits = limits
        self._own = own
        self._tongues = tongues or {}

    def examine(self, message: Message, arrival: datetime) -> Examined:
        """What *message* tells, which arrived at the aware time *arrival*."""
        tongue = self._tongues.get(message.queue)
        if tongue is not None:
            return self._by_dialect(message, tongue, arrival)
        verdict = examine(message, self.limits, self._own)
        if isinstance(verdict, Admitted):
            return Examined((verdict,))
        if isinstance(verdict, Foreign):
            return Examined(refused=verdict)
        # No dead letter where it makes something secret: it may hold what it was to hide.
        change = secrecy_change(message, self.limits)
        if change is not None and isinstance(verdict, Malformed):
            size = len(message.body)
            verdict = Unestablished(verdict.reason, verdict.event_id, size, verdict.sha256)
        return Examined(refused=verdict, change=change)

    def examine_headers(self, message: Message) -> Refusal:
        """What the headers of *message* alone say, whose body must not be read any more."""
        if message.queue in self._tongues:
            # A dialect may say its secrecy in the body, against any header.
            digest = sha256(message.body).digest()
            return Unestablished(_UNREAD, None, len(message.body), digest)
        headers = Message(b"", message.content_type, message.headers)
        whose = belonging(headers, self._own, self.limits)
        return whose if isinstance(whose, Foreign) else inspect_headers(message)

    def _by_dialect(self, message: Message, tongue: Tongue, arrival: datetime) -> Examined:
        dialect = tongue.dialect
        saying = dialect.read(message, self.limits, arrival, normal=tongue.normal)
        if isinstance(saying, Withdrawn):
            return Examined(refused=Secret(saying.level), change=(saying.subject, saying.level))
        if not isinstance(saying, EventsSaid):
            return Examined(refused=self._kept(message, saying, tongue))
        events = events_of(saying, sha256(message.body).digest(), self.limits)
        if isinstance(events, Malformed):
            return Examined(refused=self._kept(message, events, tongue))
        return Examined(tuple(events), dialect=dialect.name)

    def _kept(self, message: Message, refusal: Refusal, tongue: Tongue) -> Refusal:
        """*refusal*, without the whole message where nobody could find in it what it is about."""
        if not isinstance(refusal, Malformed) or tongue.dialect.searchable:
            return refusal
        where = f"{refusal.path}: " if refusal.path else ""
        reason, size = f"{where}{refusal.reason}", len(message.body)
        return Unestablished(reason, refusal.event_id, size, refusal.sha256)


def examine(message: Message, limits: Limits, own: Own = EVERYTHING) -> Verdict:
    """The verdict on *message*, of the contract, for the unit of *own*."""
    whose = belonging(message, own, limits)
    if isinstance(whose, Foreign):
        return whose
    verdict = inspect(message, limits)
    if not isinstance(verdict, Admitted):
        return verdict
    if whose is UNCLEAR:
        return Malformed(_UNCLEAR, UNIT, verdict.id, verdict.sha256)
    return validate(verdict, limits.max_items, limits.max_bodies) or verdict
