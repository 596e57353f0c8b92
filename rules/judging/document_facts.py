"""What holds of a document before any rule is asked: its day, its tasks, its conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..documents import document_kind, kind_as_compared
from ..events import Event
from ..regulation import Assigning
from .fulfilment import met_by_assignments
from .record import DocumentRecord
from .task import Task
from .timeline import first_of


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document's ``record`` and what follows from it alone.

    ``own_day``: the day of the document, whose law its own rules go by; without one, that of its
    first task. ``known_by``: the event by which all its tasks were known, None while they are not;
    ``first_tasks``: those known on that day, any later one was added; ``firsts``: the keys of the
    events that first assigned a task; ``all_known``: the event by which classification was done and
    every first task assigned. ``held``: the conditions that hold.
    """

    record: DocumentRecord
    own_day: date | None
    known_by: Event | None
    first_tasks: tuple[Task, ...]
    firsts: frozenset[tuple[str, str]]
    all_known: Event | None
    held: frozenset[str]

    def end_after(self, task: Task, opener: Event) -> Event | None:
        """What took *task* away after *opener*: its own withdrawal, or the whole document's."""
        ends = (*task.withdrawals, *self.record.withdrawals)
        return first_of(*(end for end in ends if end.order > opener.order))


def facts_of(record: DocumentRecord) -> DocumentFacts:
    """What holds of the document of *record*."""
    first_assigned = first_assignment(record)
    own_day = issued_on(record.fields)
    if own_day is None and first_assigned is not None:
        own_day = first_assigned.on
    known_by = _known_by(record, first_assigned)
    first_tasks = tuple(
        task for task in record.tasks.values() if known_by is None or task.first.on <= known_by.on
    )
    return DocumentFacts(
        record=record,
        own_day=own_day,
        known_by=known_by,
        first_tasks=first_tasks,
        firsts=frozenset(task.first.key for task in record.tasks.values()),
        all_known=_all_known(known_by, first_tasks),
        held=_conditions(record, first_tasks),
    )


def issued_on(fields: Mapping[str, str]) -> date | None:
    """The document's own legal day; None where there is no document yet."""
    for name in ("endorsed_on", "issued_on"):
        if fields.get(name):
            return date.fromisoformat(fields[name])
    return None


def first_assignment(record: DocumentRecord) -> Event | None:
    """The first event that assigns a task under the document."""
    return first_of(*(task.first for task in record.tasks.values()))


def is_assigning(record: DocumentRecord, assigning: Assigning) -> bool:
    """Whether the document is of a kind that assigns tasks (Điều 3.1, 3.2)."""
    if record.opened_by is None:
        return False
    if record.opened_by.type == "document.received":
        return assigning.received
    kind = kind_as_compared(str(record.fields.get("doc_type", "")))
    return (str(record.fields.get("authority", "")), kind) in assigning.documents


def of_unknown_type(record: DocumentRecord, assigning: Assigning) -> bool:
    """Whether the document's type is one that nobody knows, so that it silently opens nothing."""
    if record.opened_by is None or is_assigning(record, assigning):
        return False
    issued = record.opened_by.type == "document.issued"
    return issued and document_kind(str(record.fields.get("doc_type", ""))) is None


def _known_by(record: DocumentRecord, first_assigned: Event | None) -> Event | None:
    opened_by = record.opened_by or first_assigned
    if opened_by is None:
        return None
    assigned = met_by_assignments(record, opened_by)
    return first_of(record.classified, assigned and assigned[0])


def _all_known(known_by: Event | None, first_tasks: Sequence[Task]) -> Event | None:
    if known_by is None:
        return None
    return max((known_by, *(task.first for task in first_tasks)), key=lambda event: event.order)


def _conditions(record: DocumentRecord, first: Sequence[Task]) -> frozenset[str]:
    """The conditions that hold for a document whose *first* tasks are those that were known
    on the day of its classification."""
    held = {
        "several_tasks": record.task_count(first) > 1,
        "several_bodies": record.body_count(first) > 1,
        "consultation": record.fields.get("consultation") is True,
        "written_tracking": record.fields.get("written_tracking") is True,
        "from_province": record.fields.get("authority") == "province",
    }
    return frozenset(name for name, holds in held.items() if holds)
