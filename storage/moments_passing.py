"""Lets a moment pass: what is due at a time of the clock is put before the scheduler once that is
over, however long it is until the next day that its steps ask for.

Nothing here decides or asks for the time. Passes remember up to when they have looked, so that each
moment is noticed once, by whichever instance comes first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..rules.events import local_date
from .tables.forms import day_text, to_micros
from .transaction import MOMENTS, Transaction
from .withdrawing import decide_anew

_ASTRAY = timedelta(minutes=5)
"""No two clocks that are right differ by so much."""


def passed_moments(tx: Transaction, now: datetime) -> list[str]:
    """The ids of open obligations whose target has passed at a moment since the last pass that
    found any, at the aware time *now*; of those that are snoozed the due date too, by which that
    ends."""
    since, today = int(tx.setting(MOMENTS) or 0), day_text(local_date(now))
    passed = "{0} >= %s AND {0} < %s AND (closed_on IS NULL OR closed_on > %s)"
    rows = tx.rows(
        f"SELECT id FROM obligation WHERE {passed.format('target_at')}"
        f" UNION SELECT id FROM obligation WHERE {passed.format('due_at')} AND EXISTS"
        " (SELECT 1 FROM snooze s WHERE s.obligation = obligation.id AND s.lifted_at IS NULL)"
        " ORDER BY id",
        *(since, to_micros(now), today) * 2,
    )
    return [id_ for (id_,) in rows]


def is_astray(tx: Transaction, now: datetime) -> bool:
    """Whether passes have looked further than the aware time *now*, by a clock that was wrong: what
    passes until then would not be noticed."""
    return int(tx.setting(MOMENTS) or 0) > to_micros(now + _ASTRAY)


def notice_moments(tx: Transaction, now: datetime) -> int:
    """Have the scheduler look at each of `passed_moments` again; gives how many. What was worded
    before and is not published yet is decided anew: it says that there is still time."""
    ids = passed_moments(tx, now)
    if ids:
        decide_anew(tx, ids, local_date(now))
    if ids or is_astray(tx, now):
        tx.set_setting(MOMENTS, str(to_micros(now)))
    return len(ids)
