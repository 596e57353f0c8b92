"""SQLite as dondoc uses it: one file, nothing to set up, nothing lost when the power goes.

It must never trade durability for speed: a commit is on the disk when it returns.
"""

from __future__ import annotations

import json
import sqlite3
import stat
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

from peewee import Model, PeeweeException, SqliteDatabase

from .engine import Diagnosis, Engine, Failure, Row, called, cause_of, first_line
from .errors import StorageError
from .sqlite_backup import write_copy
from .sqlite_file import DatabaseFile, RemovedBeside
from .turns import Turns

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's transaction before it counts as a collision."""

CHECKPOINT_WAITS = (0.0, 0.5, 2.0)
"""Seconds before each try to cut the WAL; each waits for readers by itself, BUSY_SECONDS."""

_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "secure_delete": "on",
    # 10 MiB of pages for each connection, of which a service has four or five: the upper levels of
    # every index stay in memory, and a service within 120 MiB.
    "cache_size": -10 * 1024,
    # Pages that many transactions touch are copied into the database once for all of them.
    "wal_autocheckpoint": 4000,
    # A WAL that grew while a long reader was at work is cut back at the next checkpoint.
    "journal_size_limit": 64 * 1024 * 1024,
}

_COLLISIONS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_OUTAGES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}


class _Database(SqliteDatabase):
    """peewee's database, which opens no other file than the one it opened first."""

    def __init__(self, file: DatabaseFile) -> None:
        self._file = file
        super().__init__(str(file.path), pragmas=_PRAGMAS, timeout=BUSY_SECONDS)

    def _connect(self) -> sqlite3.Connection:
        self._file.before_opening()
        # peewee's stubs leave it out.
        connection: sqlite3.Connection = super()._connect()  # type: ignore[misc]
        try:
            self._file.opened()
        except BaseException:  # whatever it is, no connection stays open behind it
            connection.close()
            raise
        return connection


