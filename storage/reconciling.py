"""HSCV's own list against what is stored: what was never seen here, what the list has not, and what
differs.

All of it is read in one transaction and in pieces, so that it is of one moment; the list, and what
is told of it, are held in memory, what is stored is not. Nothing here writes, and nothing of what
is secret is told: of that not a word is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple, TypeVar

from ..rules.reading.own_list import OwnEntry

MOST_UNLISTED = 200_000
"""Of what a list has not, so much is told one by one; the rest is a number."""
AT_ONCE = 1_000
_Item = TypeVar("_Item")


class StoredThing(NamedTuple):
    """An event, or a document, as far as a list tells of such; ``type`` of an event without
    prefix, of a document as it was written; ``on`` the local date of an event, the day of a
    document. None: nothing stored says it."""

    id: str | None
    source: str | None
    type: str | None
    subject: str | None
    symbol: str | None
    on: date | None


class Differing(NamedTuple):
    """A *field* of which the list says another value than what is stored; None: nothing."""

    entry: OwnEntry
    field: str
    listed: str | None
    stored: str | None


class RepeatedEntry(NamedTuple):
    """An entry that the list has already had in the row ``first``."""

    entry: OwnEntry
    first: int


class NotStored(NamedTuple):
    """An entry of which nothing is stored and which is not lost: ``why`` is REDACTED, REJECTED or
    ARCHIVED."""

    entry: OwnEntry
    why: str


@dataclass(frozen=True, slots=True)
class AskedDays:
    """What is asked for: the local dates from ``first`` to ``last``, both counted (None: no bound),
    and the ``source`` whose events they are to be. ``beyond``: whether what the list has not is to
    be told."""

    first: date | None = None
    last: date | None = None
    source: str | None = None
    beyond: bool = True

    def within(self, day: date | None) -> bool:
        """Whether *day* is asked for, as one is that nobody knows."""
        if day is None:
            return True
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(slots=True)
class Reconciled:
    """What came of it. ``stored``: how many things of the days asked for are stored, ``agreeing``:
    how many entries are there as the list says, ``unlisted_count``: how many of the stored the
    list has not, of which ``unlisted`` are the first. ``redacted`` and ``archived``: how many
    subjects are, none of whose events is known by its id. ``secret``: the rows of the list of which
    nothing but their number may be told, whatever was found of them."""

    asked: AskedDays
    stored: int = 0
    agreeing: int = 0
    unlisted_count: int = 0
    redacted: int = 0
    archived: int = 0
    secret: frozenset[int] = frozenset()
    missing: list[OwnEntry] = field(default_factory=list)
    unlisted: list[StoredThing] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)
    twice: list[RepeatedEntry] = field(default_factory=list)
    not_stored: list[NotStored] = field(default_factory=list)
    unread: list[OwnEntry] = field(default_factory=list)

    def met(self, entry: OwnEntry, stored: StoredThing, differing: Sequence[Differing]) -> None:
        """Note that *entry* is *stored*, and by what the two are *differing*."""
        if not differing:
            self.agreeing += 1
        elif self.asked.within(entry.on) or self.asked.within(stored.on):
            self.differing += differing

    def beyond(self, stored: StoredThing) -> None:
        """Note that the list has not what is *stored*."""
        self.unlisted_count += 1
        if len(self.unlisted) < MOST_UNLISTED:
            self.unlisted.append(stored)

    def absent(self, entries: Iterable[OwnEntry], why: Mapping[int, str]) -> None:
        """Note *entries* of which nothing is stored, and *why* by their rows where it is known."""
        for entry in entries:
            if not self.asked.within(entry.on):
                continue
            if entry.row in why:
                self.not_stored.append(NotStored(entry, why[entry.row]))
            else:
                self.missing.append(entry)

    def told(self) -> list[OwnEntry]:
        """The entries of which something was found, each once, in order of their rows."""
        found = [*self.missing, *self.unread]
        for each in (self.differing, self.twice, self.not_stored):
            found += [one.entry for one in each]
        return sorted({entry.row: entry for entry in found}.values())


def days_of(entries: Iterable[OwnEntry]) -> tuple[date, date] | None:
    """The first and the last day that *entries* are of; None where none says a day."""
    days = {entry.on for entry in entries if entry.on is not None}
    return (min(days), max(days)) if days else None


def in_pieces(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """*items*, so many at once as are looked for at once."""
    coming = iter(items)
    while piece := list(islice(coming, AT_ONCE)):
        yield piece
