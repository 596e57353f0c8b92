"""What finds the reminders of one step, however rare it is."""

from __future__ import annotations

from typing import Any

from peewee import Database


def up(_migrator: Any, db: Database) -> None:
    """Create the index."""
    db.execute_sql("CREATE INDEX reminder_of_step ON reminder (step, decided_at)")
