"""What shape a remembered name has; none where the digest is of the form compared before. And a
table of the shapes there are."""

from __future__ import annotations

from typing import Any

from peewee import CompositeKey, Database, IntegerField, Model


def up(_migrator: Any, db: Database) -> None:
    """Add the columns and the table, which begins with the shape that stands for none."""
    for column in ("length", "digits"):
        db.execute_sql(f"ALTER TABLE redacted_name ADD COLUMN {column} INTEGER")

    class RedactedShape(Model):
        length = IntegerField()
        digits = IntegerField()

        class Meta:
            database = db
            table_name = "redacted_shape"
            primary_key = CompositeKey("length", "digits")

    db.create_tables([RedactedShape])
    if db.execute_sql("SELECT 1 FROM redacted_name LIMIT 1").fetchone():
        db.execute_sql("INSERT INTO redacted_shape (length, digits) VALUES (0, 0)")
