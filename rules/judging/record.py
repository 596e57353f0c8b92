"""What a document's events say, folded once: the document, its tasks, who was charged when.

This is HSCV's own story, told before any rule is asked: it knows that a task is delivered,
reassigned, moved, withdrawn, but not what the law makes of it. It must never drop an event
that could matter: one that comes before its task's assignment waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from ..documents import document_kind
from ..events import Event
from ..normalising import normal
from .timeline import Timeline

Said: TypeAlias = tuple[tuple[str, str], str | None]
"""An event's key, and the body whose act it is; one event can be the act of several."""

_DOCUMENT_OPENERS = frozenset({"document.issued", "document.received"})


@dataclass(slots=True)
class Deadline:
    """A deadline as set by an event; ``inherited``: whichever runs for the task by then, which is
    for the law to say (`spans`). ``anew``: nobody was charged with the task when it was set."""

    event: Event
    due_on: date | None = None
    inherited: bool = False
    anew: bool = False


@dataclass(slots=True)
class Charge:
    """A body charged with a task, from one event to another, without interruption.

    ``after``: the end of the same body's charge before this one, None for its first.
    ``position``: the place among the task's events from where on they can belong to it.
    """

    body: str
    role: str
    start: Event
    deadlines: list[Deadline]
    after: Event | None
    position: int
    end: Event | None = None

    def covers(self, event: Event) -> bool:
        """Whether what the body did with *event* belongs to this charge.

        What it reported before its first charge belongs to that one: clocks differ.
        """
        return (self.after is None or self.after.order < event.order) and (
            self.end is None or event.order < self.end.order
        )


@dataclass(slots=True)
class Delivery:
    """A task handed to one body by one event; ended by the next or by losing the task.

    ``position``: the place of the event among the task's.
    """

    body: str
    role: str
    event: Event
    position: int
    end: Event | None = None


@dataclass(slots=True)
class Task:
    """A task of the document, with everything that happened to it, in order.

    ``charged`` and ``delivered`` hold what has not ended, by (role, body); ``ended`` the last
    end of a charge. ``dates``: every deadline as it was set, None where it was taken away;
    ``due_on`` the last of them. ``returning``: the bodies whose return awaits another delivery
    (Điều 6.2.a).
    ``completions``: by body, what said that the task was done; ``undone``: what took each of
    these back, if anything (Điều 7), which is for the law to say (`undoing`).
    """

    id: str
    first: Event
    fields: dict[str, Any] = field(default_factory=dict)
    due_on: date | None = None
    dates: list[Deadline] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    charged: dict[tuple[str, str], Charge] = field(default_factory=dict)
    delivered: dict[tuple[str, str], Delivery] = field(default_factory=dict)
    ended: dict[tuple[str, str], Event] = field(default_factory=dict)
    events: Timeline = field(default_factory=Timeline)
    completions: dict[str, list[Event]] = field(default_factory=dict)
    undone: dict[Said, Event] = field(default_factory=dict)
    withdrawals: list[Event] = field(default_factory=list)
    returning: set[str] = field(default_factory=set)

    def bodies(self, role: str) -> list[str]:
        """The bodies charged with the task in *role* now."""
        return [body for charged_role, body in self.charged if charged_role == role]

    def completion(
        self, charge: Charge, stands_after: date | None = None
    ) -> tuple[Event, date] | None:
        """The event by which the body of *charge* first said that it had completed the task,
        and the earliest date of completion it stated, of what `counts`; None where nothing does."""
        done = [
            each
            for each in self.completions.get(charge.body, ())
            if charge.covers(each) and self.counts(each, stands_after)
        ]
        return (done[0], min(map(completed_on, done))) if done else None

    def counts(self, event: Event, stands_after: date | None = None) -> bool:
        """Whether nothing took *event* back, or only after the day *stands_after*, by which it
        had been told."""
        by = self.undone.get(said(event)) if self.undone else None
        return by is None or (stands_after is not None and by.on > stands_after)


@dataclass(slots=True)
class DocumentRecord:
    """A document and its tasks after the whole history of its stream."""

    opened_by: Event | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    events: Timeline = field(default_factory=Timeline)
    classified: Event | None = None
    withdrawals: list[Event] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def withdrawn_after(self, event: Event) -> Event | None:
        """The first withdrawal of the document after *event*; None where there is none. What is
        assigned anew under it lives until the next."""
        return next((each for each in self.withdrawals if each.order > event.order), None)

    def task_count(self, first: Sequence[Task]) -> int:
        """The announced number of tasks, otherwise that of its classification, otherwise the
        number of its *first* ones."""
        announced = self.fields.get("task_count")
        if announced is None and self.classified is not None:
            announced = self.classified.data["task_count"]
        return len(first) if announced is None else int(announced)

    def body_count(self, first: Sequence[Task]) -> int:
        """The announced number of bodies, otherwise of those that its *first* tasks were
        assigned to, coordinating ones included; who got a task later does not count."""
        announced = self.fields.get("body_count")
        if announced is not None:
            return int(announced)
        named = [task.first.data for task in first]
        return len(
            {
                body
                for data in named
                for body in (*bodies_of(data["lead"]), *(data.get("coordinating") or ()))
            }
        )


