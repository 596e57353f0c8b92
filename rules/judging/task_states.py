"""How each task stands with each of its leads: the facts behind the six statuses of 5.1.g
(not started, in progress or done, each within its deadline or past it)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime

from ..events import Event
from ..obligations import Back, TaskState
from ..rule import LEAD
from .acting import NO_PARTY
from .cases import Case
from .moved_deadlines import Clocks
from .task import Charge, Task, said

_ENDING = frozenset({"task.withdrawn", "document.withdrawn"})


def states_of(
    tasks: Iterable[Task],
    spans: Callable[[Task, str], list[Case]],
    clocks: Clocks,
    backs: Callable[[Case], Iterable[Back]],
) -> tuple[tuple[TaskState, ...], dict[str, set[str]]]:
    """The state of each of *tasks* with every lead it has, or had when it was withdrawn, one for
    each (task, lead); and flags, by the task that is odd.

    *spans*: the cases of a task with its leads, whose last has the deadline in force.
    *clocks*: how a deadline is read by the law of what opened its span. *backs*: when the task of a
    span was back with the Office.
    """
    states: list[TaskState] = []
    odd: dict[str, set[str]] = {}
    for task in tasks:
        flags = {f"{NO_PARTY}:{body}" for body in _no_more_charged(task)}
        for charge, span in _present(task, spans(task, LEAD)):
            completion = task.completion(charge)
            if completion is not None and completion[1] < charge.start.on:
                flags.add("completed_before_assigned")
            states.append(
                TaskState(
                    task_id=task.id,
                    lead=charge.body,
                    content=str(task.fields.get("content", "")),
                    due=_last_day(span, clocks),
                    status="done" if completion else _status(task, charge),
                    done_on=completion[1] if completion else None,
                    ended_on=charge.end.on if charge.end else None,
                    backs=tuple(backs(span)),
                )
            )
        if flags:
            odd[task.id] = flags
    return tuple(states), odd


def _last_day(span: Case, clocks: Clocks) -> date | None:
    if span.deadline.due_on is None or span.opened_by is None:
        return None
    set_on = span.deadline.set_on or span.opened_by.on
    return clocks(span.opened_by).last_day(span.deadline.due_on, set_on)


def _no_more_charged(task: Task) -> Iterator[str]:
    """The bodies that completed *task* after it had passed to others. That one who never had it
    did is found where its acts are read; an act of whoever stands for several is each one's."""
    told = [(body, event) for body, events in task.completions.items() for event in events]
    counted = {
        event.key
        for body, event in told
        if any(charge.body == body and charge.covers(event) for charge in task.charges)
    }
    for body, event in told:
        ends = (charge.end for charge in task.charges if charge.body == body)
        ended = [end for end in ends if end is not None and end.order < event.order]
        passed_on = bool(ended) and max(ended, key=_order).type not in _ENDING
        if passed_on and event.key not in counted:
            yield event.under or body


def _order(event: Event) -> tuple[datetime, int, str, str]:
    return event.order


def _present(task: Task, spans: list[Case]) -> Iterator[tuple[Charge, Case]]:
    """The last span of each lead's last charge, where that stands or stood until the task itself
    ended. A task that was withdrawn and is assigned again is one task with its lead."""
    last: dict[str, tuple[Charge, Case]] = {}
    for span in spans:
        if span.charge is not None:
            last[span.charge.body] = span.charge, span
    for charge, span in last.values():
        if charge.end is None or charge.end.type in _ENDING:
            yield charge, span


def _status(task: Task, charge: Charge) -> str:
    """What the lead last said of it; a completion that was taken back is work in progress."""
    status = "not_started"
    for event in task.events:
        if event.data.get("body") == charge.body and charge.covers(event):
            if said(event) in task.undone:
                status = "in_progress"
            elif event.type == "task.progress":
                status = event.data["status"]
    # A task that comes round is never done for good.
    return "in_progress" if status == "done" and task.recurrences else status
