"""What a reminder said and when the broker had it, kept in the ledger; and the trail of what
operators did."""

from __future__ import annotations

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    Database,
    Model,
    PostgresqlDatabase,
    TextField,
)

_INDEXES = (
    "reminder_decided ON reminder (decided_at)",
    "reminder_of_body ON reminder (body, decided_at)",
    'reminder_worded ON reminder (decided_at) WHERE ("words" IS NOT NULL)',
)


def up(_migrator: Any, db: Database) -> None:
    """Add the columns, filled from the messages that are still there, and create the table."""
    postgresql = isinstance(db, PostgresqlDatabase)
    for column in ("words TEXT", f"published_at {'BIGINT' if postgresql else 'INTEGER'}"):
        db.execute_sql(f"ALTER TABLE reminder ADD COLUMN {column}")
    text = (
        "convert_from(o.body, 'UTF8')::json #>> '{data,text}'"
        if postgresql
        else "json_extract(CAST(o.body AS TEXT), '$.data.text')"
    )
    db.execute_sql(
        f"UPDATE reminder SET words = {text}, published_at = o.published_at"
        " FROM outbox o WHERE o.reminder = reminder.id"
    )
    for index in _INDEXES:
        db.execute_sql(f"CREATE INDEX {index}")

    class Audit(Model):
        id = BigAutoField()
        token = TextField()
        at = BigIntegerField()
        who = TextField()
        account = TextField()
        host = TextField()
        act = TextField()
        subject = TextField(null=True)
        number = BigIntegerField(null=True)
        outcome = TextField()
        ended_at = BigIntegerField(null=True)
        details = TextField(null=True)

        class Meta:
            database = db
            table_name = "audit"

    table = Audit
    table.add_index(table.index(table.token, unique=True, name="audit_token"))
    db.create_tables([Audit])
