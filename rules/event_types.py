"""The event types of the message contract, version 1, and the fields of their data.

A regulation may name only what HSCV sends; this table is what its file is checked against.
The contract's own schemas (connector) say what the fields may hold; a test keeps both equal.
"""

from __future__ import annotations

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
        "task.directed": "task_id direction",
        "task.urged": "task_id symbol body",
        "task.written_update": "task_id body symbol recipients",
        "task.discrepancy_found": "task_id field found_by",
        "feedback.received": "from_body about_body content task_id",
        "feedback.answered": "answer symbol copied_to_source",
        "feedback.direction_issued": "symbol copied_to_source",
        "inspection.decided": "kind lead bodies lead_person team decision_symbol grounds",
        "inspection.ended": "ended_on",
        "inspection.reported": "reported_to_chairman notified_bodies",
        "inspection.dossier_item_added": "item",
        "report.requested": "request_id report bodies requested_by due_on",
        "report.submitted": "report body period submitted_on covers request_id",
        "report.published": "report period channels published_on",
        "plan.approved": "kind body year",
    }.items()
}


def fields_of(event_type: str) -> frozenset[str]:
    """The fields that the data of *event_type* can have; empty for a type nobody sends."""
    return EVENT_TYPES.get(event_type, frozenset())
