"""Whether a snooze would put anything off: the days until its end, passed as the scheduler would.

Nothing is written here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..rules.calendar import OutsideCoverage
from ..rules.events import local_date
from ..rules.law import Law
from ..rules.obligations import Obligation
from ..rules.reminding.catch_up import CatchUp
from ..rules.reminding.reminder import Reason
from ..rules.reminding.snooze import Snooze
from .reminder_ledger import with_facts
from .scheduling import Pass, consider
from .snoozes import end_of
from .transaction import Transaction


def would_wait(tx: Transaction, law: Law, obligation: Obligation, decided: Snooze) -> bool:
    """Whether any reminder of *obligation* would have to wait by *decided*, as things stand: one to
    come, or one that is decided and that nobody has read yet."""
    since, _ = tx.period()
    unread = _unread(tx, obligation.id)
    moment, last = decided.at, min(decided.until, obligation.due or decided.until)
    (due,) = with_facts(tx, [obligation], local_date(moment))
    due = replace(due, snooze=decided)

    def waits(at: datetime) -> bool:
        passing = Pass(law, at, since, CatchUp.ALL, {}, frozenset())
        return any(each.decision.reason is Reason.SNOOZED for each in consider(due, passing))

    try:
        while local_date(moment := law.policy.window.next_opening(moment, law.calendar)) <= last:
            day = local_date(moment)
            if any(decided.silences(obligation, role, step, day) for role, step in unread):
                return True
            if waits(moment):
                return True
            moment = end_of(local_date(moment))
    except OutsideCoverage:
        # Nothing is decided about days that the calendar does not know.
        return False
    return False


def _unread(tx: Transaction, obligation: str) -> list[tuple[str, str]]:
    """Role and step of each reminder of *obligation* that is decided and not published, and of what
    waits for a letter, or is in one that is still to go."""
    return [
        *tx.rows(
            "SELECT r.role, r.step FROM reminder r LEFT JOIN outbox x ON x.reminder = r.id"
            " WHERE r.obligation=%s AND r.published_at IS NULL"
            " AND (r.catch_up IS NOT NULL OR (x.id IS NOT NULL AND x.published_at IS NULL))",
            obligation,
        ),
        *tx.rows(
            "SELECT l.role, l.step FROM mailing_line l"
            " LEFT JOIN mailing m ON m.message_id = l.mailing"
            " WHERE l.obligation=%s AND m.ended_at IS NULL",
            obligation,
        ),
    ]
