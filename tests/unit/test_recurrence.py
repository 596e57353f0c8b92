"""Rules of repetition: which they are, and the days that they give."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from dondoc.rules.recurrence import days_from, is_recurrence
from hypothesis import given, settings
from hypothesis import strategies as st

ONE_DAY = timedelta(days=1)
MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
FEW = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("recurrence", "first", "days"),
    [
        ("weekly:5", "2026-03-06", ["2026-03-06", "2026-03-13", "2026-03-20"]),
        ("weekly:1", "2026-12-29", ["2027-01-04", "2027-01-11"]),
        ("monthly:25", "2026-11-26", ["2026-12-25", "2027-01-25"]),
        ("monthly:31", "2028-02-01", ["2028-02-29", "2028-03-31", "2028-04-30"]),
        ("monthly:last", "2026-02-28", ["2026-02-28", "2026-03-31"]),
        ("quarterly:2-20", "2026-02-21", ["2026-05-20", "2026-08-20"]),
        ("quarterly:20", "2026-01-01", ["2026-03-20", "2026-06-20"]),
        ("half_yearly:6-15", "2026-01-01", ["2026-06-15", "2026-12-15"]),
        ("yearly:12-10", "2026-12-11", ["2027-12-10"]),
        ("yearly:2-29", "2026-01-01", ["2026-02-28", "2027-02-28", "2028-02-29"]),
    ],
)
def test_a_repetition_gives_its_days_from_a_day_on(
    recurrence: str, first: str, days: list[str]
) -> None:
    found = islice(days_from(recurrence, date.fromisoformat(first)), len(days))
    assert [each.isoformat() for each in found] == days


@pytest.mark.parametrize(
    "text",
    [
        *("", "monthly", "monthly:", "monthly:0", "monthly:32", "monthly:025", "monthly:2-5"),
        *("weekly:0", "weekly:8", "weekly:last", "quarterly:4-1", "quarterly:0-1", "daily:1"),
        *("half_yearly:7-1", "yearly:13-1", "Monthly:25", "monthly:25\n", "monthly:２５"),
    ],
)
def test_another_form_is_none(text: str) -> None:
    assert not is_recurrence(text)


NUMBERS = [*map(str, range(1, 32)), "last"]
ALL = {
    *(f"weekly:{day}" for day in range(1, 8)),
    *(
        f"{every}:{month}{day}"
        for every, months in MONTHS.items()
        for month in ("", *(f"{number}-" for number in range(1, months + 1)))
        for day in NUMBERS
        if every != "monthly" or not month
    ),
}
"""Every rule of repetition that there is."""


@st.composite
def nearly(draw: st.DrawFn) -> str:
    """A rule of repetition with something taken out, put in or put in its place."""
    text = draw(st.sampled_from(sorted(ALL)))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.integers(0, len(text)))
        taken = draw(st.integers(0, 2))
        more = draw(st.text("0123456789:-lastwekymonhqur \n２", max_size=2))
        text = text[:place] + more + text[place + taken :]
    return text


@settings(max_examples=400, deadline=None)
@given(st.one_of(nearly(), st.text()))
def test_a_string_is_a_repetition_where_it_is_one_of_them_all(text: str) -> None:
    assert is_recurrence(text) == (text in ALL)


def test_each_of_them_all_gives_days() -> None:
    for text in sorted(ALL):
        assert is_recurrence(text)
        assert next(days_from(text, date(2026, 1, 1))) >= date(2026, 1, 1)


def matches(recurrence: str, day: date) -> bool:
    """Whether *day* is one of *recurrence*, as one would look it up in a calendar."""
    every, _, on = recurrence.partition(":")
    if every == "weekly":
        return day.isoweekday() == int(on)
    month, _, number = on.rpartition("-")
    length = calendar.monthrange(day.year, day.month)[1]
    wanted = length if number == "last" else min(int(number), length)
    return day.day == wanted and (day.month - 1) % MONTHS[every] + 1 == int(month or MONTHS[every])


numbers = st.one_of(st.integers(1, 31).map(str), st.just("last"))
recurrences = st.one_of(
    st.integers(1, 7).map(lambda day: f"weekly:{day}"),
    numbers.map(lambda day: f"monthly:{day}"),
    st.sampled_from(["quarterly", "half_yearly", "yearly"]).flatmap(
        lambda every: st.builds(
            lambda month, day: f"{every}:{month}{day}",
            st.one_of(st.just(""), st.integers(1, MONTHS[every]).map(lambda month: f"{month}-")),
            numbers,
        )
    ),
)


@FEW
@given(recurrences, st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_its_days_are_those_that_a_calendar_shows(recurrence: str, first: date) -> None:
    assert is_recurrence(recurrence)
    end = first + timedelta(days=800)
    found = [day for day in islice(days_from(recurrence, first), 130) if day < end]
    every_day = (first + number * ONE_DAY for number in range(800))
    assert found == [day for day in every_day if matches(recurrence, day)]


@FEW
@given(recurrences)
def test_its_days_rise_and_end(recurrence: str) -> None:
    found = list(days_from(recurrence, date(2190, 1, 1)))
    assert all(one < other for one, other in pairwise(found))
    assert found
    assert found[-1] < date(2200, 1, 1)
