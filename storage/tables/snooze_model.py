"""The table of snoozes; as those of `models`, bound to no database, and a change here needs a
migration.
"""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, TextField

from .columns import DayField, InstantField
from .models import Table


class SnoozeRow(Table):
    """Somebody has put off the reminders of an obligation; see `Snooze`. Never changed but when it
    is lifted, or another is decided in its place, and kept for good.

    ``reason`` is text of the office, which may be about a document: None once it is erased.
    """

    id = BigAutoField()
    stream_id = BigIntegerField()
    obligation = TextField()
    until = DayField()
    reason = TextField(null=True)
    decided_by = TextField()
    decided_at = InstantField()
    lifted_by = TextField(null=True)
    lifted_at = InstantField(null=True)

    class Meta:
        table_name = "snooze"
