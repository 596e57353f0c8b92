"""When the information on a document and its tasks had become complete (Điều 5.1).

The events are walked once; whether something is missing is asked again only after an event
that can change the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from ..events import Event
from ..rule import Rule
from .fulfilment import Met, absent_fields

_DOCUMENT_FIELDS = frozenset({"document.issued", "document.received", "document.corrected"})
_TASK_FIELDS = frozenset(
    {
        *("task.assigned", "task.reassigned", "task.corrected", "task.due_changed"),
        *("task.extension_granted", "task.withdrawn"),
    }
)


_DOCUMENT = ""
"""Stands for the document itself among the ids of its tasks, which are never empty."""


def completion_of_information(
    rule: Rule,
    events: Sequence[Event],
    task_ids: Collection[str],
    held: frozenset[str],
    after: Event | None,
    *,
    with_document: bool,
) -> tuple[Met | None, list[str]]:
    """When everything *rule* asks of the document and of its tasks *task_ids* was there by
    *events*, and what is still missing, as "<point>:<field>".

    *after*: the event with which classification was done; before it the tasks themselves are
    not all known, so that nothing can be complete; None: it has not been done.
    *with_document*: whether the document's own fields are asked too.
    """
    fields: dict[str, dict[str, Any]] = {}
    missing: dict[str, list[str]] = {}
    for event in events:
        subject = _subject(event)
        asked = subject in task_ids or (with_document and subject == _DOCUMENT)
        if subject is not None and asked:
            _update(fields.setdefault(subject, {}), event)
            of = "task" if subject else "document"
            absent = absent_fields(rule, of, fields[subject], held)
            if event.type == "task.withdrawn" or not absent:
                missing.pop(subject, None)
            else:
                missing[subject] = absent
        elif event is not after:
            continue
        if after is not None and not missing and event.order >= after.order:
            return (event, event.on), []
    return None, list(dict.fromkeys(name for absent in missing.values() for name in absent))


def _subject(event: Event) -> str | None:
    """The task an event tells fields of, _DOCUMENT for the document; None for neither."""
    if event.type in _TASK_FIELDS:
        return str(event.data["task_id"])
    return _DOCUMENT if event.type in _DOCUMENT_FIELDS else None


def _update(fields: dict[str, Any], event: Event) -> None:
    if event.type in ("document.corrected", "task.corrected"):
        fields.update(event.data["fields"])
    elif event.type != "task.withdrawn":
        # A due_on of null takes the deadline away; any other null says nothing.
        fields.update(
            (name, value)
            for name, value in event.data.items()
            if value is not None or name == "due_on"
        )
