"""The event types of the message contract, version 1, and the fields of their data.

A regulation may name only what HSCV sends; this table is what its file is checked against.
The contract's own schemas (connector) say what the fields may hold; a test keeps both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DOCUMENT = (
    "doc_type symbol abstract issued_on authority title number signer submitted_by urgency "
    "consultation written_tracking task_count body_count"
)

EVENT_TYPES: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "document.issued": _DOCUMENT,
        "document.received": f"{_DOCUMENT} endorsed_by endorsed_on endorsement",
        "document.classified": "task_count",
        "document.corrected": "fields reason",
        "document.withdrawn": "reason",
        "document.secrecy_changed": "level",
        "task.assigned": "task_id content kind lead due_on class coordinating unit officer",
        "task.accepted": "task_id body",
        "task.returned": "task_id body reason",
        "task.reassigned": "task_id lead coordinating reason",
        "task.due_changed": "task_id due_on decided_by reason",
        "task.corrected": "task_id fields reason",
        "task.progress": "task_id body status note",
        "task.completed": "task_id body completed_on result_symbol note",
        "task.completion_rejected": "task_id body reason",
        "task.withdrawn": "task_id reason",
        "task.difficulty": "task_id body cause proposal",
        "task.directed": "task_id direction decided_by",
        "task.urged": "task_id symbol body",
        "task.written_update": "task_id body symbol recipients",
        "task.discrepancy_found": "task_id field body found_by",
        "feedback.received": "from_body about_body content task_id",
        "feedback.answered": "answer symbol copied_to_source",
        "feedback.direction_issued": "symbol copied_to_source",
        "inspection.decided": "kind lead bodies lead_person team decision_symbol grounds",
        "inspection.ended": "ended_on",
        "inspection.reported": "reported_to_chairman notified_bodies",
        "inspection.dossier_item_added": "item",
        "report.requested": "request_id report bodies requested_by due_on",
        "report.submitted": "report body period submitted_on covers request_id",
        "report.published": "report period channels published_on request_id",
        "plan.approved": "kind body year",
    }.items()
}


def fields_of(event_type: str) -> frozenset[str]:
    """The fields that the data of *event_type* can have; empty for a type nobody sends."""
    return EVENT_TYPES.get(event_type, frozenset())


OPTIONAL_TEXTS: Mapping[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "document.issued": "title number signer submitted_by",
        "document.received": "title number signer submitted_by endorsement",
        "document.corrected": "reason",
        "task.assigned": "unit officer",
        "task.reassigned": "reason",
        "task.due_changed": "reason",
        "task.corrected": "reason",
        "task.progress": "note",
        "task.completed": "result_symbol note",
        "task.difficulty": "proposal",
        "task.urged": "body",
        "task.written_update": "symbol",
        "task.discrepancy_found": "body found_by",
        "feedback.received": "task_id",
        "feedback.answered": "symbol",
        "inspection.decided": "lead_person decision_symbol grounds",
        "report.submitted": "request_id",
        "report.published": "request_id",
    }.items()
}
"""The fields that hold text of any kind and need not be there, by the type of the event."""

CORRECTABLE_TEXTS: Mapping[str, frozenset[str]] = {
    "document.corrected": OPTIONAL_TEXTS["document.issued"],
    "task.corrected": OPTIONAL_TEXTS["task.assigned"],
}
"""The same of the object ``fields`` of a correction."""

REQUESTED = "report.requested"
"""Asks for a report; what it says is what a reminder quotes."""

REPORTED = "report.submitted"
"""Hands in a report."""

UNREAD_TEXT: Mapping[str, Mapping[str, str | None]] = {
    "feedback.received": {"content": "", "task_id": None},
    "feedback.answered": {"symbol": None},
    "feedback.direction_issued": {"symbol": ""},
    "inspection.decided": {"lead_person": None, "decision_symbol": None, "grounds": None},
    REQUESTED: {"report": "", "requested_by": ""},
}
"""What events that are about no document say in words, of which no rule reads anything, by their
type; and what stands in its place once it may not be kept: "" where the contract requires the
field, None where it is left out."""

NAMED_FREELY = frozenset({"request_id"})
"""Fields whose values HSCV makes up and rules compare with each other, never with anything else."""

ABOUT_A_BODY = frozenset({"task.urged", "task.discrepancy_found"})
"""Events of tasks whose ``body`` is whom they are about; that of the others acts."""

AUTHORITIES = frozenset({"ubnd", "chairman", "office", "province"})
"""Who can have issued a document."""

_TRUTHS: frozenset[Any] = frozenset({True, False})
_REPORTS: frozenset[Any] = frozenset(
    {
        "body_progress",
        "office_progress",
        "inspection_summary",
        "secret_regime",
        "regulation_review",
    }
)
_TASK_VALUES: dict[str, frozenset[Any]] = {
    "kind": frozenset({"submit", "report", "execute"}),
    "class": frozenset({"4.1", "4.2"}),
}
_DOCUMENT_VALUES: dict[str, frozenset[Any]] = {
    "authority": AUTHORITIES,
    "urgency": frozenset({"normal", "khan", "thuongkhan", "hoatoc"}),
    "consultation": _TRUTHS,
    "written_tracking": _TRUTHS,
}
_VALUES: Mapping[str, Mapping[str, frozenset[Any]]] = {
    "document.issued": _DOCUMENT_VALUES,
    "document.received": {**_DOCUMENT_VALUES, "authority": frozenset({"province"})},
    "document.secrecy_changed": {"level": frozenset({"normal", "mat", "toimat", "tuyetmat"})},
    "task.assigned": _TASK_VALUES,
    "task.progress": {"status": frozenset({"not_started", "in_progress", "done"})},
    "task.directed": {"decided_by": frozenset({"ubnd", "chairman", "office"})},
    "feedback.answered": {
        "answer": frozenset({"urging_document", "reported_to_chairman"}),
        "copied_to_source": _TRUTHS,
    },
    "feedback.direction_issued": {"copied_to_source": _TRUTHS},
    "inspection.decided": {"kind": frozenset({"scheduled", "ad_hoc"}), "team": _TRUTHS},
    "inspection.reported": {"reported_to_chairman": _TRUTHS},
    "inspection.dossier_item_added": {
        "item": frozenset(
            [
                "decision",
                "assignment",
                "urging",
                "status_reports",
                "plan",
                "minutes",
                "result_report",
                "other",
            ]
        )
    },
    "report.submitted": {"report": _REPORTS},
    "report.published": {"report": _REPORTS, "channels": frozenset({"hscv", "portal"})},
    "plan.approved": {"kind": frozenset({"inspection", "implementation"})},
}


def values_of(event_type: str, field: str) -> frozenset[Any] | None:
    """The values that *field* can have, alone or in its list; None where they are not listed."""
    return _VALUES.get(event_type, {}).get(field)


def dates_of(event_type: str) -> frozenset[str]:
    """The fields of *event_type* that always hold a date; due_on may be null or absent."""
    return frozenset(
        name for name in fields_of(event_type) if name.endswith("_on") and name != "due_on"
    )
