"""By what the events that may quote a name are found without reading the log.

Beside each event that can quote stands a short digest of every number in it, with the two
characters after that (`folding.marks_in`). Whoever looks for a name that has a number looks at the
events that have the mark of that number: more than quote it, never fewer. What is erased from an
event must go from its marks too; where it has none, it is always looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..tables.indexes import NEVER_QUOTING, QUOTABLE
from ..transaction import Transaction
from .folding import marks_in
from .quotes import StoredEvent, Wanted, can_quote, texts_of

_MOST_KEPT = 300
"""Marks that are kept of one event: PostgreSQL has no place for 2,700 bytes in an index."""
_MOST_WANTED = 64
"""Marks that are looked for; beyond that, to look at every event costs no more."""
_AT_ONCE = 500
"""Events that are held at once: with bodies of the largest size some hundred megabytes."""
_COLUMNS = "id, stream_id, type, subject, source, event_id, structured, body"

Found = tuple[int, int, StoredEvent]
"""The id of an event, that of its stream, and what it says."""


def marks_of(said: StoredEvent) -> bytes | None:
    """What stands beside an event; None where it is to be looked at whatever is looked for. Nobody
    looks at those that are `NEVER_QUOTING`."""
    if said.type in NEVER_QUOTING:
        return None
    found: set[bytes] = set()
    try:
        for text in texts_of(said):
            found.update(marks_in(text))
            if len(found) > _MOST_KEPT:
                return None
    except ValueError:  # a damaged body; `dondoc check` tells
        return None
    return b"".join(sorted(found))


def may_quote(tx: Transaction, wanted: Wanted) -> Iterator[list[Found]]:
    """The stored events that may quote a name *wanted*, some at a time, in the order in which they
    were stored."""
    if wanted.marks is None or len(wanted.marks) > _MOST_WANTED:
        return _events(tx)
    marks = sorted(wanted.marks)
    holding = " OR ".join([tx.engine.holds("marks")] * len(marks))
    return _events(tx, f" AND (marks IS NULL OR {holding})", *marks)


def mark_events(tx: Transaction) -> None:
    """Write the marks of every event that can have some and has none, after the column was
    added."""
    for found in _events(tx, " AND marks IS NULL"):
        marks = [(marks_of(said), id_) for id_, _, said in found]
        tx.run_each("UPDATE event SET marks=%s WHERE id=%s", marks)


def _events(tx: Transaction, condition: str = "", *parameters: bytes) -> Iterator[list[Found]]:
    last = 0
    # The ids by themselves: they are found in the index alone.
    while ids := tx.rows(
        f"SELECT id FROM event WHERE {QUOTABLE} AND id > %s{condition} ORDER BY id LIMIT %s",
        last,
        *parameters,
        _AT_ONCE,
    ):
        last = ids[-1][0]
        rows = tx.rows_among(
            f"SELECT {_COLUMNS} FROM event WHERE {{among}} ORDER BY id",
            "id",
            (id_ for (id_,) in ids),
        )
        yield [
            (id_, stream_id, StoredEvent(type_, subject, source, event_id, bool(structured), body))
            for id_, stream_id, type_, subject, source, event_id, structured, body in rows
            # What a document says of another is as secret as HSCV says that document is.
            if can_quote(type_)
        ]
