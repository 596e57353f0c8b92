"""The digests of the first start, what is told in them, and what was found after it."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, BooleanField, Database, Model, TextField


def up(_migrator: Any, db: Database) -> None:
    """Create the tables, the column that says in which digest a reminder is told, and what finds
    them."""

    class CatchUp(Model):
        token = TextField(primary_key=True)
        body = TextField()
        begun_at = BigIntegerField()
        changed_at = BigIntegerField()
        closed_at = BigIntegerField(null=True)
        message_id = TextField(null=True)
        words = TextField(null=True)
        recalled = BooleanField()

        class Meta:
            database = db
            table_name = "catch_up"

    class FoundLater(Model):
        obligation = TextField(primary_key=True)
        stream_id = BigIntegerField()
        found_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "found_later"

    db.create_tables([CatchUp, FoundLater])
    db.execute_sql("ALTER TABLE reminder ADD COLUMN catch_up TEXT")
    caught_up = '(("catch_up" IS NOT NULL) AND ("published_at" IS NULL))'
    for index in (
        'UNIQUE INDEX catch_up_open ON catch_up (body) WHERE ("closed_at" IS NULL)',
        "INDEX catch_up_closed ON catch_up (closed_at)",
        "INDEX found_later_of_stream ON found_later (stream_id)",
        'INDEX found_later_new ON found_later (obligation) WHERE ("found_at" IS NULL)',
        'INDEX reminder_in_catch_up ON reminder (catch_up) WHERE ("catch_up" IS NOT NULL)',
        f"INDEX reminder_caught_up ON reminder (obligation) WHERE {caught_up}",
    ):
        db.execute_sql(f"CREATE {index}")
