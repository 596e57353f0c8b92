"""What holds of extensions, acceptance, tasks that come round and terms by the clock, paused or
not, whatever happens and in whatever order it arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import pytest
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.in_force import Regulations
from dondoc.rules.judging.projection import project
from dondoc.rules.moments import so_far
from dondoc.rules.obligations import Obligation, Projection
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory, regulation_data
from support.histories import histories, of_stream
from support.natural_events import natural

NAMES = ("extensions", "acceptance", "recurring", "hours", "paused-hours")
SINCE, THROUGH = date(2025, 11, 1), date(2026, 8, 31)
STREAM = "document:VB-1"
FEW = settings(max_examples=40, deadline=None)

throughs = st.dates(date(2025, 10, 1), date(2027, 3, 31))
documents = histories("document")


@cache
def regulations(name: str) -> Regulations:
    return together([(parse_regulation(regulation_data(name), name), name)])


def judged(name: str, arrived: list[Event], through: date = THROUGH) -> Projection:
    history, directory = of_stream(STREAM, arrived), default_directory()
    return project(STREAM, history, regulations(name), calendar(), directory, SINCE, through)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(documents, st.data())
def test_arrival_changes_nothing_and_no_two_obligations_are_one(
    name: str, arrived: list[Event], data: st.DataObject
) -> None:
    found = judged(name, arrived)
    assert judged(name, data.draw(st.permutations(arrived))) == found
    assert [id_ for id_, n in Counter(each.id for each in found.obligations).items() if n > 1] == []
    for each in found.obligations:
        assert each.body
        assert each.ended_on is None or each.ended_on >= each.opened_on
        assert each.met_on is None or each.ended_on is None
        assert each.first_due != each.due or each.due is None
        assert each.extensions >= 0


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(documents, throughs, throughs)
def test_a_later_day_rewrites_no_earlier_one_and_the_next_opening_is_known(
    name: str, arrived: list[Event], one: date, other: date
) -> None:
    early, late = sorted((one, other))
    before, after = judged(name, arrived, early), judged(name, arrived, late)
    cut = [each for each in after.obligations if each.opened_on <= early]
    assert list(before.obligations) == cut
    opened = [each.opened_on for each in after.obligations if each.opened_on > early]
    if opened:
        assert before.next_opening is not None
        assert early < before.next_opening <= min(opened)


def told(number: int, type_: str, day: date, clock: time, **said: Any) -> Event:
    """An event of the document's stream."""
    at = datetime.combine(day, clock, LOCAL)
    data = {**natural(type_, day), **said}
    return Event("/hscv", f"own-{number}", type_, "VB-1", at, None, data, day)


@st.composite
def late_by_now(draw: st.DrawFn) -> tuple[list[Event], int]:
    """A history, and how much of it has been told by the day on which what was asked weeks before
    is late, unless something else of it says otherwise; what comes after says nothing anew of the
    document."""
    day = draw(st.dates(date(2026, 1, 5), date(2026, 2, 27)))
    due_on = (day + timedelta(days=draw(st.integers(0, 6)))).isoformat()
    clock = draw(st.times(time(7), time(18)))
    asked = [
        told(1, "task.assigned", day, clock, task_id="T1", lead="PYT", due_on=due_on),
        told(2, "task.assigned", day, clock, task_id="T2", lead="PYT", recurrence="weekly:5"),
        told(3, "task.assigned", day, clock, task_id="T3", lead="PNV"),
        told(4, "task.completed", day, clock, task_id="T3", body="PNV"),
        told(5, "task.extension_requested", day, clock, task_id="T1", body="PYT"),
    ]
    now = told(6, "task.urged", day + timedelta(days=draw(st.integers(25, 60))), clock)
    more = [
        each
        for each in draw(histories("document", most=8, backdated=False))
        if each.order < now.order or not each.type.startswith("document.")
    ]
    history = of_stream(STREAM, [*asked, now, *more])
    return history, history.index(now) + 1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_a_breach_stays_one_whatever_comes_later(name: str) -> None:
    """But for what takes a completion back."""
    examples = Counter[bool]()

    @FEW
    @given(late_by_now())
    def stays_one(late: tuple[list[Event], int]) -> None:
        history, length = late
        before, after = history[:length], history[length:]
        day = so_far(before[-1].time)
        anew = {now.type for now in after if now.on <= day}
        found = judged_history(name, before, day)
        breaches = [e for e in found if e.counts_as_breach(day) and e.closed_on is None]
        examples[bool(breaches)] += 1
        by_id = {each.id: each for each in judged_history(name, history, day)}
        for each in breaches:
            stands = by_id[each.id].counts_as_breach(day)
            assert stands or not anew.isdisjoint({"task.completed", "task.progress"})

    stays_one()
    assert examples[True] > examples[False], examples


def judged_history(name: str, history: list[Event], through: date) -> Sequence[Obligation]:
    law, directory = regulations(name), default_directory()
    return project(STREAM, history, law, calendar(), directory, SINCE, through).obligations
