"""Of a task that is back with the Office nothing counts against the body, or is asked (6.2.a)."""

from __future__ import annotations

from datetime import date

import pytest
from dondoc.rules.obligations import OPEN
from support.stories import Told, owed

TOLD: list[Told] = [
    ("2026-03-02", "document.issued", {"written_tracking": True}),
    ("2026-03-02", "task.assigned", {"due_on": "2026-03-20", "coordinating": ["XDS"]}),
    ("2026-03-02", "task.assigned", {"task_id": "T2", "coordinating": ["XDS"]}),
    *(
        ("2026-03-03", "task.returned", {"task_id": task, "body": body, "reason": "x"})
        for task in ("T1", "T2")
        for body in ("PYT", "XDS")
    ),
    *(
        ("2026-03-10", "task.discrepancy_found", {"task_id": task, "body": body, "field": "status"})
        for task in ("T1", "T2")
        for body in ("PYT", "XDS")
    ),
]
ANSWERED: list[Told] = [
    ("2026-03-25", "task.due_changed", {"task_id": "T1", "due_on": "2026-04-30"}),
    ("2026-03-25", "task.assigned", {"task_id": "T2", "coordinating": ["XDS"]}),
]


@pytest.mark.parametrize("body", ["PYT", "XDS"])
def test_whatever_a_body_owes_about_a_task_that_it_has_returned_waits_for_the_answer(
    body: str,
) -> None:
    # T1's deadline of 20/3 and the update on February, by 10/4, pass while both tasks are back.
    waiting = [each for each in owed("document:1", TOLD) if each.body == body]
    for day in (date(2026, 3, 10), date(2026, 3, 21), date(2026, 4, 13)):
        unmet = [each for each in waiting if each.closed_on is None and each.opened_on <= day]
        assert {"written_tracking", "own_correction"} < {each.rule for each in unmet}
        assert [each.rule for each in unmet if each.returned(day) is None] == []
        assert {each.state(day) for each in unmet} == {OPEN}
    assert [each.rule for each in waiting if each.breach_on is not None] == []


@pytest.mark.parametrize("body", ["PYT", "XDS"])
def test_once_it_is_answered_everything_is_asked_again_from_the_day_after(body: str) -> None:
    answered = [each for each in owed("document:1", TOLD + ANSWERED) if each.body == body]
    unmet = [each for each in answered if each.closed_on is None and each.rule != "review"]
    for day, back in ((date(2026, 3, 25), True), (date(2026, 3, 26), False)):
        there = [each for each in unmet if each.opened_on <= day]
        assert {"written_tracking", "own_correction"} < {each.rule for each in there}
        assert {each.returned(day) is not None for each in there} == {back}
