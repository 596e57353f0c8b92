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
    """Whether any reminder of *obligation* would have to wait by *decided*, as things stand."""
    since, _ = tx.period()
    moment, last = decided.at, min(decided.until, obligation.due or decided.until)
    (due,) = with_facts(tx, [obligation], local_date(moment))
    due = replace(due, snooze=decided)

    def waits(at: datetime) -> bool:
        passing = Pass(law, at, since, CatchUp.ALL, {}, frozenset())
        return any(each.decision.reason is Reason.SNOOZED for each in consider(due, passing))

    try:
        while local_date(moment := law.policy.window.next_opening(moment, law.calendar)) <= last:
            if waits(moment):
                return True
            moment = end_of(local_date(moment))
    except OutsideCoverage:
        # Nothing is decided about days that the calendar does not know.
        return False
    return False
