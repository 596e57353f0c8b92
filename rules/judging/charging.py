"""What an event changes about a task: who is charged with it, to whom it is delivered, by when.

It follows what HSCV says and never asks a rule: which of the dates binds anybody is for
`charge_cases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ..events import Event
from ..rule import COORDINATING, LEAD
from .task import Charge, Deadline, Task, TaskDelivery, bodies_of

_OWN = "coordinating_due_on"
"""The field with the date of the coordinating bodies, absent where that does not change."""


def take_in(task: Task, event: Event) -> None:
    """Let *event*, the next about *task*, change it."""
    task.events.append(event)
    data = event.data
    match event.type:
        case "task.assigned":
            _assign(task, event)
        case "task.reassigned":
            _reassign(task, event)
        case "task.due_changed" | "task.extension_granted":
            _set_date(task, event, _date(data["due_on"]))
            for charge in task.charged.values():
                if charge.role == LEAD or not _keeps_own(task, data):
                    charge.deadlines.append(Deadline(event, task.due_for(charge.role)))
            _deliver_again(task, event)
        case "task.corrected":
            task.fields.update(data["fields"])
            _deliver_again(task, event)
        case "task.returned":
            task.returning.add(data["body"])
        case "task.accepted":
            task.returning.discard(data["body"])
        case "task.completed" | "task.progress":
            if event.type == "task.completed" or data["status"] == "done":
                task.completions.setdefault(data["body"], []).append(event)
        case "task.withdrawn":
            task.withdrawals.append(event)
            end_charges(task, event)


def _assign(task: Task, event: Event) -> None:
    data = event.data
    leads, others = _named(task, data)
    due_on = _date(data.get("due_on"))
    changed = _changes(task, data, due_on, leads, others)
    task.fields.update((key, value) for key, value in data.items() if value is not None)
    _set_date(task, event, due_on)
    _set_recurrence(task, event)
    _charge(task, event, "lead", leads, Deadline(event, due_on))
    _charge(task, event, "coordinating", others, Deadline(event, task.due_for(COORDINATING)))
    if not changed:
        _deliver_again(task, event)
        return
    for role, bodies in (("lead", leads), ("coordinating", others)):
        for body in bodies:
            _deliver(task, event, role, body)


def _named(task: Task, data: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The leads that *data* names, and the coordinating bodies: those there are where it is silent
    about them."""
    leads = bodies_of(data["lead"])
    coordinating = data.get("coordinating")
    others = task.bodies("coordinating") if coordinating is None else bodies_of(coordinating)
    leading = set(leads)
    return leads, [body for body in others if body not in leading]


def _changes(
    task: Task, data: Mapping[str, Any], due_on: date | None, leads: list[str], others: list[str]
) -> bool:
    """Whether assigning *task* so says anything that it does not say already."""
    charged = {("lead", body) for body in leads} | {("coordinating", body) for body in others}
    told = ("content", "kind", "class", "unit", "officer")
    said = [(name, data[name]) for name in told if data.get(name) is not None]
    own = _date(data[_OWN]) if _OWN in data else task.coordinating_due_on
    return (
        due_on != task.due_on
        or own != task.coordinating_due_on
        or data.get("recurrence") not in (None, _recurrence(task))
        or data.get("parent_task") not in (None, task.fields.get("parent_task"))
        or charged != task.charged.keys()
        or any(task.fields.get(name) != value for name, value in said)
    )


def _reassign(task: Task, event: Event) -> None:
    data = event.data
    leads, others = _named(task, data)
    task.fields["lead"] = data["lead"]
    for role, bodies in (("lead", leads), ("coordinating", others)):
        before = set(task.bodies(role))
        _charge(task, event, role, bodies, Deadline(event, inherited=True))
        for body in bodies:
            # Whoever keeps the task has nothing new to look at, unless it had returned it.
            if body not in before or body in task.returning:
                _deliver(task, event, role, body)


def _charge(task: Task, event: Event, role: str, bodies: list[str], deadline: Deadline) -> None:
    """Charge exactly *bodies* with *task* in *role*: those charged before keep their charge."""
    kept = set(bodies)
    task.parties |= kept
    for body in task.bodies(role):
        if body not in kept:
            task.charged.pop((role, body)).end = event
            task.ended[role, body] = event
            delivery = task.delivered.pop((role, body), None)
            if delivery is not None:
                delivery.end = event
    for body in bodies:
        charge = task.charged.get((role, body))
        if charge is None:
            after = task.ended.get((role, body))
            position = 0 if after is None else task.events.after(after)
            charge = Charge(body, role, event, [deadline], after, position)
            task.charges.append(charge)
            task.charged[role, body] = charge
        elif not deadline.inherited:
            charge.deadlines.append(deadline)


def _deliver(task: Task, event: Event, role: str, body: str) -> None:
    earlier = task.delivered.get((role, body))
    if earlier is not None:
        earlier.end = event
    delivery = task.delivered[role, body] = TaskDelivery(body, role, event, len(task.events) - 1)
    task.deliveries.append(delivery)
    task.returning.discard(body)


def _deliver_again(task: Task, event: Event) -> None:
    """Deliver *task* to those of its bodies that had returned it: *event* is the Office's answer
    (Điều 6.2.a names adjusting first)."""
    for role, body in list(task.charged):
        if body in task.returning:
            _deliver(task, event, role, body)


def _set_date(task: Task, event: Event, due_on: date | None) -> None:
    task.due_on = due_on
    anew = not task.charged
    task.dates.append(Deadline(event, due_on, anew=anew))
    if _OWN in event.data or task.coordinating_dates:
        _set_own_date(task, event, anew=anew)


def _set_own_date(task: Task, event: Event, *, anew: bool) -> None:
    """Let *event* set what date the coordinating bodies have, where that is one of their own."""
    if not task.coordinating_dates:
        task.coordinating_dates = [replace(each) for each in task.dates[:-1]]
    if _OWN in event.data:
        task.coordinating_due_on = _date(event.data[_OWN])
    due_on = task.due_for(COORDINATING)
    task.coordinating_dates.append(Deadline(event, due_on, anew=anew))


def _set_recurrence(task: Task, event: Event) -> None:
    """Let *event* say when the task comes round, where it says another rule than there was."""
    if "recurrence" in event.data and event.data["recurrence"] != _recurrence(task):
        task.recurrences.append((event, event.data["recurrence"]))


def _recurrence(task: Task) -> str | None:
    return task.recurrences[-1][1] if task.recurrences else None


def _keeps_own(task: Task, data: Mapping[str, Any]) -> bool:
    """Whether the coordinating bodies keep a date of their own when *data* set the task's."""
    return task.coordinating_due_on is not None and _OWN not in data


def end_charges(task: Task, event: Event) -> None:
    """Let *event* end every charge with *task*, and every delivery of it."""
    for place, charge in task.charged.items():
        charge.end = task.ended[place] = event
    for delivery in task.delivered.values():
        delivery.end = event
    task.charged.clear()
    task.delivered.clear()
    task.coordinating_due_on = None


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
