"""The numbers of events that were archived with their rows, which may come again."""

from __future__ import annotations

from typing import Any

from peewee import Database


def up(_migrator: Any, db: Database) -> None:
    """Add the column; of what was archived before nobody knows them."""
    db.execute_sql("ALTER TABLE archived_stream ADD COLUMN numbers TEXT")
