"""Makes a database large: copies of what the real pipeline stored, by one INSERT … SELECT a table.

Every copy of a stream is a stream of its own: another subject, also in the events' bodies; keys,
event ids and obligation ids of the form and spread that real ones have. A copy in the past is
moved back by whole days and closed; one in the present is as its original. Traces still name
the original's events. It must never be run on a database that is used: durability is off.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from dondoc.rules.streams import REPORTS_BEGIN, key_of, parts_of
from dondoc.storage.tables.indexes import MODELS

RECENT_DAYS = 180
"""Copies in the past are moved back by at least so much: the windows of the figures, the longest
of which is 90 days, then hold the originals alone."""
_FIRST_SUBJECT = 10_000_000
_SPREAD = 0x9E3779B1
"""Odd, so that no two numbers give the same eight hexadecimal digits, and far from any pattern."""
_DIGEST = 6
"""Hexadecimal digits of the stream's digest at the beginning of an obligation's id."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How a database is to grow: to so many ``obligations``, spread over so many ``years``, after
    ``present`` copies of all that there is, as it is. ``log_only``: copies are events alone, of
    which nothing has been projected yet."""

    obligations: int
    years: int = 5
    present: int = 0
    log_only: bool = False


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


class Original(NamedTuple):
    """A stream that the pipeline made, and how many obligations it has."""

    id: int
    key: str
    obligations: int


def grow(url: str, growth: Growth) -> int:
    """Let the database at *url* grow; gives the number of its obligations. Bodies' own streams
    are not copied: there are as many bodies as before."""
    database = _Sqlite(url) if url.startswith("sqlite") else _Postgres(url)
    try:
        originals = [
            Original(*row)
            for row in database.rows(
                "SELECT id, key, (SELECT COUNT(*) FROM obligation WHERE stream_id = stream.id)"
                f" FROM stream WHERE key NOT LIKE '{REPORTS_BEGIN}%' AND law IS NOT NULL"
                " ORDER BY id"
            )
        ]
        ((held, first_id),) = database.rows(
            "SELECT (SELECT COUNT(*) FROM obligation), (SELECT MAX(id) + 1 FROM stream)"
        )
        copies = list(_copies(originals, growth, held, first_id))
        indexes = database.drop_indexes()
        database.fill_copies(copies)
        for statement in (_log if growth.log_only else _everything)(database):
            database.run(statement)
        database.run("DROP TABLE copy")
        database.finish(indexes)
        ((made,),) = database.rows("SELECT COUNT(*) FROM obligation")
        return int(made)
    finally:
        database.close()


def _copies(
    originals: Sequence[Original], growth: Growth, held: int, first_id: int
) -> Iterator[Copy]:
    """The copies in the present, then in the past until there are obligations enough."""
    in_one_round = sum(each.obligations for each in originals)
    missing = growth.obligations - held - growth.present * in_one_round
    rounds = growth.present + max(0, -(-missing // in_one_round))
    reach = growth.years * 365 - RECENT_DAYS
    numbers, taken = count(), set[tuple[int, str]]()
    for turn in range(rounds):
        past = turn - growth.present
        days = 0 if past < 0 else RECENT_DAYS + past * reach // max(1, rounds - growth.present)
        for original in originals:
            if past >= 0 and missing <= 0:
                return
            missing -= original.obligations if past >= 0 else 0
            yield _copy(original, first_id, numbers, taken, days)


def _copy(
    original: Original,
    first_id: int,
    numbers: Iterator[int],
    taken: set[tuple[int, str]],
    days: int,
) -> Copy:
    kind, subject = parts_of(original.key)
    for number in numbers:
        new_subject = str(_FIRST_SUBJECT + number)
        key = key_of(kind, new_subject)
        digest = blake2b(key.encode(), digest_size=3).hexdigest()
        # The rest of an obligation's id is the original's, so that two copies of one stream
        # may not begin alike.
        if (original.id, digest) not in taken:
            taken.add((original.id, digest))
            prefix = f"{number * _SPREAD % 2**32:08x}"
            id_ = first_id + number
            return Copy(id_, original.id, key, digest, prefix, subject, new_subject, days)
    raise AssertionError("numbers do not end")


def _log(database: _Database) -> Iterator[str]:
    """The INSERT … SELECT of streams that nothing was projected of, and of events, `copy` being
    the table of copies."""
    yield (
        "INSERT INTO stream (id, key, event_count) SELECT c.new_id, c.key, o.event_count"
        " FROM copy c JOIN stream o ON o.id = c.old_id"
    )
    yield _events(database)


def _everything(database: _Database) -> Iterator[str]:
    """The same of every table."""
    back = database.days_back
    open_, past = "o.closed_on IS NULL", "c.days > 0"
    yield (
        "INSERT INTO stream (id, key, symbol, abstract, flags, missing, next_opening, law,"
        " event_count) SELECT c.new_id, c.key, o.symbol, o.abstract, o.flags, o.missing,"
        f" CASE WHEN {past} THEN NULL ELSE o.next_opening END, o.law, o.event_count"
        " FROM copy c JOIN stream o ON o.id = c.old_id"
    )
    yield _events(database)
    undone = f"{past} AND o.done_on IS NULL AND o.ended_on IS NULL"
    yield (
        "INSERT INTO task (stream_id, task_id, lead, content, due, status, done_on, ended_on)"
        f" SELECT c.new_id, {_renamed('o.task_id')}, o.lead, o.content, {back('o.due')},"
        f" CASE WHEN {undone} THEN 'done' ELSE o.status END,"
        f" CASE WHEN {undone} THEN {back('COALESCE(o.due, CURRENT_DATE)')}"
        f" ELSE {back('o.done_on')} END, {back('o.ended_on')}"
        " FROM copy c JOIN task o ON o.stream_id = c.old_id"
    )
    # What is open still was met when it was due.
    met = f"{past} AND {open_}"
    on = back("COALESCE(o.due, o.opened_on)")
    yield (
        "INSERT INTO obligation (id, stream_id, rule, cite, subject, task_id, body, role,"
        " opened_on, target, due, met_on, ended_on, closed_on, breach_on, regulation, trace,"
        f" next_reminder_on) SELECT c.digest || substr(o.id, {_DIGEST + 1}), c.new_id, o.rule,"
        f" o.cite, {_renamed('o.subject')}, {_renamed('o.task_id')}, o.body, o.role,"
        f" {back('o.opened_on')}, {back('o.target')}, {back('o.due')},"
        f" CASE WHEN {met} THEN {on} ELSE {back('o.met_on')} END, {back('o.ended_on')},"
        f" CASE WHEN {met} THEN {on} ELSE {back('o.closed_on')} END,"
        f" CASE WHEN {met} THEN NULL ELSE {back('o.breach_on')} END, o.regulation, o.trace,"
        f" CASE WHEN {past} THEN NULL ELSE o.next_reminder_on END"
        " FROM copy c JOIN obligation o ON o.stream_id = c.old_id"
    )
    yield (
        "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
        f" decided_at) SELECT c.new_id, c.digest || substr(o.obligation, {_DIGEST + 1}), o.step,"
        f" o.target, o.occurrence, o.role, o.body, o.decided_at {_MICROS_BACK}"
        " FROM copy c JOIN reminder o ON o.stream_id = c.old_id"
    )


def _events(database: _Database) -> str:
    return (
        "INSERT INTO event (stream_id, source, event_id, type, subject, time, sequence,"
        " structured, body, sha256, received_at, conflicts) SELECT c.new_id, o.source,"
        f" c.event_prefix || substr(o.event_id, 9), o.type, {_renamed('o.subject')},"
        f" o.time {_MICROS_BACK}, o.sequence, o.structured, {database.in_bytes(_renamed)},"
        f" o.sha256, o.received_at {_MICROS_BACK}, o.conflicts"
        " FROM copy c JOIN event o ON o.stream_id = c.old_id"
    )


_MICROS_BACK = "- c.days * CAST(86400000000 AS BIGINT)"


def _renamed(text: str) -> str:
    """*text* about the copy instead of the original."""
    return f"replace({text}, c.old_subject, c.new_subject)"


class _Database(ABC):
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


class _Sqlite(_Database):
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


class _Postgres(_Database):
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
