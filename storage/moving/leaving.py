"""A database as it leaves: everything that another one needs to be in its place, in one order, of
one moment.

Nothing is written here, and nothing that a running service has in hand is taken along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from ..leaps import LOOK
from ..tables.forms import to_json
from ..tables.rows import OBLIGATION_COLUMNS
from ..transaction import (
    LAW,
    LAW_PARTS,
    MOVING,
    REPROCESSING,
    SCHEDULE,
    SINCE,
    THROUGH,
    Transaction,
)
from .carried import (
    AFTER_EVENTS,
    ATTENTION,
    BEFORE_EVENTS,
    EVENT,
    SETTING,
    count_carried,
    read_carried,
)
from .log import LogFilter, count_log

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class DatabaseStanding:
    """How a database stands as a whole: its stored since and through, the law by which everything
    was judged and by which attention was computed (None: not by one), the bodies that it remembers
    by itself, and its obligations (`obligations_sum`)."""

    since: date
    through: date
    law: str | None
    schedule: str | None
    bodies: str | None
    obligations: tuple[int, str]


def standing_of(tx: Transaction) -> DatabaseStanding:
    """How the database stands."""
    since, through = tx.period()
    settings = (tx.setting(LAW), tx.setting(SCHEDULE), tx.setting("bodies"))
    return DatabaseStanding(since, through, *settings, obligations_sum(tx))


def counts_of(tx: Transaction) -> dict[str, int]:
    """How many lines of each kind there are to come."""
    kinds = {each.kind: count_carried(tx, each) for each in (*BEFORE_EVENTS, *AFTER_EVENTS)}
    ((attention,),) = tx.rows("SELECT COUNT(*) FROM obligation WHERE next_reminder_on IS NOT NULL")
    return {**kinds, EVENT: count_log(tx, LogFilter()), ATTENTION: int(attention)}


def facts_before(tx: Transaction) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What has to arrive before the events, each with its kind."""
    for carried in BEFORE_EVENTS:
        for told in read_carried(tx, carried):
            if carried.kind != SETTING or not _is_passing(told["key"]):
                yield carried.kind, told


def facts_after(tx: Transaction, act: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What may arrive after the events; the days of attention last, since projecting sets them.

    *act*: the token of the export itself, of which nobody will learn there how it ended.
    """
    for carried in AFTER_EVENTS:
        for told in read_carried(tx, carried):
            if not act or told.get("token") != act:
                yield carried.kind, told
    last = ""
    while rows := tx.rows(
        "SELECT id, next_reminder_on FROM obligation WHERE next_reminder_on IS NOT NULL"
        f" AND id > %s ORDER BY id LIMIT {_AT_ONCE}",
        last,
    ):
        last = rows[-1][0]
        for id_, on in rows:
            yield ATTENTION, {"obligation": id_, "on": on}


def obligations_sum(tx: Transaction) -> tuple[int, str]:
    """How many obligations there are, and a digest of all that they say, in whatever order a
    database has them."""
    columns = ", ".join(f"o.{name}" for name in OBLIGATION_COLUMNS if name != "stream_id")
    number, total, last = 0, 0, ""
    while rows := tx.rows(
        f"SELECT s.key, {columns} FROM obligation o JOIN stream s ON s.id = o.stream_id"
        f" WHERE o.id > %s ORDER BY o.id LIMIT {_AT_ONCE}",
        last,
    ):
        last = rows[-1][1]
        number += len(rows)
        for row in rows:
            total += int.from_bytes(sha256(to_json(row).encode()).digest())
    return number, f"{total % 2**256:064x}"


_PASSING = (MOVING, SINCE, THROUGH, LAW, LAW_PARTS, REPROCESSING, SCHEDULE)


def _is_passing(setting: str) -> bool:
    """Whether a setting tells of a machine, or of what is being done."""
    return setting.startswith(LOOK) or setting in _PASSING
