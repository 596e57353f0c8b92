"""What obligations are about in words: a document's symbol and abstract, a task's content, what the
event that opened one says. Read in bulk; whatever was erased is not there. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..rules.event_facts import NO_WORDS
from ..rules.obligations import Obligation
from ..rules.reading.stored import decode_stored
from .transaction import Transaction

TaskKey = tuple[int, str | None]
"""A stream's row and a task's id; None where an obligation is about no task."""


class Named(NamedTuple):
    """What a stream's row says of its document; ``id`` of the row, 0 where there is none yet."""

    id: int = 0
    symbol: str | None = None
    abstract: str | None = None


def documents_of(tx: Transaction, streams: Iterable[str]) -> dict[str, Named]:
    """What is known of the documents of *streams*, by key. A stream that owes without any event
    may not be there yet."""
    rows = tx.rows_among(
        "SELECT key, id, symbol, abstract FROM stream WHERE {among}", "key", set(streams)
    )
    return {key: Named(*row) for key, *row in rows}


def contents_of(tx: Transaction, streams: Iterable[int]) -> dict[TaskKey, str]:
    """The content of each task of *streams*; the leads of one task share it."""
    rows = tx.rows_among(
        "SELECT stream_id, task_id, content FROM task WHERE {among}", "stream_id", streams
    )
    return {(stream_id, task_id): content for stream_id, task_id, content in rows}


def told_by_openers(
    tx: Transaction, obligations: Iterable[Obligation], fields: Mapping[str, str]
) -> dict[str, str]:
    """By obligation, what the event that opened it says in the field that *fields* has for its
    type, where it still says any (what quotes something redacted has lost it)."""
    openers: dict[str, tuple[str, str]] = {}
    types: dict[tuple[str, str], str] = {}
    for each in obligations:
        told = each.trace.get("opened_by")
        type_ = "" if told is None else str(told.get("type"))
        if told is not None and type_ in fields:
            key = str(told.get("source")), str(told.get("id"))
            openers[each.id], types[key] = key, type_
    said: dict[tuple[str, str], object] = {}
    for source, event_id, structured, body in tx.rows_among(
        "SELECT source, event_id, structured, body FROM event WHERE {among}",
        "event_id",
        {event_id for _, event_id in types},
    ):
        type_ = types.get((source, event_id), "")
        if type_:
            data = decode_stored(body, bool(structured), type_)
            said[source, event_id] = data.get(fields[type_])
    found = {id_: said.get(key) for id_, key in openers.items()}
    return {
        id_: text
        for id_, text in found.items()
        if isinstance(text, str) and text not in ("", NO_WORDS)
    }
