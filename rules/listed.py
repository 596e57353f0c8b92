"""Which fields the contract lists for each type of event, and nothing else of an event.

What is not listed is ignored: it is dropped when an event is read, so that no rule ever sees
a value that nothing has checked. The stored bytes keep it, and a later version that lists it
reads it from there. `connector.schemas` says what each field may be; a test holds the names
of the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _names(text: str, *more: frozenset[str]) -> frozenset[str]:
    return frozenset(text.split()).union(*more)


_DOCUMENT = _names(
    "doc_type symbol abstract issued_on authority title number signer submitted_by urgency "
    "consultation written_tracking task_count body_count"
)
_TASK = _names("content kind class unit officer")
_BY_BODY = _names("task_id body")

FIELDS: Mapping[str, frozenset[str]] = {
    "document.issued": _DOCUMENT,
    "document.received": _names("endorsed_by endorsed_on endorsement", _DOCUMENT),
    "document.classified": _names("task_count"),
    "document.corrected": _names("fields reason"),
    "document.withdrawn": _names("reason"),
    "document.secrecy_changed": _names("level"),
    "task.assigned": _names("task_id lead due_on coordinating", _TASK),
    "task.accepted": _BY_BODY,
    "task.returned": _names("reason", _BY_BODY),
    "task.reassigned": _names("task_id lead coordinating reason"),
    "task.due_changed": _names("task_id due_on decided_by reason"),
    "task.corrected": _names("task_id fields reason"),
    "task.progress": _names("status note", _BY_BODY),
    "task.completed": _names("completed_on result_symbol note", _BY_BODY),
    "task.completion_rejected": _names("reason", _BY_BODY),
    "task.withdrawn": _names("task_id reason"),
    "task.difficulty": _names("cause proposal", _BY_BODY),
    "task.directed": _names("task_id direction"),
    "task.urged": _names("symbol", _BY_BODY),
    "task.written_update": _names("symbol recipients", _BY_BODY),
    "task.discrepancy_found": _names("task_id field found_by"),
    "feedback.received": _names("from_body about_body content task_id"),
    "feedback.answered": _names("answer symbol copied_to_source"),
    "feedback.direction_issued": _names("symbol copied_to_source"),
    "inspection.decided": _names("kind lead bodies lead_person team decision_symbol grounds"),
    "inspection.ended": _names("ended_on"),
    "inspection.reported": _names("reported_to_chairman notified_bodies"),
    "inspection.dossier_item_added": _names("item"),
    "report.requested": _names("request_id report bodies requested_by due_on"),
    "report.submitted": _names("report body period submitted_on covers request_id"),
    "report.published": _names("report period channels published_on"),
    "plan.approved": _names("kind body year"),
}
"""The fields of each type that this version knows; types without their prefix."""

CORRECTABLE: Mapping[str, frozenset[str]] = {
    "document.corrected": _DOCUMENT,
    "task.corrected": _TASK,
}
"""What the object ``fields`` of a correction may hold."""

_STREAM_FIELDS = _names("body bodies")
"""What decides the streams of a report or plan event, of a later version's types too."""


def only_listed(type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """*data* without what the contract does not list for *type_* (without its prefix).

    Of a type that this version does not know, only what decides its streams is left.
    """
    names = FIELDS.get(type_)
    if names is None:
        later = type_.partition(".")[0] in ("report", "plan")
        names = _STREAM_FIELDS if later else frozenset()
    kept = {name: value for name, value in data.items() if name in names}
    correctable = CORRECTABLE.get(type_)
    if correctable is not None and isinstance(kept.get("fields"), dict):
        kept["fields"] = {
            name: value for name, value in kept["fields"].items() if name in correctable
        }
    return kept
