"""What is judged of a part of a document equals the judgement of its whole history."""

from __future__ import annotations

from datetime import date, datetime, time
from random import Random
from typing import Any

import pytest
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.judging.projection import project
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory
from support.document_courses import STREAM, parts_of
from support.histories import histories, of_stream, refusal
from support.judged_parts import (
    NAMES,
    SINCE,
    TOLD_BY_OTHERS,
    Kept,
    locality,
    regulations,
    tell_course,
    through_of,
)
from support.natural_events import natural

COURSES = 40
"""Of each regulation, each in its order and in another; `python -m tests.fuzz parts` takes any
number."""


@pytest.mark.parametrize("name", NAMES)
def test_a_course_judged_part_by_part_is_as_its_whole(name: str) -> None:
    """In its order and in any other; and enough of what is told is judged in part, otherwise
    nothing would have been tried."""
    assert locality(name).is_given
    parts = told = 0
    for number in range(COURSES):
        seed = f"{name} {number}"
        try:
            one, of = tell_course(name, seed, orders=1)
        except AssertionError:
            print(f"seed: {seed}")
            raise
        parts, told = parts + one, told + of
    assert parts * 12 > told


def said(day: str, type_: str, **data: Any) -> Event:
    """An event of the document on *day*, one of a kind on each."""
    on = date.fromisoformat(day)
    at = datetime.combine(on, time(9), LOCAL)
    told = {**natural(type_, on), "task_id": "T1", **data}
    event = Event("/hscv", f"{day} {type_} {data}", type_, "VB-1", at, None, told, on)
    assert refusal(event) is None, event
    return event


ASSIGNED = said(
    "2026-03-02", "task.assigned", lead="PYT", coordinating=["PNV"], due_on="2026-05-20"
)
RETURNED = (
    said("2026-03-03", "task.returned", body="PYT"),
    said("2026-03-20", "task.due_changed", due_on="2026-05-29"),
    said("2026-03-23", "task.returned", body="PYT"),
)
COURSES_OF_OTHERS = {
    "who owes is told by another event": [
        said("2026-03-03", "task.accepted", body="PYT"),
        said("2026-03-04", "task.difficulty", body="PYT"),
        said("2026-03-05", "task.accepted", body="PNV"),
    ],
    "what all are to have is told by another event": [
        said("2026-03-03", "task.written_update", body="PYT", recipients=["PYT"]),
        said("2026-03-04", "task.urged", body="PYT"),
        said("2026-03-05", "task.accepted", body="PYT"),
        said("2026-03-06", "task.written_update", body="PYT", recipients=["PYT", "PNV"]),
    ],
    "returned in time of a rule that stands behind": [
        *RETURNED,
        said("2026-03-24", "task.renamed"),
    ],
}


@pytest.mark.parametrize("name", COURSES_OF_OTHERS)
def test_what_another_event_says_of_a_task_is_judged_in_part_as_by_the_whole(name: str) -> None:
    kept = Kept(TOLD_BY_OTHERS, date(2026, 9, 30))
    opened = said("2026-03-01", "document.issued", issued_on="2026-03-01", doc_type="CT")
    for told in ([opened, ASSIGNED], *([each] for each in COURSES_OF_OTHERS[name])):
        kept.tell(told)
        kept.require_whole()
    assert kept.parts > 0


def test_what_a_task_owes_does_not_depend_on_whether_another_is_beside_it() -> None:
    """The other was asked first by another rule, which then settled what both had returned."""
    law = regulations(TOLD_BY_OTHERS)
    opened = said("2026-03-01", "document.issued", issued_on="2026-03-01", doc_type="CT")
    task = [said("2026-03-02", "task.assigned", lead="PYT"), *RETURNED]
    other = said("2026-03-02", "task.assigned", task_id="T2", lead="PNV", due_on="2026-05-20")
    backs = []
    for events in ([opened, *task], [opened, other, *task]):
        history = sorted(events, key=lambda each: each.order)
        found = project(STREAM, history, law, calendar(), default_directory(), SINCE, SINCE)
        (state,) = [each for each in found.tasks if each.task_id == "T1"]
        backs.append(state.backs)
    assert backs[0] == backs[1]
    assert len(backs[0]) == 2


@pytest.mark.parametrize("name", [*NAMES, TOLD_BY_OTHERS])
@settings(max_examples=20, deadline=None)
@given(histories("document"), st.integers(0, 1000))
def test_a_history_however_odd_is_judged_part_by_part_as_its_whole(
    name: str, arrived: list[Event], seed: int
) -> None:
    chance = Random(seed)
    kept = Kept(name, through_of(chance))
    for part in parts_of(of_stream(STREAM, arrived), chance):
        kept.tell(part)
        kept.require_whole()
