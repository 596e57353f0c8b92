"""Days before a deadline: which day that is, and that nobody can miss it without knowing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dondoc.rules.events import LOCAL, Event
from dondoc.rules.explaining.days import count
from dondoc.rules.judging.projection import project
from dondoc.rules.judging.terms import counted, describe
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.rule import BACK, CALENDAR_DAYS, FORWARD, STAYS, WORKING_DAYS, Term
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory, regulation_data

DAYS = st.dates(date(2026, 1, 5), date(2026, 12, 20))
BEFORE = together([(parse_regulation(regulation_data("dates"), "dates"), "dates")])
ASKED = frozenset({"difficulty_told", "draft"})


@settings(deadline=None, derandomize=True)
@given(
    deadline=DAYS,
    days=st.integers(1, 30),
    kind=st.sampled_from((WORKING_DAYS, CALENDAR_DAYS)),
    rolls=st.sampled_from((STAYS, FORWARD, BACK)),
)
def test_the_day_is_that_many_days_before_the_deadline(
    deadline: date, days: int, kind: str, rolls: str
) -> None:
    rolls = STAYS if kind == WORKING_DAYS else rolls
    term = Term(kind, days=-days, start="deadline", rolls=rolls)
    last = counted(term, deadline, calendar(), date(2025, 1, 1))[0]
    assert last is not None
    # Day by day, by nothing but what each day is.
    day, left = deadline, days
    while left:
        day -= timedelta(days=1)
        left -= kind == CALENDAR_DAYS or calendar().is_working(day)
    while rolls and not calendar().is_working(day):
        day += timedelta(days=1 if rolls == FORWARD else -1)
    assert last == day
    shown = count(describe(term, deadline), calendar())
    assert shown.last == day
    assert [step.number for step in shown.counted] == [*range(1, days + 1)]


def happened(day: date, type_: str, due_on: date, number: int) -> Event:
    data = {"task_id": "1", "content": "x", "kind": "execute", "lead": "PYT"}
    time = datetime(day.year, day.month, day.day, 9, tzinfo=LOCAL)
    said = {**data, "due_on": due_on.isoformat(), "decided_by": "UBND"}
    return Event("/hscv", f"e{number}", type_, "VB-1", time, None, said, day)


def asked(history: list[Event], through: date) -> list[Obligation]:
    found = project(
        *("document:VB-1", history, BEFORE, calendar(), default_directory()),
        since=date(2026, 1, 1),
        through=through,
    )
    return [each for each in found.obligations if each.rule in ASKED]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    day=st.dates(date(2026, 3, 1), date(2026, 3, 31)),
    dates=st.lists(st.tuples(st.integers(0, 12), st.integers(-3, 20)), min_size=1, max_size=4),
)
def test_no_day_before_a_deadline_was_over_when_it_could_first_be_known(
    day: date, dates: list[tuple[int, int]]
) -> None:
    history: list[Event] = []
    for number, (later, left) in enumerate(dates):
        day += timedelta(days=later)
        type_ = "task.due_changed" if history else "task.assigned"
        history.append(happened(day, type_, day + timedelta(days=left), number))
    moved_on = [event.on for event in history]
    for each in asked(history, day):
        assert each.due is None or each.due >= each.opened_on
        if each.breach_on is not None:
            assert each.due is not None
            assert each.due < each.breach_on
            assert any(on <= each.due for on in moved_on)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    day=st.dates(date(2026, 3, 1), date(2026, 3, 31)),
    left=st.integers(0, 20),
    later=st.integers(0, 25),
    more=st.integers(1, 20),
)
def test_what_was_missed_before_a_deadline_stays_missed_wherever_that_moves(
    day: date, left: int, later: int, more: int
) -> None:
    assigned = happened(day, "task.assigned", day + timedelta(days=left), 0)
    moved_on = day + timedelta(days=later)
    moved = happened(moved_on, "task.due_changed", moved_on + timedelta(days=more), 1)
    kept = {
        (each.rule, each.breach_on)
        for each in asked([assigned, moved], moved_on)
        if each.breach_on is not None and each.breach_on <= moved_on
    }
    for each in asked([assigned], moved_on):
        if each.breach_on is not None and each.breach_on <= moved_on:
            assert (each.rule, each.breach_on) in kept
