"""A table of snoozes."""

from __future__ import annotations

from typing import Any

from peewee import BigAutoField, BigIntegerField, Database, DateField, Model, TextField


def up(_migrator: Any, db: Database) -> None:
    """Create the table and its indexes."""

    class Snooze(Model):
        id = BigAutoField()
        stream_id = BigIntegerField()
        obligation = TextField()
        until = DateField()
        reason = TextField(null=True)
        decided_by = TextField()
        decided_at = BigIntegerField()
        lifted_by = TextField(null=True)
        lifted_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "snooze"

    table = Snooze
    columns = (table.obligation, table.decided_at)
    table.add_index(table.index(*columns, unique=True, name="snooze_of_obligation"))
    table.add_index(table.index(table.stream_id, name="snooze_of_stream"))
    db.create_tables([Snooze])
