"""Streams that nothing is left in: their rows go, with all that refers to them."""

from __future__ import annotations

from collections.abc import Collection

from ...rules.streams import REPORTS_BEGIN
from ..mail_lines import forget_answers
from ..streams import TABLES_OF_STREAM
from ..transaction import Transaction


def drop_empty(tx: Transaction, streams: Collection[int]) -> None:
    """Forget those of *streams*, which the caller holds, that no event is left in, with all that
    refers to them: the key of one that was about something secret may name it, and what was told
    of it would stand at another stream, where no redaction finds it, once SQLite gives the number
    of its row anew. Bodies owe reports without any event, and what is redacted is known by its
    key. Who waits for such a row meanwhile finds none, and tries again."""
    dropped = tx.rows_among(
        f"DELETE FROM stream WHERE substr(key, 1, {len(REPORTS_BEGIN)}) <> '{REPORTS_BEGIN}'"
        " AND NOT EXISTS (SELECT 1 FROM event WHERE event.stream_id = stream.id)"
        " AND NOT EXISTS (SELECT 1 FROM redaction WHERE redaction.stream = stream.key)"
        " AND {among} RETURNING id",
        "id",
        streams,
    )
    ids = [id_ for (id_,) in dropped]
    forget_answers(tx, ids)
    for table in TABLES_OF_STREAM:
        tx.run_among(f"DELETE FROM {table} WHERE {{among}}", "stream_id", ids)
