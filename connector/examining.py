"""What becomes of a message by what it says alone.

A message of the contract: whose it is, the guard, the contract, in that order, so that nothing of
another unit's event is judged, and nothing secret read any further. A message of a dialect: what it
says by the dialect, which asks for its secrecy first; and the contract of each event that it tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from ..rules.streams import PETITIONS, kind_of
from .contract.attributes import is_identifier
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
    is_of_petition,
    secrecy_change,
)
from .contract.verdicts import Foreign
from .dialects.admitting import events_of
from .dialects.saying import Dialect, EventsSaid, Nothing, SaidEvent, Saying, Withdrawn
from .letter_headers import can_be_found

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
class ReadMessage:
    """A message of any size that was read before it came here: the ``saying`` of its ``dialect``,
    and ``size`` in bytes and ``sha256`` of the whole, of which nothing else is left."""

    dialect: Dialect
    saying: Saying = field(repr=False)
    size: int
    sha256: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a message tells: its ``events``, all of them or none, read by ``dialect`` (empty: by the
    contract); otherwise what is to become of it. ``changes``: the subjects of documents that it
    makes secret, each with the level.

    ``size`` in bytes and ``sha256`` are of a message of a dialect, as it came. ``whole``: it is at
    hand, and may become a dead letter. ``invalid``: it is refused for what is wrong with it, and
    not for its secrecy. ``of_petition``: it may hold the name of a citizen, so that it is never a
    dead letter, and ``size`` is said whatever it is of.
    """

    events: tuple[Admitted, ...] = ()
    refused: Refusal | None = None
    changes: tuple[tuple[str, str], ...] = ()
    dialect: str = ""
    size: int = 0
    sha256: bytes = field(default=b"", repr=False)
    whole: bool = True
    invalid: bool = False
    of_petition: bool = False

    def record(self, fault: Malformed) -> Unestablished:
        """The record of the message that *fault* is wrong with, which must be no dead letter."""
        where = f"{fault.path}: " if fault.path else ""
        digest = self.sha256 or fault.sha256
        return Unestablished(f"{where}{fault.reason}", fault.event_id, self.size, digest)

    def may_be_kept(self, about: frozenset[str]) -> bool:
        """Whether it may become a dead letter *about* these subjects, which an erasure finds by
        them; otherwise only a record may be kept of it. One of the contract may, unless it is about
        a petition."""
        return self.whole and not self.of_petition and (not self.sha256 or can_be_found(about))

    @property
    def about(self) -> frozenset[str]:
        """The subjects of its events, where a dialect says them; see `Malformed.about`."""
        return frozenset(each.subject for each in self.events) if self.dialect else frozenset()


class Examiner:
    """Examines messages for the unit of *own*; those of the queues in *tongues* by their dialect.

    What comes by such a queue is the unit's own, since its settings name the queue. A tongue for no
    queue, "", is that of messages of files.
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
            size = len(message.body)
            return Examined((verdict,), size=size, of_petition=kind_of(verdict.type) == PETITIONS)
        if isinstance(verdict, Foreign):
            return Examined(refused=verdict)
        if isinstance(verdict, Malformed) and is_of_petition(message, self.limits):
            return _refused(Examined(size=len(message.body), of_petition=True), verdict)
        # No dead letter where it makes something secret: it may hold what it was to hide.
        change = secrecy_change(message, self.limits)
        if change is not None and isinstance(verdict, Malformed):
            size = len(message.body)
            verdict = Unestablished(verdict.reason, verdict.event_id, size, verdict.sha256)
        return Examined(refused=verdict, changes=() if change is None else (change,))

    def examine_headers(self, message: Message) -> Refusal:
        """What the headers of *message* alone say, whose body must not be read any more."""
        if message.queue in self._tongues:
            # A dialect may say its secrecy in the body, against any header.
            return Unestablished.of(message, _UNREAD)
        headers = Message(b"", message.content_type, message.headers)
        whose = belonging(headers, self._own, self.limits)
        if isinstance(whose, Foreign):
            return whose
        verdict = inspect_headers(message)
        if isinstance(verdict, Malformed) and is_of_petition(headers, self.limits):
            return Unestablished.of(message, _UNREAD, verdict.event_id)
        return verdict

    def examine_read(self, read: ReadMessage, *, whole: bool = False) -> Examined:
        """What a message tells that was *read* before; *whole*: it is at hand all the same."""
        dialect, saying = read.dialect, read.saying
        blank = Examined(size=read.size, sha256=read.sha256, whole=whole)
        if isinstance(saying, Withdrawn):
            subjects = filter(None, (saying.subject, saying.other))
            changes = tuple((each, saying.level) for each in subjects)
            return replace(blank, refused=Secret(saying.level), changes=changes)
        if not isinstance(saying, EventsSaid):
            return _refused(blank, saying)
        blank = replace(blank, of_petition=any(_is_of_petition(each) for each in saying.events))
        events = events_of(saying, read.sha256, self.limits)
        if isinstance(events, Malformed):
            about = filter(is_identifier, (each.subject for each in saying.events))
            return _refused(blank, replace(events, about=frozenset(about)))
        return replace(blank, events=tuple(events), dialect=dialect.name)

    def _by_dialect(self, message: Message, tongue: Tongue, arrival: datetime) -> Examined:
        saying = tongue.dialect.read(message, self.limits, arrival, normal=tongue.normal)
        size, digest = len(message.body), sha256(message.body).digest()
        return self.examine_read(ReadMessage(tongue.dialect, saying, size, digest), whole=True)


def _is_of_petition(said: SaidEvent) -> bool:
    return kind_of(said.type) == PETITIONS


def _refused(blank: Examined, refusal: Refusal) -> Examined:
    """*blank* with its *refusal*, without the whole message where nobody could find out what it is
    about, or where it may name a citizen."""
    if not isinstance(refusal, Malformed) or blank.may_be_kept(refusal.about):
        return replace(blank, refused=refusal)
    return replace(blank, refused=blank.record(refusal), invalid=True)


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
