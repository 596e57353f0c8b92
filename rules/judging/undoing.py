"""Which completions were taken back, by the Office or by the body itself (Điều 7).

What takes one back is for the regulation to say. Whether a duty to tell had been done by it all
the same is for each rule (`stands_after_due`). It must never remove what was said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeAlias

from ..events import Event
from ..regulation import REJECTED, Undoing
from .cases import agrees
from .task import Task, said

TAKEN_BACK = "completion_taken_back"
"""Flags a body that said of a task that it was done, and afterwards that it is not."""

_Order: TypeAlias = tuple[datetime, int, str, str]


def undo(tasks: Iterable[Task], undone_by: Sequence[Undoing]) -> set[str]:
    """Note in each of *tasks* what took its completions back, by *undone_by*; gives the flags.

    An event takes back what its body completed since that was last charged.
    """
    flags: set[str] = set()
    for task in tasks:
        if task.completions:
            for event in _undo(task, undone_by):
                if event.type != REJECTED:
                    flags.add(TAKEN_BACK)
    return flags


def _undo(task: Task, undone_by: Sequence[Undoing]) -> Iterable[Event]:
    """Note it in *task*; gives the events that took something back."""
    ends = _ends(task)
    waiting: dict[str, list[Event]] = {}
    completing = {said(each) for of_one in task.completions.values() for each in of_one}
    for event in task.events:
        if said(event) in completing:
            waiting.setdefault(event.data["body"], []).append(event)
        elif any(event.type == each.event and agrees(event.data, each.where) for each in undone_by):
            body = event.data["body"]
            since = _last_before(ends.get(body, ()), event)
            taken = [each for each in waiting.pop(body, ()) if since is None or each.order > since]
            task.undone.update((said(each), event) for each in taken)
            if taken:
                yield event


def _ends(task: Task) -> dict[str, list[_Order]]:
    """By body, when its charges with *task* ended, in order."""
    ends: dict[str, list[_Order]] = {}
    for charge in task.charges:
        if charge.end is not None:
            ends.setdefault(charge.body, []).append(charge.end.order)
    for orders in ends.values():
        orders.sort()
    return ends


def _last_before(orders: Sequence[_Order], event: Event) -> _Order | None:
    place = bisect_left(orders, event.order)
    return orders[place - 1] if place else None
