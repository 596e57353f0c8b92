"""What the tests of mail share: reminders in the ledger of a store under the plain law."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from dondoc.rules.reminding.reminder import Reminder
from dondoc.storage.database import Store
from dondoc.storage.reminder_ledger import NewReminder, write_reminders
from dondoc.storage.tables.forms import day_of


def naming(reminders: Iterable[str], body: str) -> str:
    """A Message-ID, as `mail.digest.message_id` gives one."""
    return f"<{sha256(' '.join([body, *sorted(reminders)]).encode()).hexdigest()}@list>"


def remind_of(
    store: Store, subject: str, step: str, at: datetime, occurrence: int = 0
) -> dict[str, str]:
    """Decide a reminder of *step* about the obligation of *subject*; gives its id with the
    obligation's."""
    ((owed, target, body),) = store.read(
        lambda tx: tx.rows("SELECT id, target, body FROM obligation WHERE subject=%s", subject)
    )
    on = at.date()
    reminder = Reminder(owed, step, day_of(target), occurrence, "obligor", body, occurrence, on)
    new = NewReminder(reminder, f"reminder.{body}.x.{step}", b"{}", "")
    assert store.transact(lambda tx: write_reminders(tx, [new], at)) == 1
    return {reminder.id: owed}
