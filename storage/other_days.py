"""For `--as-of`: another day than the stored one, what was known on it or will have opened by it;
and for `--known-at`: what had been stored by an earlier time.

What is stored is what all events say, up to the stored day. On an earlier day the events after
it had not happened; by a later one more may have opened; at an earlier time what came late had not
come. The streams that are otherwise then are projected in memory, from what had been said and had
come by then. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..rules.moments import end_of, is_asked, reached, told_by
from ..rules.obligations import Projection
from .history import read_histories
from .projecting import Basis
from .streams import Stream, missing_reports, streams_where
from .tables.forms import day_text, to_micros
from .transaction import Transaction

_STREAMS_AT_ONCE = 200
"""Streams whose histories are held at once."""

_OPENING = "next_opening IS NOT NULL AND next_opening <= %s"
_LATER = (
    "id IN (SELECT stream_id FROM event WHERE {later}"
    " UNION SELECT f.stream_id FROM event_stream f JOIN event e ON e.id = f.event"
    " WHERE e.{later})"
)
_TOLD_LATER, _STORED_LATER = (
    _LATER.format(later="time >= %s"),
    _LATER.format(later="received_at > %s"),
)


@dataclass(frozen=True, slots=True)
class Streams:
    """A condition on rows of streams, with its parameters; "": of none."""

    sql: str = ""
    parameters: tuple[Any, ...] = ()

    def left_out(self, column: str) -> str:
        """A further condition of a WHERE: *column* has the row id of another stream."""
        return f" AND {column} NOT IN (SELECT id FROM stream WHERE {self.sql})" if self.sql else ""


def otherwise_on(
    tx: Transaction, day: date, through: date, stored_by: datetime | None = None
) -> Streams:
    """The streams of which something else is stored, up to the day *through*, than what holds on
    *day*, or so far, by what had been stored by the aware time *stored_by* (None: by now).

    Events after *through* are looked for with a *stored_by* alone: only a clock that was ahead has
    dated any, which what is to be the same again must not count and a figure of today may.
    """
    conditions = [f"({_OPENING})"]
    parameters: list[Any] = [day_text(day)]
    ahead = _ahead(tx, day)
    if ahead:
        conditions.append(f"id IN ({', '.join('%s' for _ in ahead)})")
        parameters += ahead
    if day < through or stored_by is not None or is_asked(day):
        after = to_micros(told_by(day))
        conditions.append(_TOLD_LATER)
        parameters += [after] * 2
    if stored_by is not None:
        conditions.append(_STORED_LATER)
        parameters += [to_micros(stored_by)] * 2
    return Streams(" OR ".join(conditions), tuple(parameters))


def _ahead(tx: Transaction, day: date) -> list[int]:
    """The row ids of the streams of which something is due at a moment that is still to come on
    *day*: what is stored shows the day's end. They are few, and told one by one: a database that is
    to look for them beside other conditions looks at every stream."""
    moment, end = to_micros(reached(day)), to_micros(end_of(day))
    if moment == end:
        return []
    rows = tx.rows(
        "SELECT DISTINCT stream_id FROM obligation WHERE due_at >= %s AND due_at < %s"
        " ORDER BY stream_id",
        moment,
        end,
    )
    return [id_ for (id_,) in rows]


def projected_on(
    tx: Transaction, basis: Basis, otherwise: Streams, stored_by: datetime | None = None
) -> Iterator[tuple[str, Projection]]:
    """The streams of *otherwise* and those that nothing has projected yet, by key, each with what
    follows through the day of *basis* from what had been said by its end and stored by *stored_by*;
    some streams at a time, however many there are."""
    for stream, projection in known_streams(tx, basis, otherwise, stored_by):
        yield stream.key, projection
    for key in missing_reports(tx, basis.law.directory):
        yield key, basis.law.project(key, (), basis.since, basis.through)


def known_streams(
    tx: Transaction, basis: Basis, otherwise: Streams, stored_by: datetime | None = None
) -> Iterator[tuple[Stream, Projection]]:
    """The streams of *otherwise*, each with what follows through the day of *basis* from what had
    been said by its end and stored by *stored_by*."""
    streams = streams_where(tx, otherwise.sql, otherwise.parameters)
    for start in range(0, len(streams), _STREAMS_AT_ONCE):
        some = streams[start : start + _STREAMS_AT_ONCE]
        histories = read_histories(tx, [stream.id for stream in some], stored_by)
        for stream in some:
            until = told_by(basis.through)
            said = [event for event in histories[stream.id] if event.time < until]
            yield stream, basis.project(stream, said).projection


def known_on(tx: Transaction, basis: Basis, stream: Stream, day: date) -> Projection | None:
    """What had been said of *stream* by the end of *day*, judged by *basis*; None where all that
    is stored of it had been said by then."""
    history = read_histories(tx, [stream.id])[stream.id]
    said = [event for event in history if event.time < told_by(day)]
    if len(said) == len(history):
        return None
    return basis.project(stream, said).projection
