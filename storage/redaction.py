"""What makes a subject secret, and keeps it so: everything stored of it is erased at once, and
nothing of it is stored again until an operator lifts the redaction.

This is the first of two stages: rows are gone when the transaction commits. Copies in free
pages and logs of the database are overwritten afterwards, and `erased_at` then says when.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from .forms import to_micros
from .models import RedactionRow, StreamRow
from .streams import CONTENT_COLUMNS, Stream
from .unit_of_work import Transaction

SECRECY_CHANGED = "document.secrecy_changed"
NORMAL = "normal"


def redacted_among(tx: Transaction, keys: Collection[str]) -> set[str]:
    """Those of the streams *keys* that are redacted."""
    rows = tx.rows_among("SELECT stream FROM redaction WHERE {among}", "stream", keys)
    return {key for (key,) in rows}


def redact(
    tx: Transaction, levels: Mapping[str, str], streams: Mapping[str, Stream], at: datetime
) -> None:
    """Redact the streams that *levels* names (key: level); the caller holds them in *streams*.

    The redaction is written first and stays whatever arrives before or after.
    """
    tx.engine.ensure(
        RedactionRow,
        ("stream", "level", "redacted_at"),
        [(key, level, to_micros(at)) for key, level in levels.items()],
    )
    ids = [streams[key].id for key in levels]
    # Obligations first: a scheduler that is deciding about one holds it, and what it writes
    # must be there to be erased by the statements after.
    for table in ("obligation", "outbox", "reminder", "task"):
        tx.run_among(f"DELETE FROM {table} WHERE {{among}}", "stream_id", ids)
    tx.run_among(
        "DELETE FROM event_stream WHERE event IN (SELECT id FROM event WHERE {among})",
        "stream_id",
        ids,
    )
    tx.run_among("DELETE FROM event_stream WHERE {among}", "stream_id", ids)
    tx.run_among("DELETE FROM event WHERE {among}", "stream_id", ids)
    nothing = (None, None, None, None, None, None, 0)
    tx.update(StreamRow, CONTENT_COLUMNS, [(id_, *nothing) for id_ in ids])
    # What other subjects quote of these streams' tasks is to be erased here as well.
