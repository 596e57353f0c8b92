"""PostgreSQL as dondoc uses it, through psycopg 3: several instances on one database.

Durability is the server's default and is never weakened: a session whose server has switched
`synchronous_commit` off switches it on. Only this module and those named after it know psycopg,
and this one is imported for a postgresql:// address alone: a machine without it can do the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from shlex import quote
from typing import Any

from peewee import Database, Model, PeeweeException, PostgresqlDatabase, Psycopg3Adapter

try:
    import psycopg
except ImportError as error:
    from .errors import StorageError

    raise StorageError(
        "a postgresql:// database needs psycopg: pip install 'dondoc[postgres]'"
    ) from error

from . import postgres_statistics
from .engine import Diagnosis, Engine, Failure, Row, called, cause_of, first_line
from .postgres_address import PostgresAddress, read_address
from .postgres_copies import copies_elsewhere, copies_kept, overwrite
from .postgres_rows import arrays_of, insert_statement, update_statement
from .postgres_sending import Pipelines, end_silent, undone
from .postgres_session import begin_with, is_pooled, open_to_others, prepare_session

_CONNECTION_DEFAULTS = {
    "application_name": "dondoc",
    "connect_timeout": 5,
    # A server that vanished without a word is noticed within a minute, not after two hours.
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Given where the URL says nothing of them."""

_COLLISIONS = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock timeout
_RACES = {"23505"}  # unique violation
_OUTAGE_CLASSES = ("08", "53", "57", "58", "XX")
_OUTAGES = {"25P03", "25P04"}  # the session waited too long in a transaction and was ended
_REFUSALS = {
    "25006": "is read-only: point [database] url at the primary server, or switch"
    " default_transaction_read_only of the role or the database off",
    "3F000": "has no schema to make tables in: mend the search_path of the role or the database",
    "42501": "refuses: grant the user its rights on the tables (docs/storage.md)",
}

_TURNED_AWAY = (
    "invalid ",
    "password authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "does not exist",
    "permission denied for database",
    "certificate verify failed",
    "root certificate file",
    "does not support SSL",
    "could not load client certificate",
    "certificate required",
    "unsupported startup parameter",
    "no such database",
    "no such user",
)
"""What a server or the client says when waiting will not help, as part of the line: a failed
connection has no SQLSTATE. Anything else, in another language too, counts as an outage."""

_NO_TRANSACTIONS = "not allowed in statement pooling mode"
"""PgBouncer's words, under a code that stands for outages."""

_MIGRATION_LOCK = 0x646F6E646F63  # "dondoc" in ASCII


class _Driver(Psycopg3Adapter):
    """peewee's way to psycopg, which it need not have found itself (`storage`)."""

    txn_idle = psycopg.pq.TransactionStatus.IDLE
    txn_inerror = psycopg.pq.TransactionStatus.INERROR
    txn_unknown = psycopg.pq.TransactionStatus.UNKNOWN

    def check_driver(self) -> None:
        """It is there, or this module would not be."""

    def get_binary_type(self) -> type[psycopg.Binary]:
        return psycopg.Binary

    def connect(self, db: Database, **parameters: Any) -> psycopg.Connection[Row]:
        return psycopg.connect(db.database, client_encoding="UTF8", **parameters)


class _Database(PostgresqlDatabase):
    """peewee's database, whose sessions are fit for use before anything is done in them."""

    psycopg2_adapter = psycopg3_adapter = _Driver

    def __init__(self, url: str, address: PostgresAddress, name: str) -> None:
        self._name = name
        defaults: Any = {
            key: value for key, value in _CONNECTION_DEFAULTS.items() if key not in address.options
        }
        super().__init__(url, **defaults)

    def _connect(self) -> psycopg.Connection[Row]:
        # peewee's stubs leave it out.
        connection: psycopg.Connection[Row] = super()._connect()  # type: ignore[misc]
        try:
            prepare_session(connection, self._name)
        except BaseException:  # whatever it is, no connection stays open behind it
            connection.close()
            raise
        return connection


