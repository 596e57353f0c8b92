"""The log as events again: the whole history of streams, read in bulk.

Must never give an event in another form than the intake gave it to the projection.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import chain

from ..rules.events import Event, local_date
from ..rules.reading.stored import decode_stored
from .tables.forms import from_micros, to_micros
from .transaction import Awaited, Transaction

_EVENT = "e.source, e.event_id, e.type, e.subject, e.time, e.sequence, e.structured, e.body"

_OWN = f"SELECT e.stream_id, {_EVENT} FROM event e WHERE"
_FURTHER = f"SELECT f.stream_id, {_EVENT} FROM event_stream f JOIN event e ON e.id = f.event WHERE"


def read_histories(
    tx: Transaction, stream_ids: Collection[int], stored_by: datetime | None = None
) -> dict[int, list[Event]]:
    """Every event of the streams that was stored by the aware time *stored_by* (None: by now), by
    stream, in no order. Raises `DamagedEvent`."""
    return ask_histories(tx, stream_ids, stored_by)()


def ask_histories(
    tx: Transaction, stream_ids: Collection[int], stored_by: datetime | None = None
) -> Awaited[dict[int, list[Event]]]:
    """The same, asked for."""
    early = () if stored_by is None else (to_micros(stored_by),)
    which = " e.received_at <= %s AND {among}" if early else " {among}"
    own = tx.ask_among(_OWN + which, "e.stream_id", stream_ids, *early)
    further = tx.ask_among(_FURTHER + which, "f.stream_id", stream_ids, *early)

    def read() -> dict[int, list[Event]]:
        histories: dict[int, list[Event]] = {stream_id: [] for stream_id in stream_ids}
        for stream_id, *event in chain(own(), further()):
            histories[stream_id].append(_event(*event))
        return histories

    return read


def _event(
    source: str,
    event_id: str,
    type_: str,
    subject: str,
    micros: int,
    sequence: int | None,
    structured: bool,
    body: bytes,
) -> Event:
    time = from_micros(micros)
    return Event(
        source=source,
        id=event_id,
        type=type_,
        subject=subject,
        time=time,
        sequence=sequence,
        data=decode_stored(body, bool(structured), type_),
        on=local_date(time),
    )
