"""What was closed, where its days alone do not say how it came out: in time by silence, or late by
the time of the clock. The figures count by days first, from an index that has no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ...rules.moments import start_of
from ..engines.engine import Row
from ..other_days import Streams
from ..tables.forms import day_text, to_micros
from ..transaction import Transaction
from .counting import CountedUnder
from .filtering import SILENT
from .windows import LATE, ON_TIME, WINDOW_SUMS, WINDOWS, starts_of


def move_silent(
    tx: Transaction, bodies: CountedUnder, anew: Streams, closed: Counter[Any], rules: Sequence[str]
) -> None:
    """Count as in time what silence has met under *rules*, the day after it was due: `_read_closed`
    counted it by its days as late. Asked alone, since its trace tells, which no index has."""
    day, starts = day_text(bodies.as_of), starts_of(bodies.as_of)
    rows = tx.rows(
        f"SELECT rule, body, {bodies.by_days('closed_on')} AS closed, {bodies.begun()} AS begun,"
        f" {WINDOW_SUMS} FROM obligation o WHERE closed_on IS NOT NULL AND due > %s AND due < %s"
        f" AND closed_on <= %s AND opened_on <= %s AND met_on > due AND {SILENT}"
        f" AND rule IN ({', '.join('%s' for _ in rules)}){anew.left_out('stream_id')}"
        " GROUP BY rule, body, closed, begun",
        *starts,
        starts[-1],
        day,
        day,
        day,
        *rules,
        *anew.parameters,
    )
    _move(rows, bodies, closed, LATE, ON_TIME)


def move_late(tx: Transaction, bodies: CountedUnder, anew: Streams, closed: Counter[Any]) -> None:
    """Count as late what was met on its due day, but after the moment: `_read_closed` counted it by
    days as in time. It is found by an index of its own, so that the one from which all are counted
    needs no moments."""
    day, starts = day_text(bodies.as_of), starts_of(bodies.as_of)
    rows = tx.rows(
        f"SELECT rule, body, {bodies.by_days('closed_on')} AS closed, {bodies.begun()} AS begun,"
        f" {WINDOW_SUMS} FROM obligation WHERE due_at >= %s AND due < %s AND met_on = due"
        f" AND met_at > due_at AND opened_on <= %s{anew.left_out('stream_id')}"
        " GROUP BY rule, body, closed, begun",
        *starts,
        to_micros(start_of(bodies.as_of - timedelta(days=WINDOWS[-1]))),
        day,
        day,
        *anew.parameters,
    )
    _move(rows, bodies, closed, ON_TIME, LATE)


def _move(
    rows: Sequence[Row], bodies: CountedUnder, closed: Counter[Any], from_: str, to: str
) -> None:
    for rule, code, closed_on, begun, *counts in rows:
        body = bodies.on(code, closed_on, begun)
        for window, count in zip(WINDOWS, counts, strict=True):
            closed[rule, body, from_, window] -= count
            closed[rule, body, to, window] += count
