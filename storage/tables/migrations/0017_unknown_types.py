"""What finds events of types that no version knows yet."""

from __future__ import annotations

from typing import Any

from peewee import Database

_KNOWN = (
    *("document.issued", "document.received", "document.classified", "document.corrected"),
    *("document.withdrawn", "document.secrecy_changed", "task.assigned", "task.accepted"),
    *("task.returned", "task.reassigned", "task.due_changed", "task.corrected", "task.progress"),
    *("task.completed", "task.completion_rejected", "task.withdrawn", "task.difficulty"),
    *("task.directed", "task.urged", "task.written_update", "task.discrepancy_found"),
    *("feedback.received", "feedback.answered", "feedback.direction_issued"),
    *("inspection.decided", "inspection.ended", "inspection.reported"),
    *("inspection.dossier_item_added", "report.requested", "report.submitted"),
    *("report.published", "plan.approved"),
)


def up(_migrator: Any, db: Database) -> None:
    """Create the index."""
    other = " AND ".join(f"type <> '{type_}'" for type_ in _KNOWN)
    db.execute_sql(f"CREATE INDEX event_other_type ON event (type) WHERE {other}")
