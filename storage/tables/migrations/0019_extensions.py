"""By which day an obligation was due at first, and how often its deadline was put off."""

from __future__ import annotations

from typing import Any

from peewee import Database


def up(_migrator: Any, db: Database) -> None:
    """Add the columns, empty: what older obligations have there, the law that comes with them
    says when it judges them anew."""
    db.execute_sql("ALTER TABLE obligation ADD COLUMN first_due DATE")
    db.execute_sql("ALTER TABLE obligation ADD COLUMN extensions INTEGER")
