"""Putting off the reminders of one obligation: what somebody of the office has decided, as a value.

It is for whoever owes something and has said when it comes: they are not asked again until then. It
is no extension. Whoever is above is told as ever, and from the day after the due date everybody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..normalising import INVISIBLE
from ..obligations import Obligation
from .policy import COORDINATING, ESCALATED, OBLIGOR

SNOOZABLE = frozenset({OBLIGOR, COORDINATING})
"""The roles in which a body is not reminded; whoever has another is above."""
LONGEST_REASON = 300
"""Characters: it is shown on one line beside what it is about."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """No reminder goes out up to and including the local date ``until``; decided ``by`` whom, at
    the aware time ``at``. ``reason``: in their words; None once that is erased."""

    until: date
    reason: str | None
    by: str
    at: datetime

    def holds(self, obligation: Obligation, day: date) -> bool:
        """Whether *obligation* is snoozed on *day*: never after its due date, which may have been
        moved since."""
        due, closed = obligation.due, obligation.closed_on
        if due is None or day > min(self.until, due) or (closed is not None and day >= closed):
            return False
        return obligation.due_at is None or not obligation.is_past(day)

    def silences(self, obligation: Obligation, role: str, step: str, day: date) -> bool:
        """Whether the *step* for *role* has to wait, were it to be sent on *day*."""
        return step != ESCALATED and role in SNOOZABLE and self.holds(obligation, day)


def is_reason(text: str) -> bool:
    """Whether *text* can stand as a reason: some words on one line, all of them to be seen."""
    return (
        bool(text.strip())
        and len(text) <= LONGEST_REASON
        and text.isprintable()
        and not INVISIBLE.search(text)
    )
