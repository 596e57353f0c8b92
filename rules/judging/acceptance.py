"""Whether what was handed in has been accepted by the Office or whoever assigned, and what is odd.

It must never decide whether a task is done: that goes by the day on which its result was handed in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from ..event_types import RESULT_ACCEPTED
from ..events import Event
from ..regulation import COMPLETING, REJECTED, Regulation
from ..rule import LEAD, Rule
from ..trace import Trace
from .cases import Case
from .fulfilment import Met
from .shortfall import told_of
from .task import Task, said

EARLY, AFTER_ALL = "accepted_before_completed", "rejected_after_accepted"
"""Flag an acceptance of what nobody had handed in, and a result that was accepted and then not."""


def flags_of(tasks: Iterable[Task]) -> set[str]:
    """What is odd about the acceptance of results of *tasks*."""
    flags: set[str] = set()
    for task in tasks:
        accepted: dict[str | None, list[Event]] = {}
        for place in task.events.places((RESULT_ACCEPTED,), 0):
            event = task.events[place]
            accepted.setdefault(event.data.get("body"), []).append(event)
        for body, events in accepted.items():
            named = task.completions.keys() if body is None else (body,)
            results = [each for one in named for each in task.completions.get(one, ())]
            if not results or events[0].order < min(map(_order, results)):
                flags.add(EARLY)
            if any(_between(each, task.undone.get(said(each)), events) for each in results):
                flags.add(AFTER_ALL)
    return flags


def _between(result: Event, undone: Event | None, accepted: Sequence[Event]) -> bool:
    """Whether any of *accepted*, in order, came after *result* and before its rejection."""
    if undone is None or undone.type != REJECTED:
        return False
    place = bisect_right(accepted, result.order, key=_order)
    return place < len(accepted) and accepted[place].order < undone.order


def _order(event: Event) -> tuple[datetime, int, str, str]:
    return event.order


def acceptance_of(rule: Rule, case: Case, met: Met, regulation: Regulation) -> Trace:
    """What a trace of *case*, which was *met* by a result that its lead handed in, says of its
    acceptance: by which event, or that it is awaited where *regulation* asks for it."""
    task = case.task
    led = case.charge is not None and case.role == LEAD and LEAD in rule.per
    if task is None or not led or rule.opens.after_deadline or met[0].type not in COMPLETING:
        return {}
    for place in task.events.places((RESULT_ACCEPTED,), task.events.after(met[0])):
        event = task.events[place]
        if event.data.get("body", case.body) == case.body:
            return {"accepted_by": told_of(event)}
    return {"awaiting_acceptance": True} if regulation.asks_acceptance else {}
