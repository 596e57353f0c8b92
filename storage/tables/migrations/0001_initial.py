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

    def index(
        model: type[Model], name: str, fields: str, *, unique: bool = False, where: Any = None
    ) -> None:
        columns = [getattr(model, field) for field in fields.split()]
        model.add_index(model.index(*columns, unique=unique, where=where, name=name))

    class Stream(Table):
        id = BigAutoField()
        key = TextField()
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
        stream_id = BigIntegerField()
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

    class FurtherStream(Table):
        stream_id = BigIntegerField()
        event = BigIntegerField()

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

    class Obligation(Table):
        id = TextField(primary_key=True)
        stream_id = BigIntegerField()
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
        stream_id = BigIntegerField()
        obligation = TextField()
        step = TextField()
        target = TextField()
        occurrence = IntegerField()
        role = TextField()
        body = TextField()
        decided_at = BigIntegerField()

        class Meta:
            table_name = "reminder"

    class Outbox(Table):
        id = BigAutoField()
        reminder = BigIntegerField()
        stream_id = BigIntegerField()
        obligation = TextField()
        message_id = TextField()
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

    class RedactedName(Table):
        digest = TextField()
        stream = TextField()

        class Meta:
            table_name = "redacted_name"
            primary_key = CompositeKey("digest", "stream")

    class Setting(Table):
        key = TextField(primary_key=True)
        value = TextField()

        class Meta:
            table_name = "setting"

    index(Stream, "stream_key", "key", unique=True)
    opening, missing, flags = Stream.next_opening, Stream.missing, Stream.flags
    index(Stream, "stream_opening", "next_opening", where=opening.is_null(False))
    index(Stream, "stream_missing", "missing", where=missing.is_null(False))
    index(Stream, "stream_flags", "flags", where=flags.is_null(False))
    index(Event, "event_identity", "event_id source", unique=True)
    index(Event, "event_of_stream", "stream_id")
    index(Event, "event_conflict", "id", where=Event.conflicts > 0)
    index(FurtherStream, "event_stream_event", "event")

    undone = Task.done_on.is_null() & Task.ended_on.is_null()
    done = Task.done_on.is_null(False)
    index(Task, "task_identity", "stream_id task_id lead", unique=True)
    index(Task, "task_open", "lead status due", where=undone)
    index(Task, "task_done", "done_on lead due ended_on", where=done)

    unmet, closed = Obligation.closed_on.is_null(), Obligation.closed_on.is_null(False)
    waiting = Obligation.next_reminder_on.is_null(False)
    by_due = "due rule body met_on closed_on opened_on breach_on"
    index(Obligation, "obligation_of_stream", "stream_id")
    index(Obligation, "obligation_open", "rule body due opened_on breach_on closed_on", where=unmet)
    index(Obligation, "obligation_closed_due", by_due, where=closed)
    index(Obligation, "obligation_closed_on", "closed_on", where=closed)
    index(Obligation, "obligation_attention", "next_reminder_on id", where=waiting)

    index(Reminder, "reminder_claim", "obligation step target occurrence role body", unique=True)
    index(Reminder, "reminder_of_stream", "stream_id")

    pending, published = Outbox.published_at.is_null(), Outbox.published_at.is_null(False)
    index(Outbox, "outbox_reminder", "reminder", unique=True)
    index(Outbox, "outbox_message", "message_id", unique=True)
    index(Outbox, "outbox_of_stream", "stream_id")
    index(Outbox, "outbox_pending", "id", where=pending)
    index(Outbox, "outbox_withdrawal", "obligation", where=pending)
    index(Outbox, "outbox_published", "published_at", where=published)

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
            RedactedName,
            Setting,
        ]
    )
