"""What is left of subjects that were archived with their rows: by what they are known when they
come again, and how many obligations came out how."""

from __future__ import annotations

from peewee import BooleanField, CompositeKey, IntegerField, TextField

from .columns import InstantField
from .models import Table


class ArchivedStreamRow(Table):
    """A stream that was archived. ``stream`` is a digest of its key (`digest_of_stream`), since a
    key names its subject.

    ``events`` is how many there were; ``whole`` whether its rows are gone and not its words alone.
    Of such a one ``counts`` is what it has added to `ArchivedCountRow`, and ``names`` are the
    digests of the names it goes by: if it becomes secret, quotes of it are still found. ``numbers``
    are those that its events had, under digests of their sources: where it was secret and is no
    more, they may come again (`storage.archived`).
    """

    stream = TextField(primary_key=True)
    archived_at = InstantField()
    events = IntegerField()
    whole = BooleanField()
    counts = TextField()
    names = TextField()
    numbers = TextField(null=True)

    class Meta:
        table_name = "archived_stream"


class ArchivedCountRow(Table):
    """How many archived obligations of a rule a body had, by the month in which they were due (or
    closed, where they had no date) and how they came out (`storage.questions.figures`)."""

    body = TextField()
    rule = TextField()
    month = TextField()
    outcome = TextField()
    number = IntegerField()

    class Meta:
        table_name = "archived_count"
        primary_key = CompositeKey("body", "rule", "month", "outcome")
