"""The tables of the numbers (`sequence`) that came of each source; as those of `models`, bound to
no database, and a change here needs a migration.

A source is kept by its name; nothing else here comes from a message but numbers.
"""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, BooleanField, CompositeKey, TextField

from .columns import InstantField
from .models import Table


class NumberingRow(Table):
    """How a source numbers its events, as far as that has been merged; see `Numbers`. The source
    "" stands for all that there was no room for."""

    source = TextField(primary_key=True)
    came = BigIntegerField()
    again = BigIntegerField()
    closed_gaps = BigIntegerField()
    closed_missing = BigIntegerField()
    closed_through = BigIntegerField(null=True)

    class Meta:
        table_name = "numbering"


class NumberRunRow(Table):
    """Numbers of a source that came, from ``low`` to ``high``; the gap below them is known since
    ``since``."""

    source = TextField()
    low = BigIntegerField()
    high = BigIntegerField()
    since = InstantField()

    class Meta:
        table_name = "number_run"
        primary_key = CompositeKey("source", "low")


class NumberToldRow(Table):
    """Numbers that a batch told, written with its events and merged later: two instances never
    wait for each other here. ``fresh``: each is of an event that was not there before, and there
    were ``again`` more of them; less than none where events were erased, which may come again."""

    id = BigAutoField()
    source = TextField()
    low = BigIntegerField()
    high = BigIntegerField()
    again = BigIntegerField()
    fresh = BooleanField()
    at = InstantField()

    class Meta:
        table_name = "number_told"
