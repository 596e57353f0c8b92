"""What is kept of the first start: the digests that it sends, and what was found after it of what
had opened before."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, TextField

from .columns import InstantField
from .models import Table


class CatchUpRow(Table):
    """A digest of what had come for a body before the first start; the ledger's rows that name its
    ``token`` are what it tells of.

    ``changed_at``: when the last of them was entered. ``closed_at``: when it was put into the
    outbox, as the message ``message_id`` that says ``words``; None: nothing is on its way.
    ``recalled``: something of it became secret since, and the message is to be taken out of queues.
    """

    token = TextField(primary_key=True)
    body = TextField()
    begun_at = InstantField()
    changed_at = InstantField()
    closed_at = InstantField(null=True)
    message_id = TextField(null=True)
    words = TextField(null=True)
    recalled = BooleanField()

    class Meta:
        table_name = "catch_up"


class FoundLaterRow(Table):
    """An obligation that had opened before the first start and became known after it.
    ``found_at``: the first pass of the scheduler since then; None until there is one."""

    obligation = TextField(primary_key=True)
    stream_id = BigIntegerField()
    found_at = InstantField(null=True)

    class Meta:
        table_name = "found_later"
