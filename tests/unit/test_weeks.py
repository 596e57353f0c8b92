"""Weeks as periods: their days and names, by ISO 8601, and what the contract takes for one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from dondoc.rules.period_days import WeekdayOf
from dondoc.rules.periods import bounds_of, periods_from, weeks_in
from dondoc.rules.regulation import PeriodKind
from hypothesis import given, settings
from hypothesis import strategies as st

WEEK = PeriodKind("week", "week", (), WeekdayOf(0, 0), WeekdayOf(0, 6), None)


@settings(deadline=None, derandomize=True)
@given(day=st.dates(date(1995, 1, 1), date(2195, 12, 31)))
def test_every_day_is_of_the_one_week_that_the_calendar_of_iso_8601_says(day: date) -> None:
    period = next(each for each in periods_from(WEEK, day) if each.last >= day)
    year, week, _ = day.isocalendar()
    assert period.name == f"{year}-W{week:02}"
    assert period.year == year
    assert period.first <= day <= period.last
    assert (period.first.weekday(), (period.last - period.first).days) == (0, 6)
    assert bounds_of("week", year, week) == (period.first, period.last)


@settings(deadline=None, derandomize=True)
@given(day=st.dates(date(1995, 1, 1), date(2190, 12, 31)))
def test_weeks_follow_each_other_without_a_gap(day: date) -> None:
    weeks = list(islice(periods_from(WEEK, day), 60))
    assert all(two.first == one.last + timedelta(days=1) for one, two in pairwise(weeks))
    assert len({each.name for each in weeks}) == 60


@pytest.mark.parametrize(
    ("year", "weeks"), [(2020, 53), (2021, 52), (2024, 52), (2026, 53), (2027, 52), (2032, 53)]
)
def test_a_year_has_52_weeks_or_53(year: int, weeks: int) -> None:
    assert weeks_in(year) == weeks
    assert (bounds_of("week", year, 53) is None) == (weeks == 52)


def test_a_week_that_only_some_years_have_is_left_out_in_the_others() -> None:
    last = PeriodKind("last", "week", (53,), WeekdayOf(0, 0), WeekdayOf(0, 6), None)
    found = [each.name for each in islice(periods_from(last, date(2025, 1, 1)), 3)]
    assert found == ["2026-W53", "2032-W53", "2037-W53"]


def test_a_day_of_a_week_is_counted_from_its_monday() -> None:
    period = next(each for each in periods_from(WEEK, date(2026, 12, 29)) if "W53" in each.name)
    assert period.day(WeekdayOf(0, 4)) == date(2027, 1, 1)
    assert period.day(WeekdayOf(1, 0)) == date(2027, 1, 4)
    assert period.day(WeekdayOf(-1, 6)) == date(2026, 12, 27)