def said(event: Event) -> Said:
    """What tells an act of a body from others, and from the same event as another body's."""
    return (event.key, event.data.get("body"))


def symbol_of(text: str) -> str:
    """A document's symbol as it is compared and shown: NFC, and Đ where Ð was typed."""
    return normal("NFC", text).replace("Ð", "Đ").strip()


def naming(fields: Mapping[str, Any]) -> dict[str, str]:
    """What an official names a document by beside its symbol, since numbers begin again each
    year: its kind, its date and whoever issued it, as far as its *fields* say. Nothing that is
    free text."""
    kind = document_kind(str(fields.get("doc_type") or ""))
    named = {"kind": kind, "issued_on": fields.get("issued_on"), "by": fields.get("authority")}
    return {name: str(value) for name, value in named.items() if value}


def bodies_of(value: Any) -> list[str]:
    """One body or a list of them, as a list without repeats."""
    return [value] if isinstance(value, str) else list(dict.fromkeys(value))


def fold(history: Sequence[Event]) -> DocumentRecord:
    """The record of a document from its whole *history*, which is in the contract's order."""
    record = DocumentRecord(events=Timeline(history))
    waiting: dict[str, list[Event]] = {}
    for event in history:
        if event.type.startswith("document."):
            _document_event(record, event)
        elif event.type.startswith("task."):
            task_id = event.data.get("task_id")
            if not isinstance(task_id, str):
                continue  # a later version's event about something else than one task
            task = record.tasks.get(task_id)
            if task is None and event.type != "task.assigned":
                waiting.setdefault(task_id, []).append(event)
                continue
            if task is None:
                task = record.tasks[task_id] = Task(task_id, event)
                for earlier in waiting.pop(task_id, ()):
                    _task_event(task, earlier)
            _task_event(task, event)
    record.flags.update("unknown_task" for _ in waiting)
    return record


def completed_on(event: Event) -> date:
    """The date a completing event stands for: its own for progress, the stated one otherwise."""
    if event.type == "task.completed":
        return date.fromisoformat(event.data["completed_on"])
    return event.on


def _document_event(record: DocumentRecord, event: Event) -> None:
    if event.type in _DOCUMENT_OPENERS:
        record.opened_by = record.opened_by or event
        record.fields.update(event.data)
    elif event.type == "document.corrected":
        record.fields.update(event.data["fields"])
        for task in record.tasks.values():
            task.events.append(event)  # it may mend what was found wrong about a task (7.1)
    elif event.type == "document.classified":
        record.classified = record.classified or event
    elif event.type == "document.withdrawn":
        record.withdrawals.append(event)
        for task in record.tasks.values():
            _end(task, event)


def _task_event(task: Task, event: Event) -> None:
    task.events.append(event)
    data = event.data
    match event.type:
        case "task.assigned":
            _assign(task, event)
        case "task.reassigned":
            _reassign(task, event)
        case "task.due_changed":
            _set_date(task, event, _date(data["due_on"]))
            for charge in task.charged.values():
                charge.deadlines.append(Deadline(event, task.due_on))
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
            _end(task, event)


def _assign(task: Task, event: Event) -> None:
    data = event.data
    leads = bodies_of(data["lead"])
    coordinating = data.get("coordinating")
    others = task.bodies("coordinating") if coordinating is None else bodies_of(coordinating)
    leading = set(leads)
    others = [body for body in others if body not in leading]
    due_on = _date(data.get("due_on"))
    changed = _changes(task, data, due_on, leads, others)
    task.fields.update((key, value) for key, value in data.items() if value is not None)
    _set_date(task, event, due_on)
    _charge(task, event, "lead", leads, Deadline(event, due_on))
    _charge(task, event, "coordinating", others, Deadline(event, due_on))
    if not changed:
        _deliver_again(task, event)
        return
    for role, bodies in (("lead", leads), ("coordinating", others)):
        for body in bodies:
            _deliver(task, event, role, body)


def _changes(
    task: Task, data: Mapping[str, Any], due_on: date | None, leads: list[str], others: list[str]
) -> bool:
    """Whether assigning *task* so says anything that it does not say already."""
    charged = {("lead", body) for body in leads} | {("coordinating", body) for body in others}
    told = ("content", "kind", "class", "unit", "officer")
    said = [(name, data[name]) for name in told if data.get(name) is not None]
    return (
        due_on != task.due_on
        or charged != task.charged.keys()
        or any(task.fields.get(name) != value for name, value in said)
    )


def _reassign(task: Task, event: Event) -> None:
    data = event.data
    leads = bodies_of(data["lead"])
    coordinating = data.get("coordinating")
    others = task.bodies("coordinating") if coordinating is None else bodies_of(coordinating)
    leading = set(leads)
    others = [body for body in others if body not in leading]
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
    delivery = task.delivered[role, body] = Delivery(body, role, event, len(task.events) - 1)
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
    task.dates.append(Deadline(event, due_on, anew=not task.charged))


def _end(task: Task, event: Event) -> None:
    for place, charge in task.charged.items():
        charge.end = task.ended[place] = event
    for delivery in task.delivered.values():
        delivery.end = event
    task.charged.clear()
    task.delivered.clear()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