class SqliteEngine(Engine):
    """A SQLite file. One transaction writes at a time, so rows need no locks."""

    driver_errors = (sqlite3.Error, PeeweeException)
    for_update = ""
    skip_locked = ""
    # A transaction that began to read and then wants to write could find that another wrote in
    # between, and nothing but starting again would help.
    begin_write = ("BEGIN IMMEDIATE",)
    begin_read = ("BEGIN DEFERRED",)

    def __init__(self, path: Path, url: str, named_by: str = "") -> None:
        self.path = path
        self._named_by = named_by
        self._called = called(str(path), named_by)
        self._file = DatabaseFile(path, named_by)
        self._turns = Turns()
        super().__init__(_Database(self._file), called(url, named_by))

    def is_there(self) -> bool:
        """Whether the file is there. Raises StorageError where its directory is not, or nobody of
        this account may look."""
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            if not self._lacks_directory():
                return False
        except OSError:
            pass
        else:
            return True
        raise StorageError(self._refusal(sqlite3.SQLITE_CANTOPEN))

    def turn(self) -> AbstractContextManager[None]:
        return self._turns.take(BUSY_SECONDS)

    def require_in_place(self) -> None:
        try:
            self._file.require_in_place()
        except RemovedBeside:
            # What was committed is in the removed WAL alone, and would be lost with this process.
            self.database.execute_sql("PRAGMA wal_checkpoint(PASSIVE)")
            raise

    def sql(self, text: str) -> str:
        return _with_question_marks(text)

    def among(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(%s))"

    def holds(self, column: str) -> str:
        return f"instr({column}, %s) > 0"

    def listed(self, values: Iterable[Any]) -> str:
        return json.dumps(list(values))

    def insert(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        self._execute_many(_insert(model, columns), rows)

    def ensure(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        self._execute_many(f"{_insert(model, columns)} ON CONFLICT DO NOTHING", rows)

    def update(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        key, *others = columns
        changes = ",".join(f"{column}=?{at}" for at, column in enumerate(others, start=2))
        table = model._meta.table_name
        self._execute_many(f"UPDATE {table} SET {changes} WHERE {key}=?1", rows)

    def _execute_many(self, sql: str, rows: Sequence[Row]) -> None:
        self.database.cursor().executemany(sql, rows)

    def hold(self, names: Iterable[str]) -> None:
        """The transaction is IMMEDIATE already, so it is the only one."""

    def lock_schema(self) -> None:
        """The transaction is IMMEDIATE already, so it is the only one."""

    def forbid_statistics(self, tables: Sequence[str]) -> None:
        """There is nothing to forbid; `overwrite` removes what an ANALYZE may have left."""

    def overwrite(self, tables: Sequence[str]) -> list[str]:
        self.database.connect(reuse_if_open=True)
        # Where SQLite is built to, ANALYZE keeps samples of what indexes hold in these.
        for kept in ("sqlite_stat3", "sqlite_stat4"):
            self.database.execute_sql(f"DROP TABLE IF EXISTS {kept}")
        # Written anew from what is there; the old pages then live on in the WAL alone, until it
        # has been copied into the file and cut.
        self.database.execute_sql("VACUUM")
        for wait in CHECKPOINT_WAITS:
            time.sleep(wait)
            # With a reader about it reports that it was busy, and leaves the WAL as it is.
            cursor = self.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            ((busy, _, _),) = cursor.fetchall()
            if not busy:
                return []
        line = "a reader keeps old pages in it: close what has the database open, then run this"
        return [f"{self.path}-wal: {line} again"]

    def copies_kept(self, tables: Sequence[str]) -> list[str]:
        return []

    def open_to_others(self) -> list[str]:
        return [
            f"everybody on this machine may read {path}: run `chmod 600 {path}`, or restart dondoc"
            for path in self._file.open_to_others()
        ]

    def shut_out_others(self) -> list[str]:
        return [
            f"{path} could be read by everybody on this machine; now by its owner alone"
            for path in self._file.shut_out_others()
        ]

    def files(self) -> list[Path]:
        return self._file.files()

    def copy_command(self, path: Path) -> None:
        """There is no other tool."""

    def write_copy(self, path: Path) -> None:
        """By SQLite's online backup: writers go on, and the copy is of one moment."""
        write_copy(self.database.connection(), self.path, path)

    def faults(self) -> list[str]:
        self.database.connect(reuse_if_open=True)
        found = self.database.execute_sql("PRAGMA integrity_check(1)").fetchall()
        # Which of several databases it is in stands above: *** in database main ***.
        lines = [each for (told,) in found for each in str(told).splitlines()]
        return [f"SQLite finds '{each}'" for each in lines if each != "ok" and each[:3] != "***"]

    def classify(self, error: Exception) -> Diagnosis | None:
        cause = cause_of(error)
        code = getattr(cause, "sqlite_errorcode", None)
        if code is None:
            return None
        code &= 0xFF  # the primary code; the rest of it tells variants apart
        if code in _COLLISIONS:
            return Diagnosis(Failure.COLLISION, f"another process keeps {self._called} locked")
        if code in _OUTAGES:
            line = f"{self._called}: {first_line(cause)}: check the space and health of its disk"
            return Diagnosis(Failure.OUTAGE, line)
        refusal = self._refusal(code)
        return Diagnosis(Failure.REFUSAL, refusal) if refusal else None

    def _lacks_directory(self) -> bool:
        """Whether there is no directory for the file; one that is hidden counts as there."""
        try:
            return not stat.S_ISDIR(self.path.parent.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False

    def _refusal(self, code: int) -> str | None:
        if code == sqlite3.SQLITE_CANTOPEN and self._lacks_directory():
            directory = called(str(self.path.parent), self._named_by)
            return f"no directory {directory} for the database: create it"
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            return (
                f"cannot write the database {self._called}: check the owner and permissions"
                " of the file and of its directory"
            )
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return f"{self._called} is not a sound SQLite database: restore a backup"
        return None


def _insert(model: type[Model], columns: Sequence[str]) -> str:
    marks = ",".join("?" * len(columns))
    return f"INSERT INTO {model._meta.table_name} ({','.join(columns)}) VALUES ({marks})"


@cache
def _with_question_marks(text: str) -> str:
    return text.replace("%s", "?")
