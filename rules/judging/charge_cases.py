"""The cases of a task's charges: who is charged, as what, under which deadline, until which day.

Here it is decided which of the dates that were set binds a charge, and what becomes of it when
another is. It must never ask by which rule.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

from ..events import Event
from .case_deadline import CaseDeadline, deadline_of
from .cases import Case, of_charge
from .clock import Clock
from .fulfilment import is_before
from .task import Charge, Task

Clocks: TypeAlias = Callable[[Event], Clock]
"""How the law of what an event opens reads a deadline."""


def charges(role: str, task: Task, clocks: Clocks, held: frozenset[str]) -> Iterator[Case]:
    """A case for each span of a charge under one deadline, for bodies charged as *role*.

    A deadline moved before its last day has passed is replaced in place; moved after, or set, or
    removed, it ends the case and opens the next. One that is over when it is set binds nobody:
    the date that runs stays; where none does, another is awaited. A body that has completed the
    task is not touched by later changes.
    """
    running = _Running(task, clocks)
    for charge in task.charges:
        if charge.role == role:
            yield from _spans(charge, task, clocks, running, held)


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
    charge: Charge, task: Task, clocks: Clocks, running: _Running, held: frozenset[str]
) -> Iterator[Case]:
    completion = task.completion(charge)
    opened_by = charge.start
    runs: CaseDeadline | None = None
    for each in charge.deadlines:
        event = each.event
        due_on = running.before(event) if each.inherited else each.due_on
        if runs is not None:
            if completion is not None and is_before(completion, event):
                break
            goes_on = _set_again(runs, clocks(opened_by), clocks, event, due_on)
            if goes_on is not None:
                runs = goes_on
                continue
            yield of_charge(charge, task, opened_by, runs, held).superseded_by(event)
        opened_by = event
        runs = deadline_of(event, due_on, binds=clocks(event).binds(event.on, due_on))
    if runs is not None:
        yield of_charge(charge, task, opened_by, runs, held).ended_by(charge.end)


def _set_again(
    runs: CaseDeadline, clock: Clock, clocks: Clocks, event: Event, due_on: date | None
) -> CaseDeadline | None:
    """What becomes of the deadline that *runs*, as *clock* reads it, when *event* sets *due_on*;
    None where that ends its case."""
    if due_on == runs.due_on and not runs.awaiting:
        return runs
    passed = clock.passed(event.on, runs.due_on)
    setting = clocks(event) if passed else clock
    if not setting.binds(event.on, due_on):
        return runs.beside(event, due_on)
    never_set = runs.due_on is None and not runs.awaiting
    if due_on is None or passed or never_set:
        return None
    return runs.moved(event, due_on)
