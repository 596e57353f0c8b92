"""A table for deadlines that another law replaced: a frozen copy, as every migration is."""

from __future__ import annotations

from typing import Any

from peewee import BigAutoField, BigIntegerField, Database, DateField, Model, TextField


def up(_migrator: Any, db: Database) -> None:
    """Create the table and its indexes."""

    class FormerDeadline(Model):
        id = BigAutoField()
        stream_id = BigIntegerField()
        obligation = TextField()
        target = DateField(null=True)
        due = DateField(null=True)
        regulation = TextField()
        until = DateField()

        class Meta:
            database = db
            table_name = "former_deadline"

    table = FormerDeadline
    table.add_index(table.index(table.obligation, name="former_deadline_of_obligation"))
    table.add_index(table.index(table.stream_id, name="former_deadline_of_stream"))
    db.create_tables([FormerDeadline])
