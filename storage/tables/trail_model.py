"""The table of the audit trail; as those of `models`, bound to no database, and a change here needs
a migration.
"""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, TextField

from .columns import InstantField
from .models import Table


class AuditRow(Table):
    """What an operator did that changed something; see `Act`. Never erased, but for the name of a
    subject that became secret, in place of which a digest stands.

    ``token`` is the act's own: written twice, it is there once. ``details`` is a JSON object
    without a word of a document.
    """

    id = BigAutoField()
    token = TextField()
    at = InstantField()
    who = TextField()
    account = TextField()
    host = TextField()
    act = TextField()
    subject = TextField(null=True)
    number = BigIntegerField(null=True)
    outcome = TextField()
    ended_at = InstantField(null=True)
    details = TextField(null=True)

    class Meta:
        table_name = "audit"
