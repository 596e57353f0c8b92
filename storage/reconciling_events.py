"""A list of HSCV's events against the log, by their ids.

An event is known by its source and id, or by its id alone where the list says no source. Where a
dialect made several events of one message, the id of the message stands for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeAlias

from ..rules.events import LOCAL, local_date
from ..rules.reading.own_headings import DATE, SUBJECT, TYPE
from ..rules.reading.own_list import OwnEntry
from .engines.engine import Row
from .not_stored import secret_among, why_not_stored, without_ids
from .reconciling import (
    AT_ONCE,
    AskedDays,
    Differing,
    Reconciled,
    RepeatedEntry,
    StoredThing,
    in_pieces,
)
from .secrecy.quotes import concealed
from .tables.forms import from_micros, to_micros
from .transaction import Transaction

_EventKey: TypeAlias = "str | tuple[str, str]"
_COLUMNS = "event_id, source, type, subject, time"
_OF_CONTRACT = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")
"""How types of events look; in another word for one nothing can differ."""
_EARLIEST = -(2**62)


class _Listed(NamedTuple):
    """The entries by what they are known by, and what concealed ids and sources stand for."""

    entries: Mapping[_EventKey, OwnEntry]
    sources: Mapping[str, str]

    def entry(self, id_: str, source: str) -> OwnEntry | None:
        """The entry of the event *id_* of *source*."""
        said = self.sources.get(source, source)
        return self.entries.get((id_, said)) or self.entries.get(id_)


def reconcile_events(tx: Transaction, entries: Sequence[OwnEntry], asked: AskedDays) -> Reconciled:
    """What *entries*, each an event, and the log say of one another."""
    result = Reconciled(asked)
    listed = _listed_once(entries, result)
    absent = _compared(tx, listed, asked, result)
    hidden = {concealed(entry.id): entry.id for entry in absent.values() if entry.id is not None}
    known = _read_on(tx, listed, absent, hidden, result)
    absent = {row: entry for row, entry in absent.items() if row not in known}
    result.agreeing += len(known)
    result.absent(absent.values(), why_not_stored(tx, absent.values(), of_events=True))
    result.secret = secret_among(tx, result.told(), of_events=True)
    result.redacted, result.archived = without_ids(tx)
    return result


def _listed_once(entries: Iterable[OwnEntry], result: Reconciled) -> _Listed:
    found: dict[_EventKey, OwnEntry] = {}
    for entry in entries:
        if entry.reason is not None:
            result.unread.append(entry)
        if entry.id is None:
            continue
        key = entry.id if entry.source is None else (entry.id, entry.source)
        earlier = found.setdefault(key, entry)
        if entry.reason is None and earlier.reason is not None:
            found[key] = entry
        elif entry.reason is None and earlier is not entry:
            result.twice.append(RepeatedEntry(entry, earlier.row))
    sources = {entry.source for entry in found.values() if entry.source is not None}
    return _Listed(found, {concealed(source): source for source in sources})


def _compared(
    tx: Transaction, listed: _Listed, asked: AskedDays, result: Reconciled
) -> dict[int, OwnEntry]:
    """Note what differs in the entries that are stored; gives the others, by their rows."""
    absent: dict[int, OwnEntry] = {}
    readable = (entry for entry in listed.entries.values() if entry.reason is None)
    for piece in in_pieces(readable):
        stored: dict[str, list[StoredThing]] = {}
        sql = f"SELECT {_COLUMNS} FROM event WHERE {{among}}"
        for row in tx.rows_among(sql, "event_id", {entry.id for entry in piece}):
            if asked.source in (None, row[1]):
                stored.setdefault(row[0], []).append(_thing(row))
        for entry in piece:
            found = [
                (_differing(entry, thing), thing)
                for thing in stored.get(entry.id or "", ())
                if entry.source in (None, listed.sources.get(thing.source or "", thing.source))
            ]
            if found:
                differing, thing = min(found, key=lambda each: (len(each[0]), each[1].source))
                result.met(entry, thing, differing)
            else:
                absent[entry.row] = entry
    return absent


def _differing(entry: OwnEntry, stored: StoredThing) -> list[Differing]:
    found = []
    if entry.on is not None and entry.on != stored.on:
        found.append(Differing(entry, DATE, str(entry.on), str(stored.on)))
    if entry.type is not None and _OF_CONTRACT.fullmatch(entry.type) and entry.type != stored.type:
        found.append(Differing(entry, TYPE, entry.type, stored.type))
    if entry.subject not in (None, stored.subject):
        found.append(Differing(entry, SUBJECT, entry.subject, stored.subject))
    return found


def _read_on(
    tx: Transaction,
    listed: _Listed,
    absent: Mapping[int, OwnEntry],
    hidden: Mapping[str, str],
    result: Reconciled,
) -> set[int]:
    """Read the log of the days asked for, and note what the list has not; gives the rows of the
    *absent* entries that stand for events of a dialect's making. *hidden*: what digests in place of
    ids stand for."""
    asked = result.asked
    known: set[int] = set()
    if not asked.beyond and not absent:
        return known
    for thing, by_dialect in _log(tx, asked):
        id_, source = str(thing.id), str(thing.source)
        result.stored += asked.beyond
        if listed.entry(hidden.get(id_, id_), source) is not None:
            continue
        told = listed.entry(_message_of(id_, str(thing.type)), source) if by_dialect else None
        if told is not None:
            known.add(told.row)
        elif asked.beyond:
            result.beyond(thing)
    return known & absent.keys()


def _message_of(id_: str, type_: str) -> str:
    """The id of the message of which a dialect made the event *id_* of *type_*, where it has an id
    of that kind; otherwise empty."""
    message, found, number = id_.rpartition(f"/{type_}")
    return message if found and (not number or number.startswith("/")) else ""


def _log(tx: Transaction, asked: AskedDays) -> Iterator[tuple[StoredThing, bool]]:
    """The events of the days and the source asked for in order of time, and whether a dialect made
    them; where no days are asked for, those alone of which that is so."""
    conditions, values = [], list[Any]()
    if asked.last is not None:
        conditions.append("time < %s")
        values.append(_midnight(asked.last + timedelta(days=1)))
    if asked.source is not None:
        conditions.append("source = %s")
        values.append(asked.source)
    if not asked.beyond:
        conditions.append("dialect IS NOT NULL")
    text = "".join(f" AND {each}" for each in conditions)
    sql = (
        f"SELECT {_COLUMNS}, dialect, stream_id, id FROM event"
        f" WHERE (time, stream_id, id) > (%s, %s, %s){text}"
        f" ORDER BY time, stream_id, id LIMIT {AT_ONCE}"
    )
    last = (_EARLIEST if asked.first is None else _midnight(asked.first), 0, 0)
    while rows := tx.rows(sql, *last, *values):
        last = rows[-1][4], rows[-1][6], rows[-1][7]
        yield from ((_thing(row[:5]), row[5] is not None) for row in rows)


def _thing(row: Row) -> StoredThing:
    id_, source, type_, subject, micros = row
    return StoredThing(id_, source, type_, subject, None, local_date(from_micros(micros)))


def _midnight(day: date) -> int:
    return to_micros(datetime.combine(day, time(), LOCAL))
