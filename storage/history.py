"""The log as events again: the whole history of streams, read in bulk.

Must never give an event in another form than the intake gave it to the projection.
"""

from __future__ import annotations

from collections.abc import Collection

from ..rules.events import Event, local_date
from ..rules.reading.stored import decode_stored
from .tables.forms import from_micros
from .transaction import Transaction

_EVENT = "e.source, e.event_id, e.type, e.subject, e.time, e.sequence, e.structured, e.body"

_OWN = f"SELECT e.stream_id, {_EVENT} FROM event e WHERE {{among}}"
_FURTHER = (
    f"SELECT f.stream_id, {_EVENT} FROM event_stream f JOIN event e ON e.id = f.event"
    " WHERE {among}"
)


def read_histories(tx: Transaction, stream_ids: Collection[int]) -> dict[int, list[Event]]:
    """Every event of the streams, by stream, in no order. Raises `DamagedEvent`."""
    histories: dict[int, list[Event]] = {stream_id: [] for stream_id in stream_ids}
    rows = tx.rows_among(_OWN, "e.stream_id", stream_ids)
    rows += tx.rows_among(_FURTHER, "f.stream_id", stream_ids)
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
