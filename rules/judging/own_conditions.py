"""Whether a condition that a regulation's file makes itself holds for a case, by a day.

What was said last, by then, in each of its fields: an event says them, and a correction of what a
document or a task said first says them anew. It must never ask by when anything is due.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ..event_facts import CORRECTED_BY
from ..events import Event
from ..own_condition import OwnCondition
from ..rule import Rule
from .cases import Case
from .conditions import agrees
from .timeline import Timeline

_OF_TASKS = "task."


class Turn(NamedTuple):
    """The ``event`` from which ``condition`` ``holds``, or does not any more."""

    condition: OwnCondition
    event: Event
    holds: bool


def opening_of(case: Case) -> date:
    """The day at the end of which a condition is read that is read at the opening of *case*: the
    legal day, or that of the event where it was told later."""
    told = case.opened_by
    return case.opened_on if told is None else max(case.opened_on, told.on)


def with_own(rule: Rule, case: Case, story: Timeline) -> Case:
    """*case* with the file's own conditions that *rule* names, as they hold when it opens; *story*:
    all that was told in its stream."""
    held = set(case.conditions)
    day = opening_of(case)
    for condition in rule.conditions:
        # What the case of another rule has left of it was read on another day.
        held.discard(condition.id)
        holds = False
        for turn in turns_of(condition, case, story):
            if turn.event.on > day:
                break
            holds = turn.holds
        if holds:
            held.add(condition.id)
    return case._replace(conditions=frozenset(held))


def later_turns(rule: Rule, case: Case, story: Timeline) -> list[Turn]:
    """What turns conditions of *rule* after *case* has opened, of those that are then still read,
    in order."""
    day = opening_of(case)
    found = [
        turn
        for condition in rule.conditions
        if condition.is_settled_later
        for turn in turns_of(condition, case, story)
        if turn.event.on > day
    ]
    return sorted(found, key=lambda turn: turn.event.order)


def turns_of(condition: OwnCondition, case: Case, story: Timeline) -> Iterator[Turn]:
    """Each event by which *condition* comes to hold for *case*, or ceases to, in order."""
    of_task = next(iter(condition.events)).startswith(_OF_TASKS)
    if of_task and case.task is None:
        return
    events = case.task.events if of_task and case.task is not None else story
    corrections = {CORRECTED_BY[each] for each in condition.events if each in CORRECTED_BY}
    said: dict[str, Any] = {}
    held = False
    for place in events.places(condition.events | corrections, 0):
        event = events[place]
        told: Mapping[str, Any] = event.data
        if event.type in corrections:
            if not said:
                continue  # of what nobody has told yet
            told = told.get("fields") or {}
        said.update(told)
        holds = agrees(said, condition.where)
        if holds != held:
            held = holds
            yield Turn(condition, event, holds)
