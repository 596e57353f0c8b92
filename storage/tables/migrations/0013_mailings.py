"""Letters to bodies: two tables."""

from __future__ import annotations

from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CompositeKey,
    Database,
    DateField,
    IntegerField,
    Model,
    TextField,
)


def up(_migrator: Any, db: Database) -> None:
    """Create the tables."""

    class Mailing(Model):
        message_id = TextField(primary_key=True)
        body = TextField()
        day = DateField()
        kind = TextField()
        state = TextField()
        recipients = TextField(null=True)
        joined = IntegerField()
        attempts = IntegerField()
        next_attempt_at = BigIntegerField()
        answer = TextField(null=True)
        recorded_at = BigIntegerField()
        handed_over_at = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)
        lease_until = BigIntegerField(null=True)
        lease_token = TextField(null=True)

        class Meta:
            database = db
            table_name = "mailing"

    class MailingLine(Model):
        reminder = TextField()
        obligation = TextField()
        stream_id = BigIntegerField()
        body = TextField()
        role = TextField()
        step = TextField()
        target = TextField()
        recorded_at = BigIntegerField()
        over_limit = BooleanField()
        mailing = TextField(null=True)

        class Meta:
            database = db
            table_name = "mailing_line"
            primary_key = CompositeKey("reminder", "obligation")

    table, line = Mailing, MailingLine
    unended, waiting = table.ended_at.is_null(), line.mailing.is_null()
    table.add_index(table.index(table.next_attempt_at, where=unended, name="mailing_due"))
    table.add_index(table.index(table.body, table.day, table.kind, name="mailing_of_body"))
    table.add_index(table.index(table.recorded_at, name="mailing_recorded"))
    line.add_index(line.index(line.body, where=waiting, name="mailing_line_waiting"))
    line.add_index(line.index(line.mailing, name="mailing_line_of_mailing"))
    line.add_index(line.index(line.obligation, name="mailing_line_of_obligation"))
    line.add_index(line.index(line.stream_id, name="mailing_line_of_stream"))
    db.create_tables([Mailing, MailingLine])
