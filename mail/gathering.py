"""What is to become a letter now: who is written to today, at once or in the digest.

Nothing is lost by what is not decided here: it waits, and is looked at again.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from functools import partial

from ..rules.body import Body, MailPreference
from ..rules.directory import Directory
from ..rules.events import LOCAL, local_date
from ..rules.law import Law
from ..rules.reminding.policy import STEPS
from ..storage.database import Store
from ..storage.mail_lines import bodies_to_tell, drop_untrue
from ..storage.mailings import digests_on, drop_untold, gather_digest, left_over, single_out
from ..storage.outbox import pending
from .digest import message_id
from .plan import MailPlan

log = logging.getLogger(__name__)

STRAGGLERS = timedelta(minutes=10)
"""How long digests wait for reminders of the day that are decided and not here yet."""

FIRST_REMINDERS = timedelta(minutes=1)
"""The scheduler has begun to decide so long after the window has opened."""


class Gathering:
    """Makes letters of what waits, by *plan* and the policy's hours."""

    def __init__(self, store: Store, law: Law, plan: MailPlan) -> None:
        self._store = store
        self._law = law
        self._plan = plan
        self._naming = partial(message_id, list_id=plan.list_id)
        self._due_since: tuple[date, datetime] | None = None
        self._swept: date | None = None

    def once(self, directory: Directory, now: datetime, *, settled: bool) -> None:
        """Make what letters are due at the aware time *now*. *settled*: nothing more is just
        coming in. Raises StorageError, and OutsideCoverage."""
        today = local_date(now)
        waiting = self._store.read(lambda tx: bodies_to_tell(tx, today))
        for body in self._store.read(lambda tx: left_over(tx, today)):
            waiting.setdefault(body, set())
        if not waiting:
            return
        digests_due = self._digests_are_due(now, settled=settled)
        done = self._store.read(lambda tx: digests_on(tx, today)) if digests_due else set()
        for body, steps in sorted(waiting.items()):
            entry = directory.get(body, today)
            if entry is not None and self._is_told_nothing(directory, entry, today):
                drop_untold(self._store, body, today, now)
                continue
            if entry is None or not entry.emails:
                self._sweep(body, today)
                continue
            if self._law.policy.next_opening(now, self._law.calendar, body) != now:
                continue
            single = STEPS if entry.mail is MailPreference.SINGLE else self._plan.single
            if wanted := steps.intersection(single):
                limit = self._plan.single_limit
                single_out(self._store, body, today, wanted, limit, self._naming, now)
            if digests_due and body not in done:
                gather_digest(self._store, body, today, self._naming, now)
        self._swept = today

    def _is_told_nothing(self, directory: Directory, entry: Body, today: date) -> bool:
        """Whether what waits for a body will never be told: it wants no mail, or has ended and has
        no address, and those who answer for it hear from the next step on."""
        if entry.mail is MailPreference.NONE:
            return True
        return not entry.emails and directory.has_ended(entry.code, today)

    def _sweep(self, body: str, today: date) -> None:
        """Once a day, forget what *body*, which nobody can write to, need not be told any more."""
        if self._swept != today:
            self._store.transact(lambda tx: drop_untrue(tx, body, today))

    def _digests_are_due(self, now: datetime, *, settled: bool) -> bool:
        """Whether the digests' time has come, and all of the day's reminders with it, or it has
        been waited for them long enough."""
        local = now.astimezone(LOCAL)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        opened = self._law.policy.window.opens + FIRST_REMINDERS
        if local - midnight < max(self._plan.at, opened):
            return False
        if self._due_since is None or self._due_since[0] != local.date():
            self._due_since = (local.date(), now)
        if now - self._due_since[1] >= STRAGGLERS:
            return True
        return settled and self._store.read(pending).count == 0
