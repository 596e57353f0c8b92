"""By which dialect an event was read, and the digest of the message that told it."""

from __future__ import annotations

from typing import Any

from peewee import Database, SqliteDatabase


def up(_migrator: Any, db: Database) -> None:
    """Add both columns, empty for what was told in the contract's own words."""
    digest = "BLOB" if isinstance(db, SqliteDatabase) else "BYTEA"
    db.execute_sql("ALTER TABLE event ADD COLUMN dialect TEXT")
    db.execute_sql(f"ALTER TABLE event ADD COLUMN message {digest}")
