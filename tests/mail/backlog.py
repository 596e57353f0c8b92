"""A store with letters that wait to be sent: so many reminders, each a letter of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from dondoc.connector.transport import Stopping
from dondoc.mail.plan import MailPlan
from dondoc.mail.sending import Sending
from dondoc.mail.server import MailServer, Tls
from dondoc.mail.smtp import Session
from dondoc.rules.body import Body
from dondoc.rules.calendar import Calendar
from dondoc.rules.directory import Directory
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reminding.policy import Policy
from dondoc.rules.reminding.reminder import Reminder
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.mail_lines import record_reminders
from dondoc.storage.mailings import single_out
from dondoc.storage.reminder_ledger import NewReminder, write_reminders
from dondoc.storage.tables.forms import day_of
from dondoc.storage.taking_in import record
from support.mailing import naming
from support.plain_law import PlainLaw, assigned, issued
from support.reminding import calendar, policy, texts
from support.stores import SINCE

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=LOCAL)
_BODIES = 50
_TASKS = 100
"""In each document."""


@dataclass(frozen=True)
class MailedLaw(PlainLaw):
    """The plain law with the policy and calendar that ship."""

    policy: Policy = field(default_factory=policy)
    calendar: Calendar = field(default_factory=calendar)


def bodies() -> Directory:
    """Bodies with an address each."""
    codes = [f"b{number}" for number in range(_BODIES)]
    return Directory(
        {
            code: Body(code, f"Cơ quan {code}", "department", emails=(f"{code}@huyen.example",))
            for code in codes
        }
    )


@contextmanager
def backlog(folder: Path, letters: int) -> Iterator[Store]:
    """A store in *folder* with so many *letters* recorded, none sent."""
    store = open_store(f"sqlite:///{folder / 'dondoc.db'}")
    store.migrate(SINCE)
    law = MailedLaw()
    advance(store, law, NOW.date())
    for number in range(0, letters, _TASKS):
        subject = f"d{number}"
        tasks = [assigned(subject, f"t{n}") for n in range(min(_TASKS, letters - number))]
        record(store, law, [issued(subject), *tasks], NOW)
    _tell(store)
    for body in bodies().bodies:
        single_out(store, body, NOW.date(), {"overdue"}, letters, naming, NOW)
    yield store
    store.close()


def _tell(store: Store) -> None:
    """Have every obligation told to one of the bodies."""
    rows = store.read(
        lambda tx: tx.rows("SELECT id, target FROM obligation WHERE task_id IS NOT NULL")
    )
    for start in range(0, len(rows), 500):
        told: dict[str, str] = {}
        new = []
        for place, (owed, target) in enumerate(rows[start : start + 500], start):
            body = f"b{place % _BODIES}"
            reminder = Reminder(owed, "overdue", day_of(target), 1, "obligor", body, 1, NOW.date())
            new.append(NewReminder(reminder, f"reminder.{body}.x.overdue", b"{}", ""))
            told[reminder.id] = owed
        store.transact(lambda tx, new=new: write_reminders(tx, new, NOW))  # type: ignore[misc]
        record_reminders(store, told, (), NOW)


def sending(store: Store, port: int, per_minute: int = 10_000_000) -> tuple[Sending, Session]:
    """What sends the letters of *store* to a server on *port*."""
    session = Session(MailServer("127.0.0.1", port, Tls.OFF))
    plan = MailPlan("don-doc@huyen.example", "list.huyen.example", per_minute=per_minute)
    law = cast(Law, MailedLaw())
    return Sending(store, law, texts(), plan, session, 30.0, Stopping()), session
