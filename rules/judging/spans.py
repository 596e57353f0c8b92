"""A task's charges by their deadlines: who is charged, as what, until which day.

Here it is decided which of the dates that were set binds a charge, and what becomes of it when
another is. It must never ask by which rule.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

from ..events import Event
from .cases import Case, is_before, key_of
from .clock import Clock
from .task import Charge, Task

Clocks: TypeAlias = Callable[[Event], Clock]
"""How the law of what an event opens reads a deadline."""


def charges(role: str, task: Task, clocks: Clocks, conditions: frozenset[str]) -> Iterator[Case]:
    """A case for each span of a charge under one deadline, for bodies charged as *role*.

    A deadline moved before its last day has passed is replaced in place; moved after, or set, or
    removed, it ends the case and opens the next. One that is over when it is set binds nobody:
    the date that runs stays; where none does, another is awaited. A body that has completed the
    task is not touched by later changes.
    """
    running = _Running(task, clocks)
    for charge in task.charges:
        if charge.role == role:
            yield from _spans(charge, task, clocks, running, conditions)


class _Running:
    """Which date runs for a task, from each event that set one that binds, or took it away."""

    def __init__(self, task: Task, clocks: Clocks) -> None:
        self._orders = [each.event.order for each in task.dates]
        self._dates: list[date | None] = []
        runs: date | None = None
        known = False
        for each in task.dates:
            known = known and not each.anew
            if not known or clocks(each.event).binds(each.event.on, each.due_on):
                # The first is handed on though it is over: whoever takes over awaits another.
                runs, known = each.due_on, True
            self._dates.append(runs)

    def before(self, event: Event) -> date | None:
        """The date that ran when *event* came."""
        place = bisect_left(self._orders, event.order)
        return self._dates[place - 1] if place else None


def _spans(
    charge: Charge, task: Task, clocks: Clocks, running: _Running, conditions: frozenset[str]
) -> Iterator[Case]:
    completion = task.completion(charge)
    case: Case | None = None
    for deadline in charge.deadlines:
        event = deadline.event
        due_on = running.before(event) if deadline.inherited else deadline.due_on
        if case is not None:
            if completion is not None and is_before(completion, event):
                break
            if due_on == case.due_on and not case.awaiting:
                continue
            clock = clocks(case.opened_by or event)
            setting = clocks(event) if clock.passed(event.on, case.due_on) else clock
            if not setting.binds(event.on, due_on):
                case.over.append((event, due_on))
                continue
            if due_on is not None and _replaces(case, event, due_on, clock):
                continue
            case.end, case.superseded = event, True
            yield case
        case = _begin(charge, task, event, due_on, clocks(event))
        case.conditions = conditions
    if case is not None:
        case.end = charge.end
        yield case


def _replaces(case: Case, event: Event, due_on: date, clock: Clock) -> bool:
    """Let *due_on* take the place of the deadline of *case*, where that has not passed or is
    awaited; gives whether it did."""
    if clock.passed(event.on, case.due_on) or (case.due_on is None and not case.awaiting):
        return False
    if case.due_on is not None:
        case.moves.append((event, case.due_on))
    case.due_on, case.set_on, case.awaiting = due_on, event.on, False
    return True


def _begin(charge: Charge, task: Task, event: Event, due_on: date | None, clock: Clock) -> Case:
    """The case that *event* opens with the deadline *due_on*, where that binds."""
    binds = clock.binds(event.on, due_on)
    return Case(
        part=key_of(event),
        body=charge.body,
        role=charge.role,
        opened_on=event.on,
        opened_by=event,
        data=event.data,
        task=task,
        charge=charge,
        events=task.events,
        position=charge.position,
        due_on=due_on if binds else None,
        awaiting=not binds,
        over=[] if binds else [(event, due_on)],
        lead=charge.body if charge.role == "lead" else None,
        own=event.key == task.first.key,
    )
