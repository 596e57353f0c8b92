"""The cases of a task's charges: who is charged, as what, under which deadline, until which day.

What becomes of a deadline when another is set is asked of `moved_deadlines`. It must never ask by
which rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from .case_deadline import CaseDeadline, deadline_of
from .cases import Case, of_charge
from .fulfilment import is_before
from .moved_deadlines import Clocks, RunningDates, set_again
from .task import Charge, Task


def charges(role: str, task: Task, clocks: Clocks, held: frozenset[str]) -> Iterator[Case]:
    """A case for each span of a charge under one deadline, for bodies charged as *role*.

    A deadline moved before its last day has passed is replaced in place; moved after, or set, or
    removed, it ends the case and opens the next. One that is over when it is set binds nobody:
    the date that runs stays; where none does, another is awaited. A body that has completed the
    task is not touched by later changes.
    """
    running = RunningDates(task, clocks)
    for charge in task.charges:
        if charge.role == role:
            yield from _spans(charge, task, clocks, running, held)


def _spans(
    charge: Charge, task: Task, clocks: Clocks, running: RunningDates, held: frozenset[str]
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
            goes_on = set_again(runs, opened_by, clocks, event, due_on)
            if goes_on is not None:
                runs = goes_on
                continue
            yield of_charge(charge, task, opened_by, runs, held).superseded_by(event)
        opened_by = event
        runs = deadline_of(event, due_on, binds=clocks(event).binds(event.on, due_on))
    if runs is not None:
        yield of_charge(charge, task, opened_by, runs, held).ended_by(charge.end)
