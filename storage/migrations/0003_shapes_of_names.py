"""What shape a remembered name has; none where the digest is of the form compared before."""

from __future__ import annotations

from typing import Any

from peewee import Database


def up(_migrator: Any, db: Database) -> None:
    """Add the columns."""
    for column in ("length", "digits"):
        db.execute_sql(f"ALTER TABLE redacted_name ADD COLUMN {column} INTEGER")
