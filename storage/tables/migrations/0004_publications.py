"""A table for what is on its way to the broker, and a second look at what was called erased."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, Database, Model, PostgresqlDatabase, TextField


def up(_migrator: Any, db: Database) -> None:
    """Create the table; on PostgreSQL, have what was erased before looked at once more: former
    versions left words of it in the planner's statistics."""

    class Publication(Model):
        token = TextField(primary_key=True)
        connection = TextField()
        until = BigIntegerField()

        class Meta:
            database = db
            table_name = "publication"

    db.create_tables([Publication])
    if isinstance(db, PostgresqlDatabase):
        db.execute_sql("UPDATE redaction SET erased_at = NULL")
