"""The moments of a day at which an obligation is due, and at which it was met."""

from __future__ import annotations

from typing import Any

from peewee import Database, PostgresqlDatabase


def up(_migrator: Any, db: Database) -> None:
    """Add the columns, empty for what is due by days, and find what is due at a moment by it."""
    number = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    for table, columns in (
        ("obligation", ("target_at", "due_at", "met_at")),
        ("former_deadline", ("target_at", "due_at")),
    ):
        for column in columns:
            db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} {number}")
    for column in ("target_at", "due_at"):
        db.execute_sql(
            f"CREATE INDEX obligation_{column} ON obligation ({column})"
            f' WHERE ("{column}" IS NOT NULL)'
        )
