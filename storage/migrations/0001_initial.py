"""The tables of the first version: a frozen copy, which later models do not change."""

from __future__ import annotations

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    Database,
    DateField,
    IntegerField,
    Model,
    TextField,
)


def up(_migrator: Any, db: Database) -> None:
    """Create every table and index."""

    class Table(Model):
        class Meta:
            database = db

    class Stream(Table):
        id = BigAutoField()
        key = TextField(unique=True)
        symbol = TextField(null=True)
        abstract = TextField(null=True)
        flags = TextField(null=True)
        missing = TextField(null=True)
        next_opening = DateField(null=True)
        law = TextField(null=True)
        event_count = IntegerField()

        class Meta:
            table_name = "stream"

    class Event(Table):
        id = BigAutoField()
        stream_id = BigIntegerField(index=True)
        source = TextField()
        event_id = TextField()
        type = TextField()
        subject = TextField()
        time = BigIntegerField()
        sequence = BigIntegerField(null=True)
        structured = BooleanField()
        body = BlobField()
        sha256 = BlobField()
        received_at = BigIntegerField()
        conflicts = IntegerField()

        class Meta:
            table_name = "event"
            indexes = ((("event_id", "source"), True),)

    class FurtherStream(Table):
        stream_id = BigIntegerField()
        event = BigIntegerField(index=True)

        class Meta:
            table_name = "event_stream"
            primary_key = CompositeKey("stream_id", "event")

    class Task(Table):
        id = BigAutoField()
        stream_id = BigIntegerField()
        task_id = TextField()
        lead = TextField()
        content = TextField()
        due = DateField(null=True)
        status = TextField()
        done_on = DateField(null=True)
        ended_on = DateField(null=True)

        class Meta:
            table_name = "task"
            indexes = ((("stream_id", "task_id", "lead"), True),)

    class Obligation(Table):
        id = TextField(primary_key=True)
        stream_id = BigIntegerField(index=True)
        rule = TextField()
        cite = TextField()
        subject = TextField()
        task_id = TextField(null=True)
        body = TextField()
        role = TextField()
        opened_on = DateField()
        target = DateField(null=True)
        due = DateField(null=True)
        met_on = DateField(null=True)
        ended_on = DateField(null=True)
        closed_on = DateField(null=True)
        breach_on = DateField(null=True)
        regulation = TextField()
        trace = TextField()
        next_reminder_on = DateField(null=True)

        class Meta:
            table_name = "obligation"

    class Reminder(Table):
        id = BigAutoField()
        stream_id = BigIntegerField(index=True)
        obligation = TextField()
        step = TextField()
        target = TextField()
        occurrence = IntegerField()
        role = TextField()
        body = TextField()
        decided_at = BigIntegerField()

        class Meta:
            table_name = "reminder"
            indexes = ((("obligation", "step", "target", "occurrence", "role", "body"), True),)

    class Outbox(Table):
        id = BigAutoField()
        reminder = BigIntegerField(unique=True)
        stream_id = BigIntegerField(index=True)
        obligation = TextField()
        message_id = TextField(unique=True)
        routing_key = TextField()
        body = BlobField()
        created_at = BigIntegerField()
        lease_until = BigIntegerField(null=True)
        lease_token = TextField(null=True)
        published_at = BigIntegerField(null=True)

        class Meta:
            table_name = "outbox"

    class Attempt(Table):
        sha256 = BlobField(primary_key=True)
        tries = IntegerField()

        class Meta:
            table_name = "attempt"

    class Rejection(Table):
        id = BigAutoField()
        reason = TextField()
        event_id = TextField(null=True)
        size = BigIntegerField()
        sha256 = BlobField()
        received_at = BigIntegerField()

        class Meta:
            table_name = "rejection"

    class Redaction(Table):
        stream = TextField(primary_key=True)
        level = TextField()
        redacted_at = BigIntegerField()
        erased_at = BigIntegerField(null=True)

        class Meta:
            table_name = "redaction"

    class Setting(Table):
        key = TextField(primary_key=True)
        value = TextField()

        class Meta:
            table_name = "setting"

    def part(name: str, model: type[Model], fields: tuple[str, ...], where: Any) -> None:
        parts = [getattr(model, field) for field in fields]
        model.add_index(model.index(*parts, where=where, name=name))

    part("stream_opening", Stream, ("next_opening",), Stream.next_opening.is_null(False))
    part("stream_missing", Stream, ("missing",), Stream.missing.is_null(False))
    part("stream_flags", Stream, ("flags",), Stream.flags.is_null(False))
    part("event_conflict", Event, ("id",), Event.conflicts > 0)
    part(
        "task_open",
        Task,
        ("lead", "status", "due"),
        Task.done_on.is_null() & Task.ended_on.is_null(),
    )
    part("task_done", Task, ("done_on", "lead", "due", "ended_on"), Task.done_on.is_null(False))
    part(
        "obligation_open",
        Obligation,
        ("rule", "body", "due", "opened_on"),
        Obligation.closed_on.is_null(),
    )
    part(
        "obligation_closed_due",
        Obligation,
        ("due", "rule", "body", "met_on", "closed_on", "opened_on"),
        Obligation.closed_on.is_null(False),
    )
    part(
        "obligation_closed_on",
        Obligation,
        ("closed_on",),
        Obligation.closed_on.is_null(False),
    )
    part(
        "obligation_attention",
        Obligation,
        ("next_reminder_on", "id"),
        Obligation.next_reminder_on.is_null(False),
    )
    part("outbox_pending", Outbox, ("id",), Outbox.published_at.is_null())
    part("outbox_withdrawal", Outbox, ("obligation",), Outbox.published_at.is_null())
    part("outbox_published", Outbox, ("published_at",), Outbox.published_at.is_null(False))

    db.create_tables(
        [
            Stream,
            Event,
            FurtherStream,
            Task,
            Obligation,
            Reminder,
            Outbox,
            Attempt,
            Rejection,
            Redaction,
            Setting,
        ]
    )
