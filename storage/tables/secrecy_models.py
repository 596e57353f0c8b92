"""The tables of what is secret; as those of `models`, bound to no database, and a change here needs
a migration. No name in clear may ever be in one, but for the key of a stream that HSCV named.
"""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, TextField

from .columns import InstantField
from .models import Table


class RedactionRow(Table):
    """A stream that was made secret: nothing of it is stored until an operator lifts this.
    ``erased_at``: when the last copies on disk were overwritten; None while that is to be done."""

    stream = TextField(primary_key=True)
    level = TextField()
    redacted_at = InstantField()
    erased_at = InstantField(null=True)

    class Meta:
        table_name = "redaction"


class RedactedNameRow(Table):
    """A digest of a name that a redacted stream goes by: its identifier, a task's, its symbol. By
    it a quote in another subject is recognised, whenever it arrives. ``length`` and ``digits``
    are its shape (`folding`); None: the digest is of the form that earlier versions compared."""

    digest = TextField()
    stream = TextField()
    length = IntegerField(null=True)
    digits = IntegerField(null=True)

    class Meta:
        table_name = "redacted_name"
        primary_key = CompositeKey("digest", "stream")


class RedactedShapeRow(Table):
    """A shape that some redacted name has or had: names are many, their shapes are few."""

    length = IntegerField()
    digits = IntegerField()

    class Meta:
        table_name = "redacted_shape"
        primary_key = CompositeKey("length", "digits")
