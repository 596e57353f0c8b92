"""A list of HSCV's documents against the stored ones, by their identifiers, or by symbol and day.

Numbers begin again each year: a symbol and a day are a document, and one symbol on two days of a
year is one document whose day differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from ..rules.documents import document_kind
from ..rules.event_types import DOCUMENT_OPENERS
from ..rules.events import Event, local_date
from ..rules.judging.record import fold
from ..rules.reading.own_headings import DATE, SYMBOL, TYPE
from ..rules.reading.own_list import OwnEntry
from ..rules.reading.stored import decode_stored
from ..rules.streams import DOCUMENTS, key_of, parts_of
from .not_stored import why_not_stored
from .reconciling import AT_ONCE, AskedDays, Differing, Reconciled, RepeatedEntry, StoredThing
from .secrecy.folding import folded
from .tables.forms import from_micros
from .transaction import Transaction

_BEGINS = key_of(DOCUMENTS, "")
_NAMING = ", ".join(f"'{type_}'" for type_ in (*sorted(DOCUMENT_OPENERS), "document.corrected"))


def reconcile_documents(
    tx: Transaction, entries: Sequence[OwnEntry], asked: AskedDays
) -> Reconciled:
    """What *entries*, each a document, and the stored documents say of one another. Where the list
    has no symbols, what no document is identified by may be the symbol of one."""
    result = Reconciled(asked)
    matching = _Matching(result, entries)
    for thing, day in _documents(tx, asked.source):
        result.stored += asked.beyond and asked.within(day)
        matching.take(thing, day)
    absent = matching.end()
    result.unlisted.sort(key=lambda thing: (thing.on or date.max, thing.subject or ""))
    result.absent(absent, why_not_stored(tx, absent, of_events=False))
    return result


class _Matching:
    """Which entries are which stored documents, found while these are read."""

    def __init__(self, result: Reconciled, entries: Sequence[OwnEntry]) -> None:
        self._result = result
        self._by_subject: dict[str, OwnEntry] = {}
        self._by_symbol: dict[str, dict[date | None, OwnEntry]] = defaultdict(dict)
        self._symbols_told = any(entry.symbol is not None for entry in entries)
        for entry in entries:
            self._list(entry)
        self._wanted = set(self._by_symbol)
        if not self._symbols_told:
            self._wanted.update(map(folded, self._by_subject))
        self._held: dict[str, list[tuple[StoredThing, date]]] = defaultdict(list)
        self._met: set[int] = set()

    def take(self, thing: StoredThing, day: date) -> None:
        """Find the entry of a stored *thing*, which is of *day*."""
        entry = self._by_subject.get(thing.subject or "")
        if entry is not None:
            self._meet(entry, thing)
        elif thing.symbol is not None and (form := folded(thing.symbol)) in self._wanted:
            self._held[form].append((thing, day))
        else:
            self._beyond(thing, day)

    def end(self) -> list[OwnEntry]:
        """Match what was held, now that all is read; gives the entries of which nothing is stored,
        in order of their rows."""
        absent = [e for e in self._by_subject.values() if e.row not in self._met]
        if not self._symbols_told:
            absent = [entry for entry in absent if not self._may_be_symbol(entry)]
        for form, things in self._held.items():
            if form not in self._by_symbol:
                for thing, day in things:
                    self._beyond(thing, day)
        for form, entries in self._by_symbol.items():
            absent += self._of_one_symbol(entries, self._held.get(form, []))
        readable = (entry for entry in absent if entry.reason is None)
        return sorted(readable, key=lambda entry: entry.row)

    def _list(self, entry: OwnEntry) -> None:
        result = self._result
        if entry.reason is not None:
            result.unread.append(entry)
        form = folded(entry.symbol or "")
        if entry.subject is not None:
            place, key = self._by_subject, entry.subject
            earlier = place.setdefault(key, entry)
            if entry.reason is None and earlier.reason is not None:
                place[key] = entry
        elif form:
            days = self._by_symbol[form]
            earlier = days.setdefault(entry.on, entry)
            if entry.reason is None and earlier.reason is not None:
                days[entry.on] = entry
        else:
            return
        if entry.reason is None and earlier.reason is None and earlier is not entry:
            result.twice.append(RepeatedEntry(entry, earlier.row))

    def _may_be_symbol(self, entry: OwnEntry) -> bool:
        """Look for *entry*, whose subject is that of no document, by it as a symbol; False where
        it cannot be one."""
        form = folded(entry.subject or "")
        if not form:
            return False
        earlier = self._by_symbol[form].setdefault(entry.on, entry)
        if earlier is not entry and earlier.reason is None and entry.reason is None:
            self._result.twice.append(RepeatedEntry(entry, earlier.row))
        return True

    def _of_one_symbol(
        self, entries: dict[date | None, OwnEntry], things: list[tuple[StoredThing, date]]
    ) -> list[OwnEntry]:
        """Match *entries* and *things* of one symbol: those of one day, then what is left in a
        year, in order of the days. Gives the entries that are left."""
        left: dict[int, list[tuple[StoredThing, date]]] = defaultdict(list)
        for thing, day in sorted(things, key=lambda each: (each[1], each[0].subject or "")):
            entry = entries.get(thing.on) or entries.get(None)
            if entry is None:
                left[day.year].append((thing, day))
            elif entry.row not in self._met:
                self._meet(entry, thing)
        waiting = sorted(
            (entry for entry in entries.values() if entry.row not in self._met),
            key=lambda entry: entry.on or date.min,
        )
        absent = []
        for entry in waiting:
            found = left[entry.on.year] if entry.on is not None else []
            if found:
                self._meet(entry, found.pop(0)[0])
            else:
                absent.append(entry)
        for year in left.values():
            for thing, day in year:
                self._beyond(thing, day)
        return absent

    def _meet(self, entry: OwnEntry, thing: StoredThing) -> None:
        self._met.add(entry.row)
        if entry.reason is None:
            self._result.met(entry, thing, _differing(entry, thing))

    def _beyond(self, thing: StoredThing, day: date | None) -> None:
        if self._result.asked.beyond and self._result.asked.within(day):
            self._result.beyond(thing)


def _differing(entry: OwnEntry, stored: StoredThing) -> list[Differing]:
    found = []
    if entry.on is not None and entry.on != stored.on:
        day = None if stored.on is None else str(stored.on)
        found.append(Differing(entry, DATE, str(entry.on), day))
    if entry.symbol is not None and folded(entry.symbol) != folded(stored.symbol or ""):
        found.append(Differing(entry, SYMBOL, entry.symbol, stored.symbol))
    kind = document_kind(entry.type or "")
    if kind is not None and kind != document_kind(stored.type or ""):
        found.append(Differing(entry, TYPE, entry.type, stored.type))
    return found


def _documents(tx: Transaction, source: str | None) -> Iterator[tuple[StoredThing, date]]:
    """The stored documents that *source* told of (None: all), each with the day that it is of: its
    own, or that of its first event where no event says it."""
    last = 0
    while rows := tx.rows(
        f"SELECT id, key FROM stream WHERE id > %s AND event_count > 0"
        f" AND substr(key, 1, {len(_BEGINS)}) = '{_BEGINS}' ORDER BY id LIMIT %s",
        last,
        AT_ONCE,
    ):
        last = rows[-1][0]
        subjects = {id_: parts_of(key)[1] for id_, key in rows}
        naming = _naming_events(tx, subjects)
        unnamed = [id_ for id_ in subjects if id_ not in naming]
        begun = tx.rows_among(
            "SELECT stream_id, source, MIN(time) FROM event WHERE {among}"
            " GROUP BY stream_id, source",
            "stream_id",
            unnamed,
        )
        for id_, history in naming.items():
            thing, day = _document(subjects[id_], history)
            if source in (None, thing.source):
                yield thing, day
        first: dict[int, tuple[int, str]] = {}
        for id_, told_by, micros in begun:
            first[id_] = min(first.get(id_, (micros, told_by)), (micros, told_by))
        for id_, (micros, told_by) in first.items():
            if source in (None, told_by):
                thing = StoredThing(None, told_by, None, subjects[id_], None, None)
                yield thing, local_date(from_micros(micros))


def _naming_events(tx: Transaction, subjects: dict[int, str]) -> dict[int, list[Event]]:
    """The events that say what a document is, by its row."""
    found: dict[int, list[Event]] = defaultdict(list)
    for row in tx.rows_among(
        "SELECT stream_id, source, event_id, type, time, sequence, structured, body FROM event"
        f" WHERE type IN ({_NAMING}) AND {{among}}",
        "stream_id",
        subjects,
    ):
        stream_id, source, event_id, type_, micros, sequence, structured, body = row
        at = from_micros(micros)
        data = decode_stored(bytes(body), bool(structured), type_)
        event = Event(
            source, event_id, type_, subjects[stream_id], at, sequence, data, local_date(at)
        )
        found[stream_id].append(event)
    return found


def _document(subject: str, history: list[Event]) -> tuple[StoredThing, date]:
    history.sort(key=lambda event: event.order)
    record = fold(history)
    said = record.fields
    issued = said.get("issued_on")
    on = date.fromisoformat(issued) if isinstance(issued, str) else None
    opener = record.opened_by or history[0]
    thing = StoredThing(None, opener.source, said.get("doc_type"), subject, said.get("symbol"), on)
    return thing, on or history[0].on
