"""By what an event is found when something that it quotes becomes secret, and its index."""

from __future__ import annotations

from typing import Any

from peewee import Database, PostgresqlDatabase

_NEVER_QUOTING = (
    *("document.issued", "document.received", "document.classified", "document.corrected"),
    *("document.withdrawn", "document.secrecy_changed", "task.assigned", "task.accepted"),
    *("task.returned", "task.reassigned", "task.due_changed", "task.corrected", "task.progress"),
    *("task.completed", "task.completion_rejected", "task.withdrawn", "task.difficulty"),
    *("task.directed", "task.urged", "task.written_update", "task.discrepancy_found"),
    *("task.extension_requested", "task.extension_granted", "task.extension_refused"),
    "task.result_accepted",
)


def up(_migrator: Any, db: Database) -> None:
    """Add the column and the index; `schema.migrate` fills it, and what is empty is looked at."""
    blob = "BYTEA" if isinstance(db, PostgresqlDatabase) else "BLOB"
    db.execute_sql(f"ALTER TABLE event ADD COLUMN marks {blob}")
    quotable = " AND ".join(f"type <> '{type_}'" for type_ in _NEVER_QUOTING)
    db.execute_sql(f"CREATE INDEX event_quotable ON event (id, type, marks) WHERE {quotable}")
