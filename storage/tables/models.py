"""The tables, as peewee models: what is kept, under which keys (`indexes`: found by which indexes).

The models are bound to no database: one process may hold several, and each query is given its
own. A change here needs a migration (migrations/), which keeps a frozen copy of its own.
Vietnamese text lives only in event.body, stream.symbol and abstract, task.content, outbox.body,
reminder.words and snooze.reason, never in obligation.trace.
"""

from __future__ import annotations

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    IntegerField,
    Model,
    TextField,
)

from .columns import DayField, InstantField


class Table(Model):
    """What every table has in common: it is bound to no database."""


class StreamRow(Table):
    """One stream (``<kind>:<subject>``) and what its projection says of it as a whole.

    The row is what a transaction locks before it touches anything of it, and ``version`` another
    one after each that changed anything. ``law``: the law and ``since`` it was last projected by.
    ``symbol_key``: a digest of the symbol, by which the document is found (`storage.symbols`)."""

    id = BigAutoField()
    key = TextField()
    symbol = TextField(null=True)
    abstract = TextField(null=True)
    flags = TextField(null=True)
    missing = TextField(null=True)
    next_opening = DayField(null=True)
    law = TextField(null=True)
    event_count = IntegerField()
    symbol_key = BigIntegerField(null=True)
    version = BigIntegerField(null=True)

    class Meta:
        table_name = "stream"


class EventRow(Table):
    """The log: one accepted event, its body as it came. Never changed, only erased.

    ``stream_id`` is the first of its streams; nearly every event has no other. ``dialect`` and
    ``message``: by which dialect it was read, and the SHA-256 of the message that told it.
    ``marks``: by what it is found when something that it may quote becomes secret
    (`secrecy.marks`); whoever changes what an event says changes them too.
    """

    id = BigAutoField()
    stream_id = BigIntegerField()
    source = TextField()
    event_id = TextField()
    type = TextField()
    subject = TextField()
    time = InstantField()
    sequence = BigIntegerField(null=True)
    structured = BooleanField()
    body = BlobField()
    sha256 = BlobField()
    received_at = InstantField()
    conflicts = IntegerField()
    dialect = TextField(null=True)
    message = BlobField(null=True)
    marks = BlobField(null=True)

    class Meta:
        table_name = "event"


class FurtherStreamRow(Table):
    """A stream besides the first that an event belongs to: a report asked of several bodies."""

    stream_id = BigIntegerField()
    event = BigIntegerField()

    class Meta:
        table_name = "event_stream"
        primary_key = CompositeKey("stream_id", "event")


class ConflictRow(Table):
    """Another content that came under the source and id of a stored event, told by its digest."""

    event = BigIntegerField()
    sha256 = BlobField()

    class Meta:
        table_name = "conflict"
        primary_key = CompositeKey("event", "sha256")


class TaskRow(Table):
    """What is known of a task with one of its present leads; see `TaskState`."""

    id = BigAutoField()
    stream_id = BigIntegerField()
    task_id = TextField()
    lead = TextField()
    content = TextField()
    due = DayField(null=True)
    status = TextField()
    done_on = DayField(null=True)
    ended_on = DayField(null=True)
    overdue_on = DayField(null=True)

    class Meta:
        table_name = "task"


class ObligationRow(Table):
    """One obligation; see `Obligation`.

    ``closed_on`` is met_on or ended_on, kept for the partial indexes. ``next_reminder_on`` is
    the first day on which the scheduler must look at it; None: never again. ``overdue_on`` is kept
    for the figures. ``first_due`` is None where it is ``due``, moments where terms end with days.
    """

    id = TextField(primary_key=True)
    stream_id = BigIntegerField()
    rule = TextField()
    cite = TextField()
    subject = TextField()
    task_id = TextField(null=True)
    body = TextField()
    role = TextField()
    opened_on = DayField()
    target = DayField(null=True)
    due = DayField(null=True)
    met_on = DayField(null=True)
    ended_on = DayField(null=True)
    closed_on = DayField(null=True)
    breach_on = DayField(null=True)
    regulation = TextField()
    trace = TextField()
    next_reminder_on = DayField(null=True)
    overdue_on = DayField(null=True)
    first_due = DayField(null=True)
    extensions = IntegerField(null=True)
    target_at = InstantField(null=True)
    due_at = InstantField(null=True)
    met_at = InstantField(null=True)

    class Meta:
        table_name = "obligation"


class FormerDeadlineRow(Table):
    """What an obligation was due by under another law; see `FormerDeadline`."""

    id = BigAutoField()
    stream_id = BigIntegerField()
    obligation = TextField()
    target = DayField(null=True)
    due = DayField(null=True)
    regulation = TextField()
    until = DayField()
    target_at = InstantField(null=True)
    due_at = InstantField(null=True)

    class Meta:
        table_name = "former_deadline"


class ReminderRow(Table):
    """The ledger: a reminder was decided. Its uniqueness is the claim to send it.

    ``target`` is ISO text, "" where the obligation has no clock: NULLs would not be unique.
    ``words`` is what the message said to its reader; None once its time is over, or where
    something that it quoted became secret. ``published_at`` is when the broker had confirmed it.
    ``catch_up``: the digest in which it is told, and which has the words; None: by itself.
    """

    id = BigAutoField()
    stream_id = BigIntegerField()
    obligation = TextField()
    step = TextField()
    target = TextField()
    occurrence = IntegerField()
    role = TextField()
    body = TextField()
    decided_at = InstantField()
    words = TextField(null=True)
    published_at = InstantField(null=True)
    catch_up = TextField(null=True)

    class Meta:
        table_name = "reminder"


class OutboxRow(Table):
    """A decided reminder as it will be published, leased to a relay. A digest stands by the first
    reminder that it tells."""

    id = BigAutoField()
    reminder = BigIntegerField()
    stream_id = BigIntegerField()
    obligation = TextField()
    message_id = TextField()
    routing_key = TextField()
    body = BlobField()
    created_at = InstantField()
    lease_until = InstantField(null=True)
    lease_token = TextField(null=True)
    published_at = InstantField(null=True)

    class Meta:
        table_name = "outbox"


class PublicationRow(Table):
    """Messages in the broker's hands that are not answered to the last one; see `Publication`."""

    token = TextField(primary_key=True)
    connection = TextField()
    until = InstantField()

    class Meta:
        table_name = "publication"


class AttemptRow(Table):
    """How often a message, known by its SHA-256, was tried alone without coming to an end."""

    sha256 = BlobField(primary_key=True)
    tries = IntegerField()

    class Meta:
        table_name = "attempt"


class RejectionRow(Table):
    """A message of which nothing may be kept but this: an operator can ask for it again."""

    id = BigAutoField()
    reason = TextField()
    event_id = TextField(null=True)
    size = BigIntegerField()
    sha256 = BlobField()
    received_at = InstantField()

    class Meta:
        table_name = "rejection"


class SettingRow(Table):
    """What the database itself remembers: see the names in `transaction`."""

    key = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "setting"
