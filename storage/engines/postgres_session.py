"""What a session of PostgreSQL must be like, whatever the role, the database or a pooler has set.

Each setting here could otherwise change what is stored, hide rows or end long work half way. They
are set for the session; behind a pooler, which may give every transaction another session of the
server, for each transaction. What cannot be set is refused in one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

from .errors import StorageError

Row = tuple[Any, ...]

_NEEDED: tuple[tuple[int, str, str], ...] = (
    # How values are written: another form would be stored or read as something else.
    (0, "standard_conforming_strings", "on"),
    (0, "array_nulls", "on"),
    (0, "bytea_output", "hex"),
    (0, "datestyle", "ISO"),
    # Rows that a policy hides are an error instead of missing.
    (0, "row_security", "off"),
    # What takes long is not given up half way, again and again: the retries are ours.
    (0, "statement_timeout", "0"),
    (0, "lock_timeout", "0"),
    (17_00_00, "transaction_timeout", "0"),
    (14_00_00, "idle_session_timeout", "0"),
    # But an instance that is stopped in a transaction must not hold its locks for ever.
    (0, "idle_in_transaction_session_timeout", "60s"),
    # A scan that a writing transaction is to avoid seems dear enough to be compiled, which takes a
    # hundred times what a small table does.
    (11_00_00, "jit", "off"),
    # No value of ours in the server's log beside the text of a statement that failed.
    (13_00_00, "log_parameter_max_length_on_error", "0"),
)
"""The first version that knows it, the setting, its value."""

_DURABLE = """set_config('synchronous_commit', CASE current_setting('synchronous_commit')
 WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, {local})"""

_LOGGED = """SELECT current_setting('log_parameter_max_length', true) IS DISTINCT FROM '0'
 AND (current_setting('log_statement') IN ('mod', 'all')
  OR current_setting('log_min_duration_statement') <> '-1'
  OR current_setting('log_min_duration_sample', true) <> '-1'
  OR current_setting('log_transaction_sample_rate', true) <> '0')"""

_LOOK = "SELECT pg_backend_pid(), current_schema(), current_setting('search_path')"


def prepare_session(connection: psycopg.Connection[Row], name: str) -> None:
    """Make a new *connection* to the database *name* fit for use; it is in autocommit. Raises
    StorageError where that cannot be."""
    # Days are texts, as on SQLite.
    connection.adapters.register_loader("date", TextLoader)
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StorageError(
            f"{name} has the encoding {encoding}, which cannot hold every text: make a database"
            " with ENCODING 'UTF8' TEMPLATE template0"
        )
    row = connection.execute(_LOOK).fetchone()
    assert row is not None
    backend, schema, path = row
    if schema is None:
        raise StorageError(
            f"{name}: its search_path, {' '.join(path.split()) or 'which is empty,'} names no"
            " schema that is there and that this user may use: create it and grant USAGE on it, or"
            " mend the search_path of the role or the database"
        )
    if connection.info.backend_pid != backend:
        # A pooler answers in the server's place. A statement that was prepared in one of its
        # sessions is not there in the next.
        connection.prepare_threshold = None
        # Of one that takes statements alone some transactions would pass and others not.
        with connection.transaction():
            pass
    else:
        connection.execute(_settings(connection.info.server_version, local=False))


def is_pooled(connection: psycopg.Connection[Row]) -> bool:
    """Whether a pooler answers *connection*, which was prepared here, in the server's place."""
    return connection.prepare_threshold is None


def begin_with(connection: psycopg.Connection[Row], begin: Sequence[str]) -> Sequence[str]:
    """The statements that begin a transaction as *begin* does, with what it needs set."""
    if not is_pooled(connection):
        return begin
    return *begin, _settings(connection.info.server_version, local=True)


@cache
def _settings(version: int, *, local: bool) -> str:
    """The statement that sets everything, for a transaction (*local*) or the session."""
    scope = "true" if local else "false"
    calls = [
        f"set_config('{name}', '{value}', {scope})"
        for since, name, value in _NEEDED
        if version >= since
    ]
    return f"SELECT {', '.join(calls)}, {_DURABLE.format(local=scope)}"


def open_to_others(connection: psycopg.Connection[Row]) -> list[str]:
    """A line where the server, as it is set up, writes into its log what is stored."""
    row = connection.execute(_LOGGED).fetchone()
    line = (
        "the server logs statements with what they store: run `ALTER SYSTEM SET"
        " log_parameter_max_length = 0; SELECT pg_reload_conf();` as a superuser"
    )
    return [line] if row == (True,) else []
