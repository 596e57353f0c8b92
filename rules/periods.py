"""Periods that reports are owed for: their names, what they cover, when they open.

A schedule is data: dates are counted in months from the first month of the period, so that
"the half-year that covers 1 November to 31 May" is two offsets, not code; of a week, in weeks from
it. Weeks are those of ISO 8601: the first of a year has its first Thursday, a year has 52 or 53.
"""

from __future__ import annotations

import calendar as months_of_the_year
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from .period_days import DayOf, PeriodDay
from .regulation import PeriodKind

WEEK = "week"
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Length of each other kind of period, in months."""

PERIODS_IN_A_YEAR = {WEEK: 53, **{every: 12 // months for every, months in _MONTHS.items()}}
"""Most periods of each kind that a year has."""

_NAMES = {
    WEEK: "{year}-W{n:02}",
    "month": "{year}-{n:02}",
    "quarter": "{year}-Q{n}",
    "half_year": "{year}-H{n}",
}


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a schedule. ``first`` and ``last``: what is covered, both inclusive;
    ``opens_on``: from when the report on it is owed; ``anchor``: the first of its months, or its
    Monday; ``year``: of a week, that of which it is."""

    name: str
    year: int
    first: date
    last: date
    opens_on: date
    anchor: date

    def day(self, on: PeriodDay) -> date:
        """The day that *on* gives for this period."""
        return day_of(self.anchor, on)


def weeks_in(year: int) -> int:
    """How many weeks *year* has: that of 28 December is its last."""
    return date(year, 12, 28).isocalendar().week


def bounds_of(every: str, year: int, number: int) -> tuple[date, date] | None:
    """The first and the last day of the period of that *number* of *year*, as the calendar has it;
    None where the year has none."""
    if number not in range(1, numbers_in(every, year) + 1):
        return None
    anchor = _anchor(every, year, number)
    if every == WEEK:
        return anchor, anchor + timedelta(days=6)
    return anchor, day_of(anchor, DayOf(_MONTHS[every] - 1, 0))


def numbers_in(every: str, year: int) -> int:
    """How many periods of that kind *year* has."""
    return weeks_in(year) if every == WEEK else PERIODS_IN_A_YEAR[every]


def _anchor(every: str, year: int, number: int) -> date:
    if every == WEEK:
        return date.fromisocalendar(year, number, 1)
    return date(year, (number - 1) * _MONTHS[every] + 1, 1)


@cache
def day_of(anchor: date, on: PeriodDay) -> date:
    """The day *on.months* after the month of *anchor*; day 0, or one past its end: the last. Of a
    week: the weekday *on.weeks* after the week that begins on *anchor*."""
    if not isinstance(on, DayOf):
        return anchor + timedelta(weeks=on.weeks, days=on.weekday)
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
    last = numbers_in(schedule.every, year)
    numbers = schedule.only or range(1, last + 1)
    return tuple(_period(schedule, year, number) for number in numbers if number <= last)


def _period(schedule: PeriodKind, year: int, number: int) -> Period:
    anchor = _anchor(schedule.every, year, number)
    last = day_of(anchor, schedule.last)
    return Period(
        name=_NAMES.get(schedule.every, "{year}").format(year=year, n=number),
        year=year,
        first=day_of(anchor, schedule.first),
        last=last,
        opens_on=day_of(anchor, schedule.opens) if schedule.opens else last + timedelta(days=1),
        anchor=anchor,
    )
