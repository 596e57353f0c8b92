"""A pause moves the last day of a term by the days that the clock stood still, and never back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dondoc.rules.pauses import Standstill, cut, joined, moved_by_pauses
from dondoc.rules.rule import BACK, FORWARD, STAYS
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar

ONE_DAY = timedelta(days=1)
ZERO = date(2026, 2, 2)
"""A Monday two weeks before Tết."""
CHEAP = settings(max_examples=120, deadline=None)

days = st.integers(-20, 90).map(lambda number: ZERO + timedelta(days=number))
spans = st.lists(st.tuples(days, st.integers(0, 25)), max_size=4).map(
    lambda found: [(stopped, stopped + timedelta(days=long)) for stopped, long in found]
)


def plain(number: int, *, in_working: bool) -> date:
    """The last day of a term of so many days from ZERO that runs through."""
    if in_working:
        return calendar().add_working_days(ZERO, number)
    return ZERO + timedelta(days=number)


def moved(
    number: int, pauses: Sequence[Standstill], *, in_working: bool, rolls: str = STAYS
) -> date:
    return moved_by_pauses(
        plain(number, in_working=in_working),
        ZERO,
        joined(pauses),
        calendar(),
        in_working_days=in_working,
        rolls=rolls,
    )[1]


def day_by_day(number: int, pauses: Sequence[Standstill], *, in_working: bool) -> date:
    """The same, by going through the days one after the other."""
    day, counted = ZERO, 0
    while counted < number:
        day += ONE_DAY
        still = any(stopped < day <= (ended or day) for stopped, ended in pauses)
        counts = not still and (calendar().is_working(day) or not in_working)
        counted += counts
    # What is left of a last day on which the clock is stopped comes when it goes on.
    while stopping := [e for s, e in pauses if e is not None and s <= day < e]:
        day = max(stopping)
        while in_working and not calendar().is_working(day):
            day += ONE_DAY
    return day


@CHEAP
@given(st.integers(1, 40), spans, st.booleans())
def test_a_paused_term_ends_where_counting_day_by_day_does(
    number: int, pauses: list[Standstill], in_working: bool
) -> None:
    found = moved(number, pauses, in_working=in_working)
    assert found == day_by_day(number, pauses, in_working=in_working)


@CHEAP
@given(
    st.integers(1, 40),
    spans,
    days,
    st.integers(0, 25),
    st.booleans(),
    st.sampled_from([STAYS, FORWARD, BACK]),
)
def test_to_pause_once_more_or_longer_never_moves_a_date_earlier(
    number: int,
    pauses: list[Standstill],
    stopped: date,
    long: int,
    in_working: bool,
    rolls: str,
) -> None:
    rolls = STAYS if in_working else rolls
    before = moved(number, pauses, in_working=in_working, rolls=rolls)
    more = [*pauses, (stopped, stopped + timedelta(days=long))]
    after = moved(number, more, in_working=in_working, rolls=rolls)
    assert after >= before
    longer = [*pauses, (stopped, stopped + timedelta(days=long + 3))]
    assert moved(number, longer, in_working=in_working, rolls=rolls) >= after


@CHEAP
@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 25))
def test_a_pause_within_a_term_of_calendar_days_moves_it_by_its_days(
    number: int, after: int, long: int
) -> None:
    stopped = ZERO + timedelta(days=min(after, number))
    pauses = [(stopped, stopped + timedelta(days=long))]
    last = plain(number, in_working=False) + timedelta(days=long)
    assert moved(number, pauses, in_working=False) == last


@CHEAP
@given(st.integers(1, 40), st.integers(1, 30), st.integers(0, 25), st.booleans())
def test_a_pause_outside_of_the_term_changes_nothing(
    number: int, away: int, long: int, in_working: bool
) -> None:
    last = plain(number, in_working=in_working)
    later = last + timedelta(days=away)
    earlier = ZERO - timedelta(days=away)
    for pauses in (
        [(later, later + timedelta(days=long))],
        [(earlier - timedelta(days=long), earlier)],
        [(later, None)],
        [(last - ONE_DAY, None)],
    ):
        assert moved(number, pauses, in_working=in_working) == last


@CHEAP
@given(st.integers(1, 40), spans, st.integers(1, 30), st.booleans())
def test_pauses_of_at_most_so_many_days_move_a_term_by_no_more(
    number: int, pauses: list[Standstill], most: int, in_working: bool
) -> None:
    left = cut(joined(pauses), most, ZERO, calendar(), in_working_days=in_working)
    found = moved(number, left, in_working=in_working)
    if in_working:
        # What is left of a last day waits for the next working day.
        assert found <= calendar().add_working_days(ZERO, number + most)
    else:
        assert found <= ZERO + timedelta(days=number + most)
    assert found <= moved(number, pauses, in_working=in_working)


def test_pauses_that_overlap_are_one_and_those_that_touch_are_two() -> None:
    first, second, third = ZERO, ZERO + 5 * ONE_DAY, ZERO + 9 * ONE_DAY
    assert joined([(first, third), (second, None)]) == [(first, None)]
    assert joined([(second, third), (first, second)]) == [(first, second), (second, third)]
    assert joined([(first, first)]) == []
    assert joined([(first, None), (second, third)]) == [(first, None)]
