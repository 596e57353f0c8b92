"""What becomes of a deadline when another is set, moved or taken away, before or after it passed.

Which date runs for a task, and whether one that comes replaces it, stands beside it, or ends its
case. It must never ask by which rule, nor what day it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

from ..events import Event
from .case_deadline import NO_DEADLINE, CaseDeadline
from .clock import Clock
from .task import Deadline

Clocks: TypeAlias = Callable[[Event], Clock]
"""How the law of what an event opens reads a deadline."""


class RunningDates:
    """Which date runs for a task, from each event that set one that binds, or took it away."""

    def __init__(self, dates: Sequence[Deadline], clocks: Clocks) -> None:
        self._orders = [each.event.order for each in dates]
        self._dates: list[date | None] = []
        self._set_on: list[date] = []
        runs: date | None = None
        known = False
        for each in dates:
            known = known and not each.anew
            if not known or clocks(each.event).binds(each.event, each.due_on):
                # The first is handed on though it is over: whoever takes over awaits another.
                runs, known, set_on = each.due_on, True, each.event.on
            self._dates.append(runs)
            self._set_on.append(set_on)

    def before(self, event: Event) -> date | None:
        """The date that ran when *event* came."""
        place = bisect_left(self._orders, event.order)
        return self._dates[place - 1] if place else None

    def deadline_at(self, event: Event) -> CaseDeadline:
        """The deadline that ran when *event* came, as one that it did not set."""
        place = bisect_left(self._orders, event.order)
        if not place or self._dates[place - 1] is None:
            return NO_DEADLINE
        return CaseDeadline(self._dates[place - 1], self._set_on[place - 1], ran=True)


def set_again(
    runs: CaseDeadline,
    opened_by: Event,
    clocks: Clocks,
    event: Event,
    due_on: date | None,
) -> CaseDeadline | None:
    """What becomes of the deadline that *runs*, as the law of what *opened_by* opened reads it,
    when *event* sets *due_on*; None where that ends its case."""
    if due_on == runs.due_on and not runs.awaiting:
        return runs
    clock = clocks(opened_by)
    passed = clock.passed(event, runs.due_on, runs.set_on or opened_by.on)
    setting = clocks(event) if passed else clock
    if not setting.binds(event, due_on):
        return runs.beside(event, due_on)
    never_set = runs.due_on is None and not runs.awaiting
    if due_on is None or passed or never_set:
        return None
    return runs.moved(event, due_on)
