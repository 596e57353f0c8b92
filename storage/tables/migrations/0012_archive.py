"""What is left of subjects that were archived: two tables."""

from __future__ import annotations

from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CompositeKey,
    Database,
    IntegerField,
    Model,
    TextField,
)


def up(_migrator: Any, db: Database) -> None:
    """Create the tables."""

    class ArchivedStream(Model):
        stream = TextField(primary_key=True)
        archived_at = BigIntegerField()
        events = IntegerField()
        whole = BooleanField()
        counts = TextField()
        names = TextField()

        class Meta:
            database = db
            table_name = "archived_stream"

    class ArchivedCount(Model):
        body = TextField()
        rule = TextField()
        month = TextField()
        outcome = TextField()
        number = IntegerField()

        class Meta:
            database = db
            table_name = "archived_count"
            primary_key = CompositeKey("body", "rule", "month", "outcome")

    db.create_tables([ArchivedStream, ArchivedCount])
