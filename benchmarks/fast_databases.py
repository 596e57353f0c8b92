"""The two databases as `cloning` fills them: fast, and without any durability.

Each has the few words that it says otherwise. It must never be opened on a database that is used.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from dondoc.storage.secrecy.marks import marks_of
from dondoc.storage.secrecy.quotes import StoredEvent
from dondoc.storage.symbols import symbol_key
from dondoc.storage.tables.indexes import MODELS, QUOTABLE


class Copy(NamedTuple):
    """One stream to be made of another; ``days``: how far back, 0 for the present."""

    new_id: int
    old_id: int
    key: str
    digest: str
    event_prefix: str
    old_subject: str
    new_subject: str
    days: int


class FastDatabase(ABC):
    """A connection that fills fast, and the few words that the databases have different."""

    connection: Any
    mark: str

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(sql).fetchall()
        return found

    def run(self, sql: str) -> None:
        self.connection.execute(sql)

    def fill_copies(self, copies: Sequence[Copy]) -> None:
        self.run(
            "CREATE TABLE copy (new_id BIGINT, old_id BIGINT, key TEXT, digest TEXT,"
            " event_prefix TEXT, old_subject TEXT, new_subject TEXT, days INTEGER)"
        )
        marks = ",".join(self.mark for _ in Copy._fields)
        self.connection.cursor().executemany(f"INSERT INTO copy VALUES ({marks})", copies)
        self.run("ANALYZE copy")

    def fill_symbol_keys(self) -> None:
        """Have every copy found by a symbol of its own."""
        rows = self.rows("SELECT symbol, id FROM stream WHERE symbol IS NOT NULL")
        keys = [(symbol_key(symbol), id_) for symbol, id_ in rows]
        statement = f"UPDATE stream SET symbol_key = {self.mark} WHERE id = {self.mark}"
        self.connection.cursor().executemany(statement, keys)

    def fill_marks(self) -> None:
        """Have every copy found by what it quotes itself, where its original would be."""
        columns = "id, type, subject, source, event_id, structured, body"
        rows = self.rows(f"SELECT {columns} FROM event WHERE {QUOTABLE}")
        marks = [(marks_of(StoredEvent(*said)), id_) for id_, *said in rows]
        statement = f"UPDATE event SET marks = {self.mark} WHERE id = {self.mark}"
        self.connection.cursor().executemany(statement, marks)

    def close(self) -> None:
        self.connection.close()

    @abstractmethod
    def days_back(self, day: str) -> str:
        """A date moved back by the copy's days."""

    @abstractmethod
    def in_bytes(self, change: Callable[[str], str]) -> str:
        """The body of an event, changed as text."""

    @abstractmethod
    def drop_indexes(self) -> list[str]:
        """Drop every index but those of the primary keys; gives the statements that make them."""

    @abstractmethod
    def finish(self, indexes: Sequence[str]) -> None:
        """Make the indexes again, and leave all as it is in use."""


class FastSqlite(FastDatabase):
    mark = "?"

    def __init__(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=off", "synchronous=off", "cache_size=-3000000"):
            self.run(f"PRAGMA {pragma}")
        self.run("BEGIN")

    def days_back(self, day: str) -> str:
        return f"date({day}, -c.days || ' days')"

    def in_bytes(self, change: Callable[[str], str]) -> str:
        return f"CAST({change('CAST(o.body AS TEXT)')} AS BLOB)"

    def drop_indexes(self) -> list[str]:
        found = self.rows("SELECT name, sql FROM sqlite_master WHERE type='index' AND sql NOT NULL")
        # What finds the rows of an original is needed meanwhile.
        found = [(name, sql) for name, sql in found if not name.endswith("_of_stream")]
        for name, _ in found:
            if name != "task_identity":
                self.run(f"DROP INDEX {name}")
        return [sql for name, sql in found if name != "task_identity"]

    def finish(self, indexes: Sequence[str]) -> None:
        for sql in indexes:
            self.run(sql)
        self.run("COMMIT")
        self.run("PRAGMA journal_mode=wal")


class FastPostgres(FastDatabase):
    mark = "%s"

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        self.run("SET synchronous_commit = off")
        self.run("SET maintenance_work_mem = '1GB'")

    def days_back(self, day: str) -> str:
        return f"(({day})::date - c.days)"

    def in_bytes(self, change: Callable[[str], str]) -> str:
        text = change("convert_from(o.body, 'UTF8')")
        return f"convert_to({text}, 'UTF8')"

    def drop_indexes(self) -> list[str]:
        found = self.rows(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND indexname NOT LIKE '%_of_stream' AND indexname <> 'task_identity'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        for name, _ in found:
            self.run(f"DROP INDEX {name}")
        return [sql for _, sql in found]

    def finish(self, indexes: Sequence[str]) -> None:
        for sql in indexes:
            self.run(sql)
        self.run(
            "SELECT setval(pg_get_serial_sequence('stream', 'id'), (SELECT MAX(id) FROM stream))"
        )
        self.connection.commit()
        self.connection.autocommit = True
        for model in MODELS:
            # As autovacuum would have done by the time there is so much.
            self.run(f"VACUUM ANALYZE {model._meta.table_name}")
