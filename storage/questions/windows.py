"""Over which days what was closed is counted, and as what."""

from __future__ import annotations

from datetime import date, timedelta

from ..tables.forms import day_text

WINDOWS = (7, 30, 90)
"""Days back from the day before the one that is looked at, which is counted, over which obligations
are counted by their due date. What falls due on the day itself has until its end: counting only
what is done of it already would make every share too good."""

ON_TIME, LATE, VOID = "on_time", "late", "void"
"""How a closed obligation came out. LATE is what was met after its due date, and what ended
unfulfilled when it was a breach already: ending a late task does not clean the record."""

WINDOW_SUMS = ", ".join("SUM(CASE WHEN due > %s THEN 1 ELSE 0 END)" for _ in WINDOWS)
"""Columns of SQL: how many rows were due in each window, by the days of `starts_of`."""


def starts_of(as_of: date) -> list[str | None]:
    """The last day before each window."""
    return [day_text(as_of - timedelta(days=window + 1)) for window in WINDOWS]
