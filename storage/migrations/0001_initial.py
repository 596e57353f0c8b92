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

    stream, task, obligation, outbox = Stream, Task, Obligation, Outbox
    closed = obligation.closed_on.is_null(False)
    pending = outbox.published_at.is_null()
    parts: tuple[tuple[str, type[Model], str, Any], ...] = (
        ("stream_opening", stream, "next_opening", stream.next_opening.is_null(False)),
        ("stream_missing", stream, "missing", stream.missing.is_null(False)),
        ("stream_flags", stream, "flags", stream.flags.is_null(False)),
        ("event_conflict", Event, "id", Event.conflicts > 0),
        (
            "task_open",
            task,
            "lead status due",
            task.done_on.is_null() & task.ended_on.is_null(),
        ),
        ("task_done", task, "done_on lead due ended_on", task.done_on.is_null(False)),
        ("obligation_open", obligation, "rule body due opened_on", obligation.closed_on.is_null()),
        (
            "obligation_closed_due",
            obligation,
            "due rule body met_on closed_on opened_on",
            closed,
        ),
        ("obligation_closed_on", obligation, "closed_on", closed),
        (
            "obligation_attention",
            obligation,
            "next_reminder_on id",
            obligation.next_reminder_on.is_null(False),
        ),
        ("outbox_pending", outbox, "id", pending),
        ("outbox_withdrawal", outbox, "obligation", pending),
        ("outbox_published", outbox, "published_at", outbox.published_at.is_null(False)),
    )
    for name, model, fields, where in parts:
        columns = [getattr(model, field) for field in fields.split()]
        model.add_index(model.index(*columns, where=where, name=name))

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
