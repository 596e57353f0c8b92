"""What the tests of mail share: reminders in the ledger of a store under the plain law, and a
letter that was refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from dondoc.rules.reminding.reminder import Reminder
from dondoc.storage.database import Store, open_store
from dondoc.storage.mail_leases import claim_mailing, end_mailing
from dondoc.storage.mailings import MailingKind, MailingState
from dondoc.storage.recipients import Recipients
from dondoc.storage.reminder_ledger import NewReminder, write_reminders
from dondoc.storage.tables.forms import day_of

REFUSED_ID = "3f9a0c17d2"
"""With which the Message-ID of `refuse_one`'s letter begins; the one on the pages."""
_NOW = datetime(2026, 3, 20, 5, 0, tzinfo=UTC)


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


def refuse_one(database_url: str) -> None:
    """Have a letter to a body of the sample that its mail server has refused."""
    store = open_store(database_url)
    store.transact(
        lambda tx: tx.run(
            "INSERT INTO mailing (message_id, body, day, kind, state, joined, attempts,"
            " next_attempt_at, recorded_at) VALUES (%s, 'NV', '2026-03-20', %s, %s, 2, 0, 1, 1)",
            f"<{REFUSED_ID}@don-doc.yenlam.example>",
            MailingKind.DIGEST,
            MailingState.RECORDED,
        )
    )
    claimed = claim_mailing(store, {"NV": Recipients.of(["nv@yenlam.example"])}, _NOW, 60.0)
    assert claimed is not None
    end_mailing(store, claimed, MailingState.REFUSED, _NOW, "550 5.1.1 \x1b[31mno such user")
    store.close()
