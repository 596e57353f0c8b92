"""Which numbers (`sequence`) came of each source, and what is to be made of them."""

from __future__ import annotations

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CompositeKey,
    Database,
    Model,
    TextField,
)

_MOST_SOURCES = 200
_ISLANDS = (
    "SELECT source, sequence, message,"
    " sequence - DENSE_RANK() OVER (PARTITION BY source ORDER BY sequence) AS island"
    " FROM event WHERE sequence IS NOT NULL"
)
_BEFORE = (
    "SELECT source, MIN(sequence), MAX(sequence), COUNT(DISTINCT sequence),"
    " SUM(CASE WHEN message IS NULL THEN 1 ELSE 0 END)"
    " - COUNT(DISTINCT CASE WHEN message IS NULL THEN sequence END),"
    f" COUNT(DISTINCT island) FROM ({_ISLANDS}) AS numbered GROUP BY source"
    f" ORDER BY COUNT(*) DESC, source LIMIT {_MOST_SOURCES}"
)


def up(_migrator: Any, db: Database) -> None:
    """Create the tables. What came before is one run for each source: what is missing in it may
    have been erased or archived."""

    class Numbering(Model):
        source = TextField(primary_key=True)
        came = BigIntegerField()
        again = BigIntegerField()
        closed_gaps = BigIntegerField()
        closed_missing = BigIntegerField()
        closed_through = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "numbering"

    class NumberRun(Model):
        source = TextField()
        low = BigIntegerField()
        high = BigIntegerField()
        since = BigIntegerField()

        class Meta:
            database = db
            table_name = "number_run"
            primary_key = CompositeKey("source", "low")

    class NumberTold(Model):
        id = BigAutoField()
        source = TextField()
        low = BigIntegerField()
        high = BigIntegerField()
        again = BigIntegerField()
        fresh = BooleanField()
        at = BigIntegerField()

        class Meta:
            database = db
            table_name = "number_told"

    db.create_tables([Numbering, NumberRun, NumberTold])
    for source, low, high, came, again, islands in db.execute_sql(_BEFORE).fetchall():
        Numbering.insert(
            source=source,
            came=came,
            again=int(again),
            closed_gaps=islands - 1,
            closed_missing=0,
            closed_through=high,
        ).execute()
        NumberRun.insert(source=source, low=low, high=high, since=0).execute()
