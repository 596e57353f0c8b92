"""The cases of a task's charges: who is charged, as what, under which deadline, until which day.

What becomes of a deadline when another is set is asked of `moved_deadlines`. It must never ask by
which rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..calendar import Calendar
from ..rule import Rule
from .case_deadline import CaseDeadline, deadline_of
from .cases import Case, moved_on, of_charge
from .clock import own_clock
from .conditions import conditions_of
from .fulfilment import is_before, met_by
from .moved_deadlines import Clocks, RunningDates, set_again
from .task import Charge, Task


def charges(role: str, task: Task, clocks: Clocks, held: frozenset[str]) -> Iterator[Case]:
    """A case for each span of a charge under one deadline, for bodies charged as *role*.

    A deadline moved before its last day has passed is replaced in place; moved after, or set, or
    removed, it ends the case and opens the next. One that is over when it is set binds nobody:
    the date that runs stays; where none does, another is awaited. A body that has completed the
    task is not touched by later changes.
    """
    running = RunningDates(task.dates_for(role), clocks)
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
        opened_by, before = event, runs
        runs = deadline_of(event, due_on, binds=clocks(event).binds(event, due_on))
        if before is not None:
            runs = runs.after(before)
    if runs is not None:
        yield of_charge(charge, task, opened_by, runs, held).ended_by(charge.end)


def as_due(ruling: Callable[[Case], Rule | None], span: Case, calendar: Calendar) -> Iterator[Case]:
    """*span* as the rule that is *ruling* counts it: where its deadline was moved only after the
    last day that the rule gives by it, it ends there and another begins, unless the rule had been
    fulfilled by then."""
    while span.deadline.moves:
        rule = ruling(span)
        place = _missed(rule, span, calendar) if rule else None
        if rule is None or place is None:
            break
        event = span.deadline.moves[place][0]
        before = span._replace(deadline=span.deadline.until(place)).superseded_by(event)
        met = met_by(rule, before)
        if met is not None and is_before(met, event):
            break
        yield before
        span = moved_on(span, event, place)
    yield span


def _missed(rule: Rule, span: Case, calendar: Calendar) -> int | None:
    """The place of the first move of the deadline of *span* that came after the last day that
    *rule* gives by it; None where none did."""
    clock = own_clock(rule, conditions_of(span), calendar)
    set_on = span.opened_on
    for place, (event, old) in enumerate(span.deadline.moves if clock else ()):
        if clock is not None and clock.passed(event, old, set_on):
            return place
        set_on = max(span.opened_on, event.on)
    return None
