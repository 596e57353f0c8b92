"""Terms in calendar months: which day they end on (Civil Code 2015, Điều 148.3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dondoc.rules.explaining.days import count
from dondoc.rules.judging.rolling import moved_off
from dondoc.rules.judging.terms import describe
from dondoc.rules.months import month_ends
from dondoc.rules.rule import BACK, CALENDAR_MONTHS, FORWARD, STAYS, Term
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar

BEGINS = st.dates(date(2015, 6, 1), date(2026, 6, 1))


def by_days(start: date, months: int) -> date:
    """The end of the term, found by walking day by day over as many turns of the month."""
    day = start.replace(day=1)
    for _ in range(months):
        day += timedelta(days=1)
        while day.day != 1:
            day += timedelta(days=1)
    while day.day < start.day and (day + timedelta(days=1)).day != 1:
        day += timedelta(days=1)
    return day


@settings(deadline=None, derandomize=True)
@given(begins=BEGINS, months=st.integers(1, 30))
def test_a_term_of_months_ends_where_walking_day_by_day_comes_to(begins: date, months: int) -> None:
    assert month_ends(begins, months) == by_days(begins, months)


@settings(deadline=None, derandomize=True)
@given(begins=BEGINS, months=st.integers(1, 30))
def test_a_first_day_that_counts_moves_the_end_by_a_day_or_not_at_all(
    begins: date, months: int
) -> None:
    end, counted = month_ends(begins, months), month_ends(begins, months, inclusive=True)
    assert counted == (end - timedelta(days=1) if end.day == begins.day else end)


@settings(deadline=None, derandomize=True)
@given(
    begins=BEGINS,
    months=st.integers(1, 18),
    inclusive=st.booleans(),
    rolls=st.sampled_from((STAYS, FORWARD, BACK)),
)
def test_what_is_explained_ends_on_the_day_that_was_judged(
    begins: date, months: int, inclusive: bool, rolls: str
) -> None:
    term = Term(CALENDAR_MONTHS, months=months, inclusive=inclusive, rolls=rolls)
    counted = count(describe(term, begins), calendar())
    end = month_ends(begins, months, inclusive=inclusive)
    assert counted.last == moved_off(rolls, end, calendar(), begins)[0]
    assert [step.number for step in counted.steps if step.number] == [*range(1, months + 1)]


@pytest.mark.parametrize("months", [1, 120])
def test_a_term_past_the_last_year_there_is_has_no_end(months: int) -> None:
    with pytest.raises(OverflowError):
        month_ends(date(9999, 12, 1), months)
