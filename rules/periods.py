"""Periods that reports are owed for: their names, what they cover, when they open.

A schedule is data: dates are counted in months from the first month of the period, so that
"the half-year that covers 1 November to 31 May" is two offsets, not code.
"""

from __future__ import annotations

import calendar as months_of_the_year
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from .regulation import PeriodKind
from .rule import DayOf

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Length of each kind of period, in months."""

PERIODS_IN_A_YEAR = {every: 12 // months for every, months in MONTHS.items()}

_NAMES = {"month": "{year}-{n:02}", "quarter": "{year}-Q{n}", "half_year": "{year}-H{n}"}


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a schedule. ``first`` and ``last``: what is covered, both inclusive;
    ``opens_on``: from when the report on it is owed; ``anchor``: the first of its months."""

    name: str
    year: int
    first: date
    last: date
    opens_on: date
    anchor: date

    def day(self, on: DayOf) -> date:
        """The day that *on* gives for this period."""
        return day_of(self.anchor, on)


@cache
def day_of(anchor: date, on: DayOf) -> date:
    """The day *on.months* after the month of *anchor*; day 0, or one past its end: the last."""
    months = anchor.year * 12 + anchor.month - 1 + on.months
    year, month = divmod(months, 12)
    last = months_of_the_year.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last) or last)


def periods_from(schedule: PeriodKind, day: date) -> Iterator[Period]:
    """The periods of *schedule* that end, or open, on *day* or later, in order, without end."""
    for year in range(max(day.year - 2, 1), date.max.year - 2):
        for period in _periods_of(schedule, year):
            if period.opens_on >= day or period.last >= day:
                yield period


@cache
def _periods_of(schedule: PeriodKind, year: int) -> tuple[Period, ...]:
    numbers = schedule.only or range(1, PERIODS_IN_A_YEAR[schedule.every] + 1)
    return tuple(_period(schedule, year, number) for number in numbers)


def _period(schedule: PeriodKind, year: int, number: int) -> Period:
    anchor = date(year, (number - 1) * MONTHS[schedule.every] + 1, 1)
    last = day_of(anchor, schedule.last)
    return Period(
        name=_NAMES.get(schedule.every, "{year}").format(year=year, n=number),
        year=year,
        first=day_of(anchor, schedule.first),
        last=last,
        opens_on=day_of(anchor, schedule.opens) if schedule.opens else last + timedelta(days=1),
        anchor=anchor,
    )
