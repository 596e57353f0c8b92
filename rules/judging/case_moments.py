"""At which moments a case begins and becomes known, for terms that end by the clock.

Rules in days never ask: their cases have days.
"""

from __future__ import annotations

from datetime import datetime

from ..moments import start_of
from .cases import Case


def begins_at(case: Case) -> datetime:
    """The moment from which hours are counted: that of what opened *case*, and not before the day
    on which it opens has begun."""
    if case.opened_at is not None:
        return case.opened_at
    day = start_of(case.opened_on)
    return day if case.opened_by is None else max(day, case.opened_by.time)


def known_at(case: Case) -> datetime:
    """The moment at which the obligor of *case* could first know by when."""
    set_on, set_at = case.deadline.set_on, case.deadline.set_at
    known = begins_at(case) if set_on is None else max(begins_at(case), start_of(set_on))
    return known if set_at is None else max(known, set_at)