class PostgresEngine(Engine):
    """A PostgreSQL database. Transactions read what is committed; rows are locked by hand."""

    driver_errors = (psycopg.Error, PeeweeException)
    for_update = " FOR UPDATE"
    skip_locked = " FOR UPDATE SKIP LOCKED"
    # After a lock on a stream the next statement must see what its last holder committed.
    # Whatever a write looks for has an index; on tables that have grown since their statistics
    # were made the planner would read them whole, and a prepared plan would go on doing so.
    begin_write = ("BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL enable_seqscan = off")
    begin_read = ("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",)

    def __init__(self, url: str, named_by: str = "") -> None:
        address = read_address(url)
        name = called(address.name, named_by)
        self._shown_url = address.name
        super().__init__(_Database(url, address, name), name)
        self._sending = Pipelines()

    def begin(self, statements: Sequence[str]) -> None:
        connection: psycopg.Connection[Row] = self.database.connection()
        self._sending.enter(connection)
        for statement in begin_with(connection, statements):
            self.database.cursor().execute(statement)

    def answer(self, cursor: Any) -> list[Row]:
        self._sending.wait_for(cursor)
        return super().answer(cursor)

    def touched(self, cursor: Any) -> int:
        self._sending.wait_for(cursor)
        return super().touched(cursor)

    def commit(self) -> None:
        if is_pooled(self.database.connection()):
            # The driver's last word of a pipeline, behind the end of the transaction, could have
            # the pooler keep a session of the server for this one alone until it comes again.
            self._sending.leave()
        ending: psycopg.Cursor[Row] = self.database.cursor()
        ending.execute("COMMIT")
        self._sending.leave()
        if ending.statusmessage != "COMMIT":
            # The server's way where a refusal was raised before and went unheeded.
            raise undone()

    def rollback(self) -> None:
        # What is undone anyway need not be told of.
        with suppress(psycopg.Error, RuntimeError):
            self._sending.leave()
        # The driver's own: it also forgets which statements it has sent to be prepared.
        self.database.connection().rollback()

    def sql(self, text: str) -> str:
        return text

    def among(self, column: str) -> str:
        return f"{column} = ANY(%s)"

    def holds(self, column: str) -> str:
        return f"position(%s IN {column}) > 0"

    def listed(self, values: Iterable[Any]) -> list[Any]:
        return list(values)

    def insert(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        # A copy could not be sent ahead, and asks the server three times.
        self._send(insert_statement(model, tuple(columns)), model, columns, rows)

    def ensure(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        statement = f"{insert_statement(model, tuple(columns))} ON CONFLICT DO NOTHING"
        self._send(statement, model, columns, rows)

    def update(self, model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        self._send(update_statement(model, tuple(columns)), model, columns, rows)

    def _send(
        self, statement: str, model: type[Model], columns: Sequence[str], rows: Sequence[Row]
    ) -> None:
        try:
            self.database.cursor().execute(statement, arrays_of(model, columns, rows))
        except (ValueError, TypeError, OverflowError, psycopg.DataError) as error:
            if getattr(error, "sqlstate", None) is not None:
                raise  # the server's, of a statement that was sent before
            raise ValueError("a value does not fit its column") from error

    def hold(self, names: Iterable[str]) -> None:
        digests = {blake2b(name.encode(), digest_size=8).digest() for name in names}
        # In one order everywhere, so that two wait for each other one way only.
        keys = sorted(int.from_bytes(digest, signed=True) for digest in digests)
        statement = "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k"
        self.database.cursor().execute(statement, (keys,))

    def lock_schema(self) -> None:
        self.database.cursor().execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))

    def forbid_statistics(self, tables: Sequence[str]) -> None:
        postgres_statistics.forbid(self.database.cursor(), tables)

    def overwrite(self, tables: Sequence[str]) -> list[str]:
        self.database.connect(reuse_if_open=True)
        return overwrite(self.database.connection(), tables)

    def end_silent(self, seconds: float) -> int:
        self.database.connect(reuse_if_open=True)
        return end_silent(self.database.connection(), seconds)

    def copies_kept(self, tables: Sequence[str]) -> list[str]:
        self.database.connect(reuse_if_open=True)
        return copies_kept(self.database.connection(), tables)

    def copies_elsewhere(self) -> list[str]:
        self.database.connect(reuse_if_open=True)
        return copies_elsewhere(self.database.connection())

    def require_in_place(self) -> None:
        """The server's files are its own business, and a connection ends with it."""

    def open_to_others(self) -> list[str]:
        self.database.connect(reuse_if_open=True)
        return open_to_others(self.database.connection())

    def copy_command(self, path: Path) -> str:
        """The command of the server's own tool, which knows its version and its rights."""
        return f"pg_dump --format=custom --file={quote(str(path))} {quote(self._shown_url)}"

    def classify(self, error: Exception) -> Diagnosis | None:
        cause = cause_of(error)
        state = getattr(cause, "sqlstate", None)
        line = f"{self.name}: {first_line(cause)}"
        if state is None:
            return _connecting(cause, line)
        if state in _COLLISIONS:
            return Diagnosis(Failure.COLLISION, line)
        if state in _RACES:
            return Diagnosis(Failure.RACE, line)
        if state in _OUTAGES or state.startswith(_OUTAGE_CLASSES):
            return _away(line)
        if state in _REFUSALS:
            return Diagnosis(Failure.REFUSAL, f"{self.name} {_REFUSALS[state]}")
        return None


def _away(line: str) -> Diagnosis:
    """What it means that the server, or a pooler in its place, could not serve."""
    if _NO_TRANSACTIONS in line:
        return Diagnosis(Failure.REFUSAL, f"{line}: set pool_mode to transaction or session")
    return Diagnosis(Failure.OUTAGE, line)


def _connecting(cause: Exception, line: str) -> Diagnosis | None:
    """What it means that the client itself raised: it could not connect, or the connection
    broke."""
    if not isinstance(cause, psycopg.OperationalError):
        return None
    refused = any(words in str(cause) for words in _TURNED_AWAY)
    return Diagnosis(Failure.REFUSAL if refused else Failure.OUTAGE, line)
