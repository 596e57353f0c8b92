"""A table for the digests of what came under an id that was stored with another content: the same
again, as when a file is replayed twice, is not counted twice."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, BlobField, CompositeKey, Database, Model


def up(_migrator: Any, db: Database) -> None:
    """Create the table. What was counted before has no digest, and counts once more if it comes
    again."""

    class Conflict(Model):
        event = BigIntegerField()
        sha256 = BlobField()

        class Meta:
            database = db
            table_name = "conflict"
            primary_key = CompositeKey("event", "sha256")

    db.create_tables([Conflict])
