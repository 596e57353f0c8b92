"""The log as events again: the whole history of streams, read in bulk.

Must never give an event in another form than the intake gave it to the projection.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ..rules.events import Event, local_date
from ..rules.reading.stored import decode_stored
from .tables.forms import from_micros, to_micros
from .transaction import Transaction

_EVENT = "e.source, e.event_id, e.type, e.subject, e.time, e.sequence, e.structured, e.body"

_OWN = f"SELECT e.stream_id, {_EVENT} FROM event e WHERE"
_FURTHER = f"SELECT f.stream_id, {_EVENT} FROM event_stream f JOIN event e ON e.id = f.event WHERE"


def read_histories(
    tx: Transaction, stream_ids: Collection[int], stored_by: datetime | None = None
) -> dict[int, list[Event]]:
    """Every event of the streams that was stored by the aware time *stored_by* (None: by now), by
    stream, in no order. Raises `DamagedEvent`."""
    histories: dict[int, list[Event]] = {stream_id: [] for stream_id in stream_ids}
    early = () if stored_by is None else (to_micros(stored_by),)
    which = " e.received_at <= %s AND {among}" if early else " {among}"
    rows = tx.rows_among(_OWN + which, "e.stream_id", stream_ids, *early)
    rows += tx.rows_among(_FURTHER + which, "f.stream_id", stream_ids, *early)
    for stream_id, source, event_id, type_, subject, micros, sequence, structured, body in rows:
        time = from_micros(micros)
        histories[stream_id].append(
            Event(
                source=source,
                id=event_id,
                type=type_,
                subject=subject,
                time=time,
                sequence=sequence,
                data=decode_stored(body, bool(structured), type_),
                on=local_date(time),
            )
        )
    return histories
