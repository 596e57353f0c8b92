"""What a document's events say, folded once: the document and its tasks.

This is HSCV's own story, told before any rule is asked; what it says of one task stands in
`charging`. It must never drop an event that could matter: one that comes before its task's
assignment waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from ..documents import document_kind
from ..event_types import DOCUMENT_OPENERS
from ..events import Event
from ..normalising import normal
from ..trace import TracedDocument
from .charging import end_charges, take_in
from .task import Task, bodies_of
from .timeline import Timeline


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


def symbol_of(text: str) -> str:
    """A document's symbol as it is compared and shown: NFC, and Đ where Ð was typed."""
    return normal("NFC", text).replace("Ð", "Đ").strip()


def naming(fields: Mapping[str, Any]) -> TracedDocument:
    """What an official names a document by beside its symbol, since numbers begin again each
    year: its kind, its date and whoever issued it, as far as its *fields* say. Nothing that is
    free text."""
    kind = document_kind(str(fields.get("doc_type") or ""))
    named = {"kind": kind, "issued_on": fields.get("issued_on"), "by": fields.get("authority")}
    return cast(TracedDocument, {name: str(value) for name, value in named.items() if value})


def told_of_document(event: Event) -> Mapping[str, Any]:
    """What *event* tells of its document's own fields, in place of what was told before."""
    if event.type == "document.corrected":
        return cast(Mapping[str, Any], event.data["fields"])
    return event.data if event.type in DOCUMENT_OPENERS else {}


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
                    take_in(task, earlier)
            take_in(task, event)
    record.flags.update("unknown_task" for _ in waiting)
    return record


def _document_event(record: DocumentRecord, event: Event) -> None:
    record.fields.update(told_of_document(event))
    if event.type in DOCUMENT_OPENERS:
        record.opened_by = record.opened_by or event
    elif event.type == "document.corrected":
        for task in record.tasks.values():
            task.events.append(event)  # it may mend what was found wrong about a task (7.1)
    elif event.type == "document.classified":
        record.classified = record.classified or event
    elif event.type == "document.withdrawn":
        record.withdrawals.append(event)
        for task in record.tasks.values():
            end_charges(task, event)
