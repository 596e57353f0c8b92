"""A pause of a term that ends by the clock: the moment agrees with a walk minute by minute, and
never comes earlier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dondoc.rules.calendar import Calendar
from dondoc.rules.events import LOCAL
from dondoc.rules.explaining.days import count
from dondoc.rules.explaining.halted_hours import with_halts
from dondoc.rules.paused_hours import cut_halts, moved_by_halts
from dondoc.rules.pauses import joined
from dondoc.rules.trace import TracedTerm
from dondoc.rules.working_hours import Halt, add_working_hours, minutes_between
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from support.case_law import calendar

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 2, 10, 8, tzinfo=LOCAL)
"""A Tuesday in the week before Tết: four days on, the office is closed for nine."""
CHEAP = settings(max_examples=120, deadline=None)

moments = st.integers(-2 * 24 * 60, 14 * 24 * 60).map(lambda number: BEGIN + number * MINUTE)
lengths = st.one_of(st.integers(0, 600), st.integers(0, 6 * 24 * 60))
spans = st.lists(st.tuples(moments, lengths), max_size=4).map(
    lambda found: [(stopped, stopped + long * MINUTE) for stopped, long in found]
)
terms = st.integers(1, 24)


def office() -> Calendar:
    return calendar("half-saturday")


def is_open(moment: datetime) -> bool:
    minute = moment.hour * 60 + moment.minute
    return any(opens <= minute < closes for opens, closes in office().open_on(moment.date()))


def ends(hours: int, halts: Sequence[Halt]) -> datetime:
    plain = add_working_hours(office(), BEGIN, hours * 60)
    return moved_by_halts(plain, BEGIN, joined(halts), office())


def walked(hours: int, halts: Sequence[Halt]) -> datetime:
    """The same, by going through the minutes one after the other."""
    moment, left = BEGIN, hours * 60
    while left:
        still = any(stopped <= moment < (ended or moment) for stopped, ended in halts)
        left -= is_open(moment) and not still
        moment += MINUTE
    # What is stopped at its end is over when it goes on.
    while over := [ended for stopped, ended in halts if ended and stopped <= moment < ended]:
        moment = max(over)
    return moment


@CHEAP
@given(terms, spans)
@example(8, [(BEGIN + 9 * 60 * MINUTE, BEGIN + 25 * 60 * MINUTE)])
def test_a_paused_term_in_hours_ends_where_a_walk_minute_by_minute_does(
    hours: int, halts: list[Halt]
) -> None:
    found = ends(hours, halts)
    event("moved" if found != ends(hours, []) else "stands")
    assert found == walked(hours, halts)


@CHEAP
@given(terms, spans)
def test_an_explanation_counts_to_the_same_moment(hours: int, halts: list[Halt]) -> None:
    told: TracedTerm = {"kind": "working_hours", "hours": hours, "from_at": BEGIN.isoformat()}
    counted = with_halts(count(told, office()), joined(halts), office())
    assert counted.ends_at == ends(hours, halts)
    minutes = sum(last - first for step in counted.steps for first, last in step.counted)
    assert minutes == hours * 60


@CHEAP
@given(st.integers(1, 8), st.integers(1, 23), spans)
def test_an_explanation_of_a_term_in_days_gives_back_the_hours_that_were_lost(
    days: int, until: int, halts: list[Halt]
) -> None:
    told: TracedTerm = {"kind": "working_days", "days": days, "from": BEGIN.date().isoformat()}
    told["until"] = f"{until:02}:00"
    plain = count(told, office())
    assert plain.ends_at is not None
    counted = with_halts(plain, joined(halts), office())
    begin = datetime(2026, 2, 11, tzinfo=LOCAL)
    assert counted.ends_at == moved_by_halts(plain.ends_at, begin, joined(halts), office())


@CHEAP
@given(terms, spans, moments, lengths)
def test_to_pause_once_more_or_longer_never_moves_a_moment_earlier(
    hours: int, halts: list[Halt], stopped: datetime, long: int
) -> None:
    before = ends(hours, halts)
    after = ends(hours, [*halts, (stopped, stopped + long * MINUTE)])
    longer = ends(hours, [*halts, (stopped, stopped + (long + 90) * MINUTE)])
    assert before <= after <= longer


@CHEAP
@given(terms, spans)
def test_nothing_is_over_while_its_clock_stands_still(hours: int, halts: list[Halt]) -> None:
    found = ends(hours, halts)
    assert not any(stopped <= found < (ended or found) for stopped, ended in joined(halts))


@CHEAP
@given(terms, st.integers(1, 600), st.integers(0, 600))
def test_a_pause_outside_of_the_term_changes_nothing(hours: int, away: int, long: int) -> None:
    last = ends(hours, [])
    later, earlier = last + away * MINUTE, BEGIN - away * MINUTE
    for halts in (
        [(later, later + long * MINUTE)],
        [(earlier - long * MINUTE, earlier)],
        [(later, None)],
        [(last - MINUTE, None)],
    ):
        assert ends(hours, halts) == last


@CHEAP
@given(terms, spans, st.integers(1, 16))
def test_pauses_of_at_most_so_many_hours_give_no_more_back(
    hours: int, halts: list[Halt], most: int
) -> None:
    cut = cut_halts(joined(halts), most * 60, BEGIN, office())
    assert len(cut) == len(joined(halts))
    lost = sum(minutes_between(office(), max(a, BEGIN), b) for a, b in cut if b is not None)
    assert lost <= most * 60
    assert ends(hours, cut) <= ends(hours, halts)


def test_the_hours_between_two_moments_are_those_of_the_office() -> None:
    friday = datetime(2026, 3, 13, 10, 15, tzinfo=LOCAL)
    monday = datetime(2026, 3, 16, 8, tzinfo=LOCAL)
    # 75 minutes until 11:30, four hours from 13:00, half a Saturday of four hours, half an hour.
    assert minutes_between(office(), friday, monday) == 75 + 240 + 240 + 30
    assert minutes_between(office(), monday, friday) == 0
    assert minutes_between(office(), friday, friday) == 0
