"""The version of a stream, by which what an instance remembers of it is known to be still true."""

from __future__ import annotations

from typing import Any

from peewee import Database, PostgresqlDatabase


def up(_migrator: Any, db: Database) -> None:
    """Add the column; whoever changes a stream from now on sets it."""
    number = "BIGINT" if isinstance(db, PostgresqlDatabase) else "INTEGER"
    db.execute_sql(f"ALTER TABLE stream ADD COLUMN version {number}")
