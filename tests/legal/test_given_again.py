"""A task or document that was withdrawn, and what is given again (Điều 5.1.g, 6.2, 6.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from dondoc.rules.obligations import Obligation, TaskState
from support.stories import SINCE, THROUGH, Told, history, law, owed

ASSIGNED: Told = ("2026-03-02", "task.assigned", {"due_on": "2026-03-20"})
TAKEN: tuple[Told, ...] = (
    ("2026-03-05", "task.withdrawn", {}),
    ("2026-03-05", "document.withdrawn", {}),
)
GIVEN: tuple[Told, ...] = (
    ("2026-03-10", "task.assigned", {"due_on": "2026-04-10"}),
    ("2026-03-10", "task.reassigned", {"lead": "PYT"}),
)


def states(told: list[Told]) -> list[TaskState]:
    stream = "document:1"
    return list(law().project(stream, history(stream, told), SINCE, THROUGH).tasks)


def of_rule(told: list[Told], rule: str, **wanted: Any) -> list[Obligation]:
    return [
        each
        for each in owed("document:1", told)
        if each.rule == rule and all(getattr(each, name) == value for name, value in wanted.items())
    ]


@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize("given", GIVEN)
def test_a_task_given_again_to_the_same_lead_is_one_open_task_with_two_spells(
    taken: Told, given: Told
) -> None:
    told = [ASSIGNED, taken, given]
    (state,) = states(told)
    due = date(2026, 4, 10) if given[1] == "task.assigned" else date(2026, 3, 20)
    assert (state.lead, state.status, state.due, state.ended_on) == (
        "PYT",
        "not_started",
        due,
        None,
    )
    first, second = of_rule(told, "execution")
    assert (first.due, first.ended_on) == (date(2026, 3, 20), date(2026, 3, 5))
    assert (second.opened_on, second.due, second.ended_on) == (date(2026, 3, 10), due, None)


@pytest.mark.parametrize("taken", TAKEN)
def test_what_was_done_before_the_withdrawal_does_not_do_what_is_given_again(taken: Told) -> None:
    done: Told = ("2026-03-04", "task.completed", {})
    (state,) = states([ASSIGNED, done, taken, GIVEN[0]])
    assert (state.status, state.done_on, state.ended_on) == ("not_started", None, None)


def test_a_task_withdrawn_twice_is_withdrawn_since_the_second_time() -> None:
    (state,) = states([ASSIGNED, TAKEN[0], GIVEN[0], ("2026-03-16", "task.withdrawn", {})])
    assert state.ended_on == date(2026, 3, 16)


def test_who_lost_a_task_given_again_has_no_state_of_it_however_it_began() -> None:
    lost: Told = ("2026-03-16", "task.reassigned", {"lead": "XDS"})
    assert [each.lead for each in states([ASSIGNED, TAKEN[0], GIVEN[0], lost])] == ["XDS"]


def test_a_second_withdrawal_of_the_document_ends_what_was_opened_after_the_first() -> None:
    told = [
        ASSIGNED,
        TAKEN[1],
        GIVEN[0],
        ("2026-03-11", "task.difficulty", {}),
        ("2026-03-12", "document.withdrawn", {}),
    ]
    opened = [each for each in owed("document:1", told) if each.opened_on >= date(2026, 3, 10)]
    assert {each.rule for each in opened} > {"execution"}
    assert [each for each in opened if each.closed_on is None] == []
