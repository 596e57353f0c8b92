"""The one way to the database: whole transactions, tried again after a deadlock, a busy file or a
lost connection (`retrying_transactions`).

A `Store` is a value that is handed around; nothing global knows it. Each thread gets its own
connection. It must never leave a transaction half done, nor show a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from . import schema
from .engines.engine import Engine
from .engines.errors import DatabaseUnavailable, SchemaMismatch, StorageError
from .engines.sqlite import SqliteEngine
from .engines.sqlite_copy import SqliteCopy
from .retrying_transactions import retried
from .transaction import Transaction

__all__ = [
    "DatabaseUnavailable",
    "SchemaMismatch",
    "StorageError",
    "Store",
    "open_copy",
    "open_store",
]

T = TypeVar("T")

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def open_store(url: str, named_by: str = "") -> Store:
    """The store at *url*: ``sqlite:///relative/path``, ``sqlite:////absolute/path`` or
    ``postgresql://…``; messages call it so, with the file or the like that it is *named_by*.
    Connects to nothing yet. Raises `StorageError`, whose text never repeats the URL."""
    try:
        return Store(_engine(url, named_by), url, named_by)
    except StorageError as error:
        raise StorageError(f"{named_by}: {error}" if named_by else str(error)) from None


def open_copy(path: Path) -> Store:
    """The copy of a SQLite database at *path*, to be read alone; nothing is left beside it. Raises
    `StorageError` where it is no file, or in use."""
    return Store(SqliteCopy(path), str(path), "")


class Store:
    """A database of dondoc's. Safe to share between threads; pickled for another process, it
    opens connections of its own there."""

    def __init__(self, engine: Engine, url: str, named_by: str) -> None:
        self._engine = engine
        self._url = url
        self._named_by = named_by

    def __reduce__(self) -> tuple[Callable[[str, str], Store], tuple[str, str]]:
        return open_store, (self._url, self._named_by)

    @property
    def name(self) -> str:
        """The database's URL without its password, and what names it where that is known."""
        return self._engine.name

    def migrate(
        self,
        since: date,
        also: Callable[[Transaction, list[str]], None] = lambda tx, applied: None,
    ) -> list[str]:
        """Bring the tables to this version of dondoc; gives the names of what was applied, as
        does, in the same transaction, *also*.

        The first migration also remembers *since*, from which periodic obligations exist
        (``tracking.since``); later ones keep what is remembered. Of several processes that
        come at once, one migrates and the others find it done. Raises `SchemaMismatch` for a
        database of a newer dondoc.
        """

        def work(tx: Transaction) -> list[str]:
            applied = schema.migrate(tx, since)
            also(tx, applied)
            return applied

        return self.transact(work)

    def require_current_schema(self) -> None:
        """Raise `SchemaMismatch` unless the tables are those of this version, `StorageError` where
        they cannot be looked at."""
        if isinstance(self._engine, SqliteEngine) and not self._engine.is_there():
            raise SchemaMismatch.of(
                "no_database",
                "no database at {database}: run `dondoc migrate` where there has never been one,"
                " otherwise look for it or restore a backup",
                database=self.name,
            )
        self.read(schema.require_current)

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Do *work* in one write transaction and commit it durably; gives what it gives.

        Whatever *work* raises undoes all of it. It is done again from the start after a
        deadlock, a lost connection or a busy file, so it must change nothing but the database;
        and, since a connection can break between a commit and its answer, doing it once more
        after it had succeeded must be harmless. Raises `DatabaseUnavailable` after a bounded
        number of tries, `StorageError` where the database cannot be used as it is set up.
        """
        return self._retried(lambda: self._write(work))

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Do *work*, which only reads, on one consistent state of the database; retried and
        raising as `transact` does."""
        return self._retried(lambda: self._once(work, self._engine.begin_read))

    def overwrite(self, tables: Sequence[str]) -> list[str]:
        """Overwrite the copies of deleted rows of *tables* that the database still has on disk;
        gives a line for each place that it could not reach, and what to do there.

        It rewrites the tables, which waits for others and has others wait. Raises as `transact`.
        """
        return self._retried(lambda: self._engine.overwrite(tables))

    def copies_kept(self, tables: Sequence[str]) -> list[str]:
        """What `overwrite` would have to say as the database is set up; changes nothing. Raises
        as `transact`."""
        return self._retried(lambda: self._engine.copies_kept(tables))

    def copies_elsewhere(self) -> list[str]:
        """A line for each place where copies of what is deleted go that no `overwrite` ever
        reaches, and what to do there. Raises as `transact`."""
        return self._retried(self._engine.copies_elsewhere)

    def end_silent(self, seconds: float) -> int:
        """End the sessions of other instances that have stopped within a transaction for so many
        *seconds* and would hold its locks for ever; gives how many. Raises as `transact`."""
        return self._retried(lambda: self._engine.end_silent(seconds))

    def open_to_others(self) -> list[str]:
        """A line for each way in which somebody who has no business with the database may read
        what it holds, and what to do. Raises as `transact`."""
        return self._retried(self._engine.open_to_others)

    def shut_out_others(self) -> list[str]:
        """Mend what of that can be mended from here; gives a line for each."""
        return self._engine.shut_out_others()

    def files(self) -> list[Path]:
        """The files of this machine that are the database, whether they are there or not; none
        for a server's."""
        return self._engine.files()

    def backup(
        self, path: Path, look: Callable[[Transaction], None] = lambda tx: None
    ) -> str | None:
        """Write a copy of the database to the new file *path*, consistent and on the disk when
        this returns, while others go on; None. *look* sees the very state that is copied. Where
        the database's own tool does that, gives the command to run instead. Raises StorageError,
        also where *path* exists."""

        def work(tx: Transaction) -> None:
            look(tx)
            self._engine.write_copy(path)

        command = self._engine.copy_command(path)
        if command is None:
            self.read(work)
        return command

    def faults(self) -> list[str]:
        """What is wrong with the database's file itself, a line for each; nothing of a server's.
        Reads all of it. Raises as `transact`."""
        return self._retried(self._engine.faults)

    def close(self) -> None:
        """Close the calling thread's connection; each thread closes its own."""
        self._engine.database.close()

    def _retried(self, attempt: Callable[[], T]) -> T:
        return retried(self._engine, attempt)

    def _write(self, work: Callable[[Transaction], T]) -> T:
        self._require_no_transaction()
        with self._engine.turn():
            return self._once(work, self._engine.begin_write)

    def _require_no_transaction(self) -> None:
        if self._engine.database.in_transaction():
            raise RuntimeError("a transaction inside a transaction would commit it too early")

    def _once(self, work: Callable[[Transaction], T], begin: Sequence[str]) -> T:
        database = self._engine.database
        self._require_no_transaction()
        database.connect(reuse_if_open=True)
        self._engine.require_in_place()
        database.push_transaction(self)
        try:
            self._engine.begin(begin)
            result = work(Transaction(self._engine))
            self._engine.commit()
        except BaseException:  # Ctrl-C included: no transaction stays open behind what ended it
            database.pop_transaction()
            self._abandon()
            raise
        database.pop_transaction()
        # Only now: what was there before the commit could have gone before its end.
        self._engine.require_in_place()
        return result

    def _abandon(self) -> None:
        """Roll back; a connection that cannot do even that is dropped, and the next try opens
        another."""
        database = self._engine.database
        try:
            self._engine.rollback()
        except self._engine.driver_errors:
            connection = database.connection()
            database.dispose()
            connection.close()


def _engine(url: str, named_by: str) -> Engine:
    if _UNPRINTABLE.search(url):
        raise StorageError("[database] url holds a control character or is not UTF-8")
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return SqliteEngine(_sqlite_path(url), url, named_by)
    if scheme == "postgresql":
        # Only here, since psycopg need not be installed.
        from .engines.postgres import PostgresEngine  # noqa: PLC0415

        return PostgresEngine(url, named_by)
    raise StorageError("[database] url must begin with sqlite:/// or postgresql://")


def _sqlite_path(url: str) -> Path:
    path = url.removeprefix("sqlite://")
    if "?" in path or "#" in path or not path.startswith("/") or not path.strip("/"):
        raise StorageError("[database] url names no file, or more than one: use sqlite:///FILE")
    if path == "/:memory:":
        raise StorageError("[database] url: a database in memory would lose what it acknowledged")
    return Path(path[1:])
