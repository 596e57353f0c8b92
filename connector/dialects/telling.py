"""From a message of established normal secrecy to the events that it tells of, by rules.

Every rule whose conditions hold tells its event, or one for each item of a list: HSCV says in one
message that a document is issued and its tasks are assigned. An event's id is HSCV's where the file
names one; otherwise a digest of what is said, so that the same said again, by another way or by a
snapshot, is the same event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from ..contract.attributes import MAX_SEQUENCE
from ..contract.body import Limits
from .fields import Filled, Replacing, filled
from .folding import refolded, word_of
from .paths import MISSING, Path, PathScope, ValueFault
from .readings import Seen, ValueReading, is_nothing, text_of
from .saying import SaidEvent
from .views import View

ATTRIBUTES = ("subject", "time", "source", "sequence", "id")
"""The parts of an event beside its type and its data, as a rule reads them."""
ANYTHING = "*"
"""What a condition says that wants something to stand there, whatever it is; "" wants nothing."""
NO_WORD = "a list or an object, with what no word has: \n"
"""What stands for a word where a list or an object stands."""
NOT_A_WORD = "is a list or an object where a rule asks for a word"
ID_DIGITS = 32
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RuleCondition:
    """What stands at ``path`` must be one of the folded ``words``; ``spelled``: as the file writes
    them, by their folded form."""

    path: Path
    words: frozenset[str]
    spelled: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def holds(self, seen: Seen) -> bool:
        """Whether it is. Raises ValueFault where a list or an object stands there."""
        word = self.word(seen)
        if word is NO_WORD and ANYTHING not in self.words:
            raise ValueFault(seen.name(self.path), NOT_A_WORD)
        return word in self.words or (word != "" and ANYTHING in self.words)

    def word(self, seen: Seen) -> str:
        """The folded word that stands there. Raises ValueFault where its path meets a list."""
        word = seen.words.get(self.path.written)
        if word is None:
            word = seen.words[self.path.written] = self._word(seen)
        return word

    def _word(self, seen: Seen) -> str:
        value = seen.at(self.path)
        if isinstance(value, list | dict):
            return NO_WORD if value else ""
        if value is MISSING:
            return ""
        return refolded(word_of(value) or "")


@dataclass(frozen=True, slots=True)
class Changed:
    """The row was not there before, or had something else in the column at ``path``."""

    path: Path

    def holds(self, seen: Seen) -> bool:
        """Whether it had."""
        before = seen.view.beside.get("before")
        if not isinstance(before, dict):
            return True
        then = Seen(View(before, {}))
        return bool(then.at(self.path) != seen.at(self.path))


@dataclass(frozen=True, slots=True)
class EventRule:
    """How an event of ``type`` is told: when, for each item of what list, and what its parts are.

    ``when`` must all hold and none of ``unless``. ``own_id``: its id is of this rule alone;
    otherwise the id is the message's, and several events can come of one message. ``corrects``: it
    tells what replaces something that was told before. ``unsaid``: the fields that it reads off
    the arrival.
    """

    type: str
    when: tuple[RuleCondition | Changed, ...]
    unless: tuple[RuleCondition, ...]
    each: Path | None
    subject: ValueReading
    time: ValueReading
    source: ValueReading
    sequence: ValueReading | None
    id: ValueReading | None
    own_id: bool
    fields: tuple[Filled | Replacing, ...]
    corrects: bool = field(init=False)
    unsaid: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        corrects = any(isinstance(each, Replacing) for each in self.fields)
        object.__setattr__(self, "corrects", corrects)
        plain = [each for each in self.fields if isinstance(each, Filled)]
        unsaid = frozenset(each.name for each in plain if each.reading.is_of_arrival)
        object.__setattr__(self, "unsaid", unsaid)

    def events(self, whole: Seen, limits: Limits) -> Sequence[SaidEvent]:
        """The events that it tells of the message *whole*. Raises ValueFault."""
        if self.each is None:
            event = self._told(whole)
            return () if event is None else (event,)
        told = map(self._told, self.items(whole, limits))
        return [event for event in told if event is not None]

    def holds(self, seen: Seen, *, items: bool = True) -> bool:
        """Whether its conditions hold for *seen*; without *items* those alone that ask of the
        message and not of an item. Raises ValueFault."""
        for each in self.when:
            if (items or each.path.scope is not PathScope.ITEM) and not each.holds(seen):
                return False
        for each in self.unless:
            if (items or each.path.scope is not PathScope.ITEM) and each.holds(seen):
                return False
        return True

    def _told(self, seen: Seen) -> SaidEvent | None:
        if not self.holds(seen):
            return None
        data = filled(self.fields, seen)
        if self.corrects and "fields" not in data:
            return None  # A correction of nothing.
        return self._event(seen, data)

    def items(self, whole: Seen, limits: Limits) -> Iterator[Seen]:
        """The items of the list that it walks in the message *whole*. Raises ValueFault."""
        assert self.each is not None
        found = whole.at(self.each)
        if found is MISSING or found is None:
            return
        if not isinstance(found, list):
            raise ValueFault(self.each.written, "is no list")
        if len(found) > limits.max_items:
            raise ValueFault(self.each.written, f"has more than {limits.max_items} items")
        written = self.each.written.removesuffix("[]")
        for number, item in enumerate(found):
            yield Seen(whole.view, item, f"{written}[{number}]")

    def _event(self, seen: Seen, data: dict[str, Any]) -> SaidEvent:
        time, stated = self._time(seen)
        subject = _text(self.subject, seen, "subject")
        return SaidEvent(
            type=self.type,
            id=self._id(seen, subject, time if stated else None, data),
            source=_text(self.source, seen, "source"),
            subject=subject,
            time=time,
            sequence=self._sequence(seen),
            data=data,
            path=seen.place,
            formed=True,
            unsaid=self.unsaid,
        )

    def _time(self, seen: Seen) -> tuple[datetime, bool]:
        """When it happened, and whether the message says so."""
        raw = self.time.plain(seen)
        if raw is MISSING:
            raw = self.time.raw(seen)
        if is_nothing(raw):
            raise ValueFault(self.time.place(seen), "time: is not there, and it is required")
        time = self.time.times.time(raw)
        if time is None:
            told = f"time: is no time of the patterns given ({self.time.times.told})"
            raise ValueFault(self.time.place(seen), told)
        return time, raw is not seen.view.beside["arrival"]

    def _id(self, seen: Seen, subject: str, time: datetime | None, data: dict[str, Any]) -> str:
        if self.id is None:
            return derived_id(self.type, subject, time, data)
        own = _text(self.id, seen, "id")
        if self.own_id:
            return own
        number = seen.place.rpartition("[")[2].rstrip("]")
        return "/".join(filter(None, (own, self.type, number)))

    def _sequence(self, seen: Seen) -> int | None:
        return None if self.sequence is None else number_in(self.sequence, seen)


def number_in(reading: ValueReading, seen: Seen) -> int | None:
    """The number that *reading* finds, by which a source numbers its events; None where nothing
    stands. Raises ValueFault."""
    raw = reading.raw(seen)
    if is_nothing(raw):
        return None
    word = word_of(raw) or ""
    if not word.isascii() or not word.isdigit() or int(word[:20]) > MAX_SEQUENCE:
        raise ValueFault(reading.place(seen), "sequence: is no whole number, 0 or more")
    return int(word)


def _text(reading: ValueReading, seen: Seen, name: str) -> str:
    if reading.words is None:
        plain = reading.plain(seen)
        if plain is not MISSING:
            return str(plain).strip()
    try:
        raw = reading.raw(seen)
        if not is_nothing(raw):
            raw = reading.translated(raw)
        text = "" if is_nothing(raw) else text_of(raw).strip()
    except ValueFault as fault:
        if fault.path:
            raise
        raise ValueFault(reading.place(seen), f"{name}: {fault}") from None
    if not text:
        raise ValueFault(reading.place(seen), f"{name}: is not there, and it is required")
    return text


def text_or_none(reading: ValueReading, seen: Seen) -> str | None:
    """The text that *reading* finds; None where it finds none."""
    try:
        return _text(reading, seen, "")
    except ValueFault:
        return None


def derived_id(type_: str, subject: str, time: datetime | None, data: Mapping[str, Any]) -> str:
    """The id of an event that its sender gives none: the first digits of the SHA-256 over its type,
    subject, stated time and data."""
    # Microseconds from 1970: the same instant in another zone is the same.
    stated = None if time is None else (time - _EPOCH) // _MICROSECOND
    try:
        said = orjson.dumps([type_, subject, stated, data], option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # Half of a surrogate pair, which is refused afterwards; until then it has an id.
        said = json.dumps([type_, subject, stated, data], sort_keys=True).encode()
    return sha256(said).hexdigest()[:ID_DIGITS]
