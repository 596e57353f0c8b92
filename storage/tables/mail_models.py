"""The tables of letters to bodies: each mailing, and what it tells of. As those of `models`, bound
to no database, and a change here needs a migration.

No word of a document is here: a letter is composed of the stored state when it is sent.
"""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CompositeKey, IntegerField, TextField

from .columns import DayField, InstantField
from .models import Table


class MailingRow(Table):
    """One e-mail to one body; see `storage.mailings.MailingState` for ``state``.

    ``message_id`` is the e-mail's own, and names the row. ``recipients`` is a JSON object of the
    addresses that it went to or is going to, and of how often no answer came; ``answer`` what the
    mail server said last. ``joined``: how many letters over the day's limit it took in. A lease
    says which process has it in hand.
    """

    message_id = TextField(primary_key=True)
    body = TextField()
    day = DayField()
    kind = TextField()
    state = TextField()
    recipients = TextField(null=True)
    joined = IntegerField()
    attempts = IntegerField()
    next_attempt_at = InstantField()
    answer = TextField(null=True)
    recorded_at = InstantField()
    handed_over_at = InstantField(null=True)
    ended_at = InstantField(null=True)
    lease_until = InstantField(null=True)
    lease_token = TextField(null=True)

    class Meta:
        table_name = "mailing"


class MailingLineRow(Table):
    """An obligation that a body is to be told of by mail, or was: by which ``reminder`` (its
    message's id), with the target that it had (as in `ReminderRow`).

    ``mailing``: the Message-ID of the letter; None while it waits for one. ``over_limit``: it was
    to go in a letter of its own, and the body has had its fill of those for the day.
    """

    reminder = TextField()
    obligation = TextField()
    stream_id = BigIntegerField()
    body = TextField()
    role = TextField()
    step = TextField()
    target = TextField()
    recorded_at = InstantField()
    over_limit = BooleanField()
    mailing = TextField(null=True)

    class Meta:
        table_name = "mailing_line"
        primary_key = CompositeKey("reminder", "obligation")
