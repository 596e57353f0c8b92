"""A list of HSCV's documents against the stored ones, by their identifiers, or by symbol and day.

Numbers begin again each year: a symbol and a day are a document, and one symbol on two days of a
year is one document whose day differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from ..rules.document_names import comparable
from ..rules.documents import document_kind
from ..rules.event_types import DOCUMENT_OPENERS
from ..rules.events import Event, local_date
from ..rules.judging.record import fold
from ..rules.reading.own_headings import DATE, SYMBOL, TYPE
from ..rules.reading.own_list import OwnEntry
from ..rules.reading.stored import decode_stored
from ..rules.streams import DOCUMENTS, key_of, parts_of
from .not_stored import secret_among, why_not_stored
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
    result.secret = secret_among(tx, result.told(), of_events=False)
    return result


class _Matching:
    """Which entries are which stored documents, found while these are read."""

    def __init__(self, result: Reconciled, entries: Sequence[OwnEntry]) -> None:
        self._result = result
        self._by_subject: dict[str, OwnEntry] = {}
        self._by_symbol: dict[str, list[OwnEntry]] = {}
        # What no document is identified by may be a symbol; that is known when all are read.
        self._symbols_told = any(entry.symbol is not None for entry in entries)
        self._again: dict[str, list[OwnEntry]] = {}
        self._same_day: dict[tuple[str, date | None], list[OwnEntry]] = {}
        for entry in entries:
            self._list(entry)
        self._perhaps = set() if self._symbols_told else {*map(_form, self._by_subject)} - {""}
        self._held: dict[str, list[tuple[StoredThing, date]]] = {}
        self._met: set[int] = set()

    def take(self, thing: StoredThing, day: date) -> None:
        """Find the entry of a stored *thing*, which is of *day*."""
        entry = self._by_subject.get(thing.subject or "")
        if entry is not None:
            self._meet(entry, thing)
            return
        form = _form(thing.symbol)
        entry = self._of_day(form, thing.on)
        # What differs waits: another document of that symbol and day may be as the list says.
        if entry is not None and not _differing(entry, thing):
            self._meet(entry, thing)
        elif form in self._by_symbol or form in self._perhaps:
            self._held.setdefault(form, []).append((thing, day))
        else:
            self._beyond(thing, day)

    def end(self) -> list[OwnEntry]:
        """Match what was held, now that all is read; gives the entries of which nothing is stored,
        in order of their rows."""
        absent = [*self._not_identified()]
        for form, entries in self._by_symbol.items():
            absent += self._of_one_symbol(entries, self._held.pop(form, []))
        for things in self._held.values():
            for thing, day in things:
                self._beyond(thing, day)
        listed_twice = [each for each in self._result.twice if each.entry.row not in self._met]
        self._result.twice = listed_twice
        readable = (entry for entry in absent if entry.reason is None)
        return sorted(readable, key=lambda entry: entry.row)

    def _list(self, entry: OwnEntry) -> None:
        if entry.reason is not None:
            self._result.unread.append(entry)
        if entry.subject is None:
            self._list_by_symbol(entry, entry.symbol)
            return
        earlier = self._by_subject.setdefault(entry.subject, entry)
        if earlier is not entry and not self._symbols_told:
            self._again.setdefault(entry.subject, []).append(entry)
        elif self._is_better(entry, earlier):
            self._by_subject[entry.subject] = entry

    def _list_by_symbol(self, entry: OwnEntry, symbol: str | None) -> bool:
        """Have *entry* be looked for by *symbol* and its day; False where it is none."""
        form = _form(symbol)
        if not form:
            return False
        listed = self._by_symbol.setdefault(form, [])
        for place, earlier in enumerate(listed):
            if earlier.on == entry.on:
                better = self._is_better(entry, earlier)
                listed[place] = entry if better else earlier
                others = self._same_day.setdefault((form, entry.on), [])
                others.append(earlier if better else entry)
                return True
        listed.append(entry)
        return True

    def _not_identified(self) -> Iterator[OwnEntry]:
        """The entries whose subject is that of no stored document, but those that it may be the
        symbol of: they are looked for by it."""
        symbols: list[OwnEntry] = []
        for subject, entry in self._by_subject.items():
            again = self._again.get(subject, [])
            if entry.row in self._met or not _form(subject):
                for each in again:
                    self._is_better(each, entry)
                if entry.row not in self._met:
                    yield entry
            elif self._symbols_told:
                yield entry
            else:
                symbols += (entry, *again)
        for each in sorted(symbols, key=lambda entry: entry.row):
            self._list_by_symbol(each, each.subject)

    def _is_better(self, entry: OwnEntry, earlier: OwnEntry) -> bool:
        """Whether *entry* is to stand in place of an *earlier* one of the same name, which could
        not be read; where both can be, the list has it twice."""
        if entry is earlier or entry.reason is not None:
            return False
        if earlier.reason is None:
            self._result.twice.append(RepeatedEntry(entry, earlier.row))
            return False
        return True

    def _of_day(self, form: str, day: date | None) -> OwnEntry | None:
        """The entry of the symbol *form* on *day* that no document has met, or that of the symbol
        whose day is not known: it may name each."""
        undated: OwnEntry | None = None
        for entry in self._by_symbol.get(form, ()):
            if entry.on is None:
                undated = entry
            elif entry.on == day:
                same: list[OwnEntry] = [entry, *self._same_day.get((form, day), ())]
                left = [each for each in same if each.row not in self._met]
                if left:
                    return min(left, key=lambda each: (each.reason is not None, each.row))
        return undated

    def _of_one_symbol(
        self, entries: list[OwnEntry], things: list[tuple[StoredThing, date]]
    ) -> list[OwnEntry]:
        """Match *entries* and *things* of one symbol: those of one day, then what is left in a
        year, in order of the days. Gives the entries that are left."""
        left: dict[int, list[tuple[StoredThing, date]]] = {}
        for thing, day in sorted(things, key=lambda each: (each[1], each[0].subject or "")):
            entry = self._of_day(_form(thing.symbol), thing.on)
            if entry is not None:
                self._meet(entry, thing)
            else:
                left.setdefault(day.year, []).append((thing, day))
        absent = []
        for entry in sorted(entries, key=lambda entry: entry.on or date.min):
            if entry.row in self._met:
                continue
            found = left.get(entry.on.year) if entry.on is not None else None
            if found:
                self._meet(entry, found.pop(0)[0])
            else:
                absent.append(entry)
        for year in left.values():
            for thing, day in year:
                self._beyond(thing, day)
        return absent

    def _meet(self, entry: OwnEntry, thing: StoredThing) -> None:
        if entry.row not in self._met:
            self._met.add(entry.row)
            if entry.reason is None:
                self._result.met(entry, thing, _differing(entry, thing))

    def _beyond(self, thing: StoredThing, day: date) -> None:
        if self._result.asked.beyond and self._result.asked.within(day):
            self._result.beyond(thing)


def _form(symbol: str | None) -> str:
    """What of a *symbol* is compared: its letters and digits, without zeros before its number."""
    return comparable(folded(symbol or ""))


def _differing(entry: OwnEntry, stored: StoredThing) -> list[Differing]:
    found = []
    if entry.on is not None and entry.on != stored.on:
        day = None if stored.on is None else str(stored.on)
        found.append(Differing(entry, DATE, str(entry.on), day))
    listed = entry.symbol or stored.symbol
    if listed != stored.symbol and _form(listed) != _form(stored.symbol):
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
