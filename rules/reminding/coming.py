"""Which step has come for whom, counted in working days from the target or the opening.

What is due at a moment has two more: it is overdue from that moment on, and a term of a few hours
is told of as soon as it opens. Nothing here knows what was sent, or when something may go out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ..calendar import Calendar
from ..obligations import Obligation
from .addressees import Addressee
from .policy import DUE_SOON, Policy, Schedule, Step


@dataclass(frozen=True, slots=True)
class Come:
    """The highest step that has come for an addressee: its day is ``day``, and today is
    ``offset`` working days from the target, or from the opening without a clock."""

    step: Step
    occurrence: int
    day: date
    offset: int


def come_by(
    obligation: Obligation,
    addressee: Addressee,
    schedule: Schedule,
    calendar: Calendar,
    today: date,
) -> Come | None:
    """The highest step that has come by *today*; None before the first.

    Only the highest counts: after downtime the lower ones have nothing to add to it, and one
    reminder for each would punish the reader for our absence.
    """
    anchor = anchor_of(obligation, calendar)
    offset = calendar.working_days_between(anchor, today)
    if obligation.target_at is not None and obligation.is_past_target(today):
        # What is due at a moment is overdue from then on, and not from the next day.
        offset = max(offset, 1)
    reached = schedule.reached(addressee.roles, offset, term_of(obligation, schedule, calendar))
    come = None
    if reached is not None:
        step, occurrence = reached
        day = min(calendar.add_working_days(anchor, occurrence), today)
        come = Come(step, occurrence, day, offset)
    if obligation.target_at is not None and (come is None or come.day < obligation.opened_on):
        return _at_once(obligation, addressee, schedule, calendar, today) or come
    return come


def _at_once(
    obligation: Obligation,
    addressee: Addressee,
    schedule: Schedule,
    calendar: Calendar,
    today: date,
) -> Come | None:
    """The step of the day itself, for what is due at a moment within the next working day: a term
    of a few hours leaves no day for a step before it, and is told of as soon as it opens."""
    if obligation.target is None:
        return None
    offset = calendar.working_days_between(anchor_of(obligation, calendar), today)
    if offset < -1 or calendar.working_days_between(obligation.opened_on, obligation.target) > 1:
        return None
    reached = schedule.reached(addressee.roles, 0, term_of(obligation, schedule, calendar))
    if reached is None:
        return None
    return Come(replace(reached[0], name=DUE_SOON), offset, today, offset)


def schedule_of(obligation: Obligation, policy: Policy) -> Schedule:
    """The steps for *obligation*, by its target or by its age."""
    return policy.schedule(obligation.rule, clocked=obligation.target is not None)


def anchor_of(obligation: Obligation, calendar: Calendar) -> date:
    """The working day that offsets are counted from: the target, or without a clock the
    opening; where that is a day off, the last working day before it."""
    return calendar.previous_working_day(obligation.target or obligation.opened_on)


def term_of(obligation: Obligation, schedule: Schedule, calendar: Calendar) -> int:
    """The length of the obligation's term in working days, where a step asks for it."""
    if obligation.target is None or not schedule.asks_for_term:
        return 0
    return max(0, calendar.working_days_between(obligation.opened_on, obligation.target))
