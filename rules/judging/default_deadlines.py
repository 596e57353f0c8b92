"""Assignments that name no deadline, as if the one that the law gives them had been written down.

Everything after this sees a deadline like any other. It is counted by the law of the document's day
where the document first assigns the task, otherwise by that of the assignment's, and from what had
been told by then. It must never change an assignment that names its deadline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..calendar import Calendar
from ..default_deadline import DOCUMENT_DAY, DefaultDeadline
from ..event_types import DOCUMENT_OPENERS
from ..events import Event
from ..in_force import Regulations
from ..regulation import ASSIGNED, Regulation
from ..trace import TracedDefault
from .cases import Case
from .document_facts import issued_on
from .record import told_of_document
from .terms import counted, describe

_MOVING = frozenset({"task.due_changed", "task.extension_granted"})
"""What sets another deadline."""
_ENDING = frozenset({"task.withdrawn", "document.withdrawn"})


@dataclass(slots=True)
class DefaultDeadlines:
    """What the law gave to assignments without a deadline: ``told``, by the key of the event;
    ``beyond``: whether the calendar did not reach one."""

    told: dict[tuple[str, str], TracedDefault] = field(default_factory=dict)
    beyond: bool = False

    def of(self, case: Case) -> TracedDefault | None:
        """What gave the deadline that *case* has, or had before it was moved; None where somebody
        named it."""
        if not self.told or case.task is None:
            return None
        had = {case.deadline.due_on, *(due_on for _, due_on in case.deadline.moves)}
        dates = (each for each in reversed(case.task.dates) if each.due_on in had)
        given = (self.told.get(each.event.key) for each in dates)
        return next((each for each in given if each is not None), None)


def with_default_deadlines(
    history: Sequence[Event], regulations: Regulations, calendar: Calendar
) -> tuple[Sequence[Event], DefaultDeadlines]:
    """A document's *history* with the deadlines that the law gives, and what it gave."""
    found = DefaultDeadlines()
    if not regulations.has_default_deadlines:
        return history, found
    return list(_written_down(history, regulations, calendar, found)), found


def _written_down(
    history: Sequence[Event],
    regulations: Regulations,
    calendar: Calendar,
    found: DefaultDeadlines,
) -> Iterator[Event]:
    opener = next((event for event in history if event.type in DOCUMENT_OPENERS), None)
    fields: dict[str, Any] = dict(opener.data) if opener else {}
    own_day = _own_day(history)
    running: dict[str, TracedDefault | None] = {}
    repeated: dict[object, object] = {}
    for event in history:
        task_id = event.data.get("task_id")
        if event.type == ASSIGNED and "recurrence" in event.data:
            repeated[task_id] = event.data["recurrence"]
        fields.update(told_of_document(event))
        if event.type in _ENDING:
            ended = [task_id] if isinstance(task_id, str) else list(running)
            running |= dict.fromkeys(ended)
        elif event.type in _MOVING:
            running[str(task_id)] = None
        elif event.type == ASSIGNED and repeated.get(task_id) is not None:
            running[str(task_id)] = None  # each time has its own day
        elif event.type == ASSIGNED and event.data.get("due_on") is None:
            first = task_id not in running
            # One that is assigned again without a word of a deadline keeps the one it was given.
            given = running.get(str(task_id))
            if given is None:
                day = own_day if first and own_day is not None else event.on
                said = {**fields, **event.data}
                given = _given(event, said, day, regulations, calendar, found)
            running[str(task_id)] = given
            if given is not None:
                found.told[event.key] = given
                yield replace(event, data={**event.data, "due_on": given["due_on"]})
                continue
        elif event.type == ASSIGNED:
            running[str(task_id)] = None
        yield event


def _given(
    event: Event,
    said: Mapping[str, Any],
    day: date,
    regulations: Regulations,
    calendar: Calendar,
    found: DefaultDeadlines,
) -> TracedDefault | None:
    """The deadline that the law of *day* gives the task that *event* assigns, of whose document
    and itself this was *said*; None where it gives none."""
    which = _which(regulations.default_deadlines(day), said)
    if which is None:
        return None
    regulation, deadline = which
    of_document = issued_on(said) if deadline.start == DOCUMENT_DAY else None
    start = of_document or event.on
    last, term, since, covered = counted(deadline.term, start, calendar, event.on)
    if last is None or term is None:
        found.beyond = found.beyond or not covered
        return None
    return {
        "cite": deadline.cite,
        "of": regulation.id,
        "due_on": last.isoformat(),
        "term": {**describe(term, since), "start": deadline.start},
    }


def _which(
    deadlines: Sequence[tuple[Regulation, DefaultDeadline]], said: Mapping[str, Any]
) -> tuple[Regulation, DefaultDeadline] | None:
    fitting = [each for each in deadlines if each[1].is_for(said)]
    return next((each for each in fitting if each[1].where), next(iter(fitting), None))


def _own_day(history: Sequence[Event]) -> date | None:
    """The document's own day, as the last that was told of it has it."""
    fields: dict[str, Any] = {}
    for event in history:
        fields.update(told_of_document(event))
    day = issued_on(fields)
    if day is not None:
        return day
    return next((event.on for event in history if event.type == ASSIGNED), None)
