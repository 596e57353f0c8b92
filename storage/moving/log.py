"""The log as it is exported: every stored event that is asked for, in the order it was stored.

Read in pieces within one transaction, so that it is of one moment and any length. What is redacted
is not in the log any more, and what quoted it has lost its text: nothing has to be left out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from ...rules.events import LOCAL
from ..engines.engine import Row
from ..secrecy.quotes import StoredEvent
from ..tables.forms import from_micros, to_micros
from ..transaction import Transaction

AT_ONCE = 500
"""How many events are read at once: with bodies of the largest size some hundred megabytes."""
_STREAMS_AT_ONCE = 20
_COLUMNS = (
    "id, type, subject, source, event_id, time, sequence, structured, body, sha256, received_at,"
    " conflicts, dialect, message"
)


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which events are asked for: all that is given must hold.

    ``first`` and ``last``: local dates on which it happened, both counted. ``streams``: rows of
    streams that it belongs to. ``source`` as HSCV gives it, ``type`` without
    its prefix.
    """

    first: date | None = None
    last: date | None = None
    streams: tuple[int, ...] | None = None
    source: str | None = None
    type: str | None = None

    def condition(self) -> tuple[str, list[Any]]:
        """What of it SQL can ask of a row of ``event``, but for the streams."""
        asked: list[tuple[str, Any]] = []
        if self.first is not None:
            asked.append(("time >= %s", _begin(self.first)))
        if self.last is not None:
            asked.append(("time < %s", _begin(self.last + timedelta(days=1))))
        if self.source is not None:
            asked.append(("source = %s", self.source))
        if self.type is not None:
            asked.append(("type = %s", self.type))
        text = "".join(f" AND {each}" for each, _ in asked)
        return text, [value for _, value in asked]


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event as it is stored; ``type`` without prefix, times aware, ``sha256`` of the message
    as it came, which ``body`` need not be any more. ``dialect`` and ``message``: as in `NewEvent`.
    """

    row: int
    type: str
    subject: str
    source: str
    id: str
    time: datetime
    sequence: int | None
    structured: bool
    body: bytes
    sha256: bytes
    received_at: datetime
    conflicts: int
    dialect: str | None = None
    message: bytes | None = None

    @property
    def said(self) -> StoredEvent:
        """What is looked through for quotes."""
        return StoredEvent(
            self.type, self.subject, self.source, self.id, self.structured, self.body
        )


def count_log(tx: Transaction, wanted: LogFilter) -> int:
    """How many events *wanted* is of."""
    if wanted.streams is not None:
        return len(_rows_of(tx, wanted.streams))
    asked, values = wanted.condition()
    ((count,),) = tx.rows(f"SELECT COUNT(*) FROM event WHERE id > 0{asked}", *values)
    return int(count)


def read_log(tx: Transaction, wanted: LogFilter) -> Iterator[LoggedEvent]:
    """The events that are *wanted*."""
    if wanted.streams is not None:
        yield from _of_streams(tx, wanted, wanted.streams)
        return
    asked, values = wanted.condition()
    last = 0
    while rows := tx.rows(
        f"SELECT {_COLUMNS} FROM event WHERE id > %s{asked} ORDER BY id LIMIT {AT_ONCE}",
        last,
        *values,
    ):
        last = rows[-1][0]
        yield from map(_logged, rows)


def read_by_stream(tx: Transaction) -> Iterator[LoggedEvent]:
    """The whole log, stream by stream: what comes in in this order is projected once a stream."""
    last = (0, 0)
    while rows := tx.rows(
        f"SELECT stream_id, {_COLUMNS} FROM event WHERE (stream_id, id) > (%s, %s)"
        f" ORDER BY stream_id, id LIMIT {AT_ONCE}",
        *last,
    ):
        last = rows[-1][0], rows[-1][1]
        yield from (_logged(row[1:]) for row in rows)


def read_of_streams(tx: Transaction, streams: Sequence[int]) -> Iterator[tuple[int, LoggedEvent]]:
    """The events whose first stream is one of *streams*, stream by stream, each with it."""
    coming = iter(sorted(streams))
    while ids := list(islice(coming, _STREAMS_AT_ONCE)):
        sql = f"SELECT stream_id, {_COLUMNS} FROM event WHERE {{among}} ORDER BY stream_id, id"
        for row in tx.rows_among(sql, "stream_id", ids):
            yield row[0], _logged(row[1:])


def other_contents(tx: Transaction, event: LoggedEvent) -> list[bytes]:
    """The digests of what else came under the source and id of *event*."""
    if not event.conflicts:
        return []
    rows = tx.rows("SELECT sha256 FROM conflict WHERE event = %s", event.row)
    return sorted(bytes(sha256) for (sha256,) in rows)


def _of_streams(
    tx: Transaction, wanted: LogFilter, streams: Sequence[int]
) -> Iterator[LoggedEvent]:
    asked, values = wanted.condition()
    coming = iter(_rows_of(tx, streams))
    while ids := list(islice(coming, AT_ONCE)):
        sql = f"SELECT {_COLUMNS} FROM event WHERE id > 0{asked} AND {{among}} ORDER BY id"
        yield from map(_logged, tx.rows_among(sql, "id", ids, *values))


def _rows_of(tx: Transaction, streams: Iterable[int]) -> list[int]:
    """The rows of the events of *streams*, in order."""
    ids = list(streams)
    rows = tx.rows_among("SELECT id FROM event WHERE {among}", "stream_id", ids)
    rows += tx.rows_among("SELECT event FROM event_stream WHERE {among}", "stream_id", ids)
    return sorted({id_ for (id_,) in rows})


def _logged(row: Row) -> LoggedEvent:
    (id_, type_, subject, source, event_id, time, sequence, structured, body, *rest) = row
    sha256, received_at, conflicts, dialect, message = rest
    return LoggedEvent(
        row=id_,
        type=type_,
        subject=subject,
        source=source,
        id=event_id,
        time=from_micros(time),
        sequence=sequence,
        structured=bool(structured),
        body=bytes(body),
        sha256=bytes(sha256),
        received_at=from_micros(received_at),
        conflicts=conflicts,
        dialect=dialect,
        message=None if message is None else bytes(message),
    )


def _begin(day: date) -> int:
    return to_micros(datetime(day.year, day.month, day.day, tzinfo=LOCAL))
