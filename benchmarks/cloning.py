"""Makes a database large: copies of what the real pipeline stored, by one INSERT … SELECT a table.

Every copy of a stream is a stream of its own: another subject, also in the events' bodies; keys,
event ids and obligation ids of the form and spread that real ones have. A copy in the past is
moved back by whole days and closed; one in the present is as its original. Traces still name
the original's events. It must never be run on a database that is used: durability is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

from dondoc.rules.streams import REPORTS_BEGIN, key_of, parts_of

from .fast_databases import Copy, FastDatabase, FastPostgres, FastSqlite

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


class Original(NamedTuple):
    """A stream that the pipeline made, and how many obligations it has."""

    id: int
    key: str
    obligations: int


def grow(url: str, growth: Growth) -> int:
    """Let the database at *url* grow; gives the number of its obligations. Bodies' own streams
    are not copied: there are as many bodies as before."""
    database = FastSqlite(url) if url.startswith("sqlite") else FastPostgres(url)
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
        database.fill_symbol_keys()
        database.fill_marks()
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


def _log(database: FastDatabase) -> Iterator[str]:
    """The INSERT … SELECT of streams that nothing was projected of, and of events, `copy` being
    the table of copies."""
    yield (
        "INSERT INTO stream (id, key, event_count) SELECT c.new_id, c.key, o.event_count"
        " FROM copy c JOIN stream o ON o.id = c.old_id"
    )
    yield _events(database)


def _everything(database: FastDatabase) -> Iterator[str]:
    """The same of every table."""
    back = database.days_back
    open_, past = "o.closed_on IS NULL", "c.days > 0"
    yield (
        "INSERT INTO stream (id, key, symbol, abstract, flags, missing, next_opening, law,"
        " event_count) SELECT c.new_id, c.key,"
        " c.new_subject || '-' || o.symbol, o.abstract, o.flags, o.missing,"
        f" CASE WHEN {past} THEN NULL ELSE o.next_opening END, o.law, o.event_count"
        " FROM copy c JOIN stream o ON o.id = c.old_id"
    )
    yield _events(database)
    undone = f"{past} AND o.done_on IS NULL AND o.ended_on IS NULL"
    yield (
        "INSERT INTO task (stream_id, task_id, lead, content, due, status, done_on, ended_on,"
        " overdue_on)"
        f" SELECT c.new_id, {_renamed('o.task_id')}, o.lead, o.content, {back('o.due')},"
        f" CASE WHEN {undone} THEN 'done' ELSE o.status END,"
        f" CASE WHEN {undone} THEN {back('COALESCE(o.due, CURRENT_DATE)')}"
        f" ELSE {back('o.done_on')} END, {back('o.ended_on')}, {back('o.overdue_on')}"
        " FROM copy c JOIN task o ON o.stream_id = c.old_id"
    )
    # What is open still was met when it was due.
    met = f"{past} AND {open_}"
    on = back("COALESCE(o.due, o.opened_on)")
    yield (
        "INSERT INTO obligation (id, stream_id, rule, cite, subject, task_id, body, role,"
        " opened_on, target, due, met_on, ended_on, closed_on, breach_on, overdue_on, regulation,"
        f" trace, next_reminder_on) SELECT c.digest || substr(o.id, {_DIGEST + 1}), c.new_id,"
        f" o.rule, o.cite, {_renamed('o.subject')}, {_renamed('o.task_id')}, o.body, o.role,"
        f" {back('o.opened_on')}, {back('o.target')}, {back('o.due')},"
        f" CASE WHEN {met} THEN {on} ELSE {back('o.met_on')} END, {back('o.ended_on')},"
        f" CASE WHEN {met} THEN {on} ELSE {back('o.closed_on')} END,"
        f" CASE WHEN {met} THEN NULL ELSE {back('o.breach_on')} END,"
        f" CASE WHEN {met} THEN NULL ELSE {back('o.overdue_on')} END, o.regulation, o.trace,"
        f" CASE WHEN {past} THEN NULL ELSE o.next_reminder_on END"
        " FROM copy c JOIN obligation o ON o.stream_id = c.old_id"
    )
    yield (
        "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
        f" decided_at) SELECT c.new_id, c.digest || substr(o.obligation, {_DIGEST + 1}), o.step,"
        f" o.target, o.occurrence, o.role, o.body, o.decided_at {_MICROS_BACK}"
        " FROM copy c JOIN reminder o ON o.stream_id = c.old_id"
    )


def _events(database: FastDatabase) -> str:
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
