"""Streams: the unit of locking. Whoever changes anything of a stream holds its row first.

Rows are made and locked in the order of their keys, so that two instances with batches about
the same streams wait for each other and never in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..rules.directory import Directory
from ..rules.streams import DOCUMENTS, REPORTS, key_of, parts_of
from .engines.engine import Row
from .tables.indexes import KNOWN_KINDS, OTHER_KIND
from .tables.models import StreamRow
from .transaction import Awaited, Transaction

_COLUMNS = (
    "id, key, symbol, abstract, flags, missing, next_opening, law, event_count, symbol_key, version"
)


TABLES_OF_STREAM = (
    *("obligation", "former_deadline", "found_later", "snooze"),
    *("outbox", "reminder", "mailing_line", "task"),
)
"""The tables whose rows belong to a stream by the number of its row, but for its events: they go
with it, since SQLite gives the number to another stream after it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A row of the table, in the form of its columns (`forms`)."""

    id: int
    key: str
    symbol: str | None
    abstract: str | None
    flags: str | None
    missing: str | None
    next_opening: str | None
    law: str | None
    event_count: int
    symbol_key: int | None
    version: int | None
    """Another one with every transaction that changed anything of the stream."""

    @property
    def content(self) -> Row:
        """Everything that a projection or a new event may change; see CONTENT_COLUMNS."""
        return (
            self.symbol,
            self.abstract,
            self.flags,
            self.missing,
            self.next_opening,
            self.law,
            self.event_count,
            self.symbol_key,
        )


CONTENT_COLUMNS = (
    "id",
    "symbol",
    "abstract",
    "flags",
    "missing",
    "next_opening",
    "law",
    "event_count",
    "symbol_key",
    "version",
)
"""The key of a row, then the columns of `Stream.content` in order, then the version."""


def claim_streams(tx: Transaction, keys: Collection[str]) -> dict[str, Stream]:
    """The streams of *keys*, made where they are missing, locked until the transaction ends."""
    return ask_claimed(tx, keys)()


def ask_claimed(tx: Transaction, keys: Collection[str]) -> Awaited[dict[str, Stream]]:
    """The same, asked for: what is asked behind it sees what whoever held them before has done."""
    there = tx.rows_among("SELECT key FROM stream WHERE {among}", "key", keys)
    missing = sorted(set(keys).difference(key for (key,) in there))
    if missing:
        tx.engine.ensure(StreamRow, ("key", "event_count"), [(key, 0) for key in missing])
    locked = _ask_locked(tx, "key", keys)
    return lambda: {stream.key: stream for stream in locked()}


def lock_streams(tx: Transaction, ids: Collection[int]) -> list[Stream]:
    """The streams of *ids*, locked until the transaction ends, in the order of their keys."""
    return _ask_locked(tx, "id", ids)()


def touch(tx: Transaction, ids: Collection[int]) -> None:
    """Give the streams of *ids*, which the caller holds, another version: what is remembered of
    them anywhere is not what is stored any more."""
    tx.run_among("UPDATE stream SET version=%s WHERE {among}", "id", ids, tx.version)


def lock_opening(tx: Transaction, through: str, limit: int) -> list[Stream]:
    """At most *limit* streams on which a date up to *through* opens something, locked."""
    rows = tx.rows(
        f"SELECT {_COLUMNS} FROM stream WHERE next_opening IS NOT NULL AND next_opening <= %s"
        f" ORDER BY key LIMIT %s{tx.engine.for_update}",
        through,
        limit,
    )
    return [Stream(*row) for row in rows]


def streams_after(tx: Transaction, last: int, limit: int) -> list[Stream]:
    """The next *limit* streams after the row *last*, in the order they were made; no lock."""
    rows = tx.rows(f"SELECT {_COLUMNS} FROM stream WHERE id > %s ORDER BY id LIMIT %s", last, limit)
    return [Stream(*row) for row in rows]


def streams_where(tx: Transaction, condition: str, parameters: Sequence[Any]) -> list[Stream]:
    """The streams for which the SQL *condition* holds with *parameters*; no lock."""
    rows = tx.rows(f"SELECT {_COLUMNS} FROM stream WHERE {condition}", *parameters)
    return [Stream(*row) for row in rows]


def stream_of(tx: Transaction, key: str) -> Stream | None:
    """The stream of *key*; None where there is none. No lock."""
    rows = tx.rows(f"SELECT {_COLUMNS} FROM stream WHERE key = %s", key)
    return Stream(*rows[0]) if rows else None


def missing_reports(tx: Transaction, directory: Directory) -> list[str]:
    """The keys of the periodic streams of bodies that nothing has projected yet or is going to,
    in order: a row that was made for an event which was not stored after all is only a lock."""
    keys = {key_of(REPORTS, body.code) for body in directory}
    rows = tx.rows_among("SELECT key, law, next_opening FROM stream WHERE {among}", "key", keys)
    there = {key for key, law, next_opening in rows if law is not None or next_opening is not None}
    return sorted(keys - there)


def documents_among(tx: Transaction, subjects: Collection[str]) -> bool:
    """Whether any of *subjects* identifies a document of which events are stored; no lock."""
    keys = [key_of(DOCUMENTS, subject) for subject in subjects]
    sql = "SELECT id FROM stream WHERE event_count > 0 AND {among} LIMIT 1"
    return bool(tx.rows_among(sql, "key", keys))


def streams_of_subject(tx: Transaction, subject: str) -> list[Stream]:
    """The streams of every kind that are about *subject*, by key; no lock."""
    rows = tx.rows_among(
        f"SELECT {_COLUMNS} FROM stream WHERE {{among}}",
        "key",
        [key_of(kind, subject) for kind in KNOWN_KINDS],
    )
    rows += tx.rows(
        f"SELECT {_COLUMNS} FROM stream WHERE {OTHER_KIND} AND substr(key, length(key) - %s) = %s",
        len(subject),
        key_of("", subject),
    )
    # A subject may hold a colon itself, and then its end alone is not what was asked for.
    found = [stream for row in rows if parts_of((stream := Stream(*row)).key)[1] == subject]
    return sorted(found, key=lambda stream: stream.key)


def _ask_locked(tx: Transaction, column: str, values: Iterable[int | str]) -> Awaited[list[Stream]]:
    sql = f"SELECT {_COLUMNS} FROM stream WHERE {{among}} ORDER BY key{tx.engine.for_update}"
    rows = tx.ask_among(sql, column, values)
    return lambda: [Stream(*row) for row in rows()]
