"""The copies of deleted rows that PostgreSQL still has on disk: overwrites those it may, and says
what remains.

Three kinds: dead rows in the tables' files, which VACUUM FULL leaves behind in files it deletes;
the planner's statistics; and the WAL, whose old files a checkpoint deletes where it does not
recycle them. Whatever could not be checked counts as remaining. What left the server, replicas and
archived WAL, nothing here can overwrite: it is told of by itself, and does not count.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.errors import InsufficientPrivilege, LockNotAvailable

from . import postgres_statistics as statistics

Row = tuple[Any, ...]

LOCK_SECONDS = 10
"""How long to wait for a table that others read or write; they wait behind us meanwhile."""
SNAPSHOT_WAITS = (0.0, 1.0, 5.0)
"""Seconds before each try to leave dead rows behind: an older transaction still sees them."""
OTHERS_SECONDS = 30.0
"""How long to wait for the next old WAL file to go that an archive or a replica needs first."""

_FIRST_NUMBER = re.compile(r"\d+")
_REPLICAS = (
    "SELECT (SELECT COUNT(*) FROM pg_replication_slots)"
    " + (SELECT COUNT(*) FROM pg_stat_replication)"
)
_RECYCLED = (
    "WAL: the server keeps old files for reuse, with what they hold: run `ALTER SYSTEM SET"
    " wal_recycle = off; SELECT pg_reload_conf();` as a superuser, then this again"
)
_NO_RIGHTS = (
    "WAL: this user may not switch it (it takes pg_monitor, pg_checkpoint and EXECUTE on"
    " pg_switch_wal): run this as a user that may"
)
_KEPT = (
    "WAL: {} old files are still there: look for replication slots, wal_keep_size and a failing"
    " archive_command, then run this again"
)
_SEEN = "table {}: an open transaction still sees what was deleted: end it, then run this again"


def overwrite(connection: psycopg.Connection[Row], tables: Sequence[str]) -> list[str]:
    """Rewrite *tables* and let go of the WAL so far; gives a line for what remains, with what to
    do. The connection is in autocommit, outside a transaction."""
    connection.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    try:
        remaining = [line for table in tables for line in _rewrite(connection, table)]
        # After the rows: what ANALYZE could still see of them before is gone with these.
        remaining += statistics.forget(connection, tables, lambda name: _rewrite(connection, name))
    finally:
        connection.execute("RESET lock_timeout")
    return [*remaining, *_cut_wal(connection)]


def copies_kept(connection: psycopg.Connection[Row], tables: Sequence[str]) -> list[str]:
    """A line for each place where the server, as it is set up, keeps copies of what is deleted from
    *tables*."""
    recycled = [_RECYCLED] if _recycles(connection) else []
    kept = statistics.will_be_kept(connection, tables)
    return [*kept, *recycled]


def _rewrite(connection: psycopg.Connection[Row], table: str) -> list[str]:
    for wait in SNAPSHOT_WAITS:
        time.sleep(wait)
        before = _file_of(connection, table)
        try:
            kept = _with_notices(connection, f"VACUUM (FULL, VERBOSE) {table}")
        except LockNotAvailable:
            return [f"table {table}: others have it in use: run this again when they are done"]
        if _file_of(connection, table) == before:
            return [f"table {table}: not rewritten: run `VACUUM FULL {table}` as its owner"]
        if not kept:
            return []
    return [_SEEN.format(table)]


def _file_of(connection: psycopg.Connection[Row], table: str) -> Any:
    return connection.execute("SELECT pg_relation_filenode(%s::regclass)", (table,)).fetchone()


def _with_notices(connection: psycopg.Connection[Row], statement: str) -> int:
    """Execute a verbose VACUUM; gives how many dead rows it had to keep."""
    kept: list[int] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        # "… DETAIL: 3 dead row versions cannot be removed yet", in the server's language.
        found = _FIRST_NUMBER.search(notice.message_detail or "")
        if found:
            kept.append(int(found[0]))

    connection.add_notice_handler(hear)
    try:
        connection.execute(statement)
    finally:
        connection.remove_notice_handler(hear)
    return sum(kept)


def _cut_wal(connection: psycopg.Connection[Row]) -> list[str]:
    """Write on in new WAL files until checkpoints have deleted all that are there now."""
    if _recycles(connection):
        return [_RECYCLED]
    try:
        old = _wal_files(connection)
        # A file that was kept for reuse is there now as well, and comes before new ones.
        for _ in range(len(old) + 1):
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
            left = old & _wal_files(connection)
            if not left:
                return []
        until = time.monotonic() + (OTHERS_SECONDS if copies_elsewhere(connection) else 0.0)
        while time.monotonic() < until:
            time.sleep(1.0)
            connection.execute("CHECKPOINT")
            before, left = left, old & _wal_files(connection)
            if not left:
                return []
            if len(left) < len(before):
                until = time.monotonic() + OTHERS_SECONDS
    except InsufficientPrivilege:
        return [_NO_RIGHTS]
    return [_KEPT.format(len(left))]


def _recycles(connection: psycopg.Connection[Row]) -> bool:
    return bool(_one(connection, "SHOW wal_recycle") != "off")


def _archives(connection: psycopg.Connection[Row]) -> bool:
    return bool(_one(connection, "SHOW archive_mode") != "off")


def _wal_files(connection: psycopg.Connection[Row]) -> set[str]:
    rows = connection.execute("SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'")
    return {name for (name,) in rows}


def copies_elsewhere(connection: psycopg.Connection[Row]) -> list[str]:
    """What has left the server already, a line each; dondoc can only say that it has."""
    lines = []
    if _archives(connection):
        lines.append("archived WAL holds what was in the tables: delete it up to now")
    if _one(connection, _REPLICAS):
        lines.append("replicas hold the same WAL: run `CHECKPOINT;` on each, wal_recycle = off")
    return lines


def _one(connection: psycopg.Connection[Row], query: Any, *parameters: Any) -> Any:
    row = connection.execute(query, parameters or None).fetchone()
    return None if row is None else row[0]
