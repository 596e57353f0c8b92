"""Terms that end at a moment of a day: in working hours, or on a day until a time of the clock.

Rules without one never come here. The day of a moment is its local date, and stands beside it
wherever days are asked for. What is done at the very moment is in time; lateness begins after it,
on that same day. Whoever could not know by then is late from the next day on, as with days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from ..calendar import Calendar, OutsideCoverage
from ..events import Event
from ..moments import at_minute, end_of
from ..obligations import Obligation
from ..periods import Period
from ..rule import WORKING_HOURS, PeriodTerm, Rule, Term
from ..working_hours import add_working_hours
from .case_moments import begins_at, known_at
from .cases import Case
from .fulfilment import Met, done_at
from .terms import Dates, Excuses, dates_of, dates_of_period, first_breach, first_counted


def dates_by(rule: Rule, case: Case, calendar: Calendar) -> Dates:
    """The dates of *case* under *rule*, with the moments at which its terms end, where any does."""
    dates = dates_of(rule, case, calendar)
    return timed(rule, dates, case, calendar) if rule.by_the_clock else dates


def timed(rule: Rule, dates: Dates, case: Case | None, calendar: Calendar) -> Dates:
    """*dates* under *rule* with the moments at which their terms end. *case*: what hours are
    counted for; a period has none."""
    target, target_at = _end(dates.target_term, dates.target, case, calendar)
    due, due_at = _end(dates.due_term, dates.due, case, calendar)
    if target is not None and due is not None and _moment(due, due_at) < _moment(target, target_at):
        due, due_at = target, target_at
    if rule.is_before_deadline and case is not None:
        # As in days: nobody can do before a deadline what is asked when that moment is over.
        if due_at is not None and due_at < known_at(case):
            exception = dates.exception
            return Dates(
                due_term=dates.due_term, due_from=dates.due_from, exception=exception, past=True
            )
        if target_at is not None and target_at < known_at(case):
            target, target_at = due, due_at
    hours_from = None
    if case is not None and any(map(_in_hours, (dates.target_term, dates.due_term))):
        hours_from = begins_at(case)
    reached = all(
        not _in_hours(term) or day is not None
        for term, day in ((dates.target_term, target), (dates.due_term, due))
    )
    return dates._replace(
        target=target,
        due=due,
        target_at=target_at,
        due_at=due_at,
        hours_from=hours_from,
        covered=dates.covered and reached,
    )


def timed_period(rule: Rule, term: PeriodTerm, period: Period, calendar: Calendar) -> Dates:
    """The dates that *term* of *rule* gives for *period*, with the moments at which they end."""
    dates = dates_of_period(rule, term, period, calendar)
    if not rule.by_the_clock:
        return dates
    ends = (each is not None and each.ends_by_the_clock for each in (term.target, term.due))
    return timed(rule, dates, None, calendar) if any(ends) else dates


def _in_hours(term: Term | None) -> bool:
    return term is not None and term.kind == WORKING_HOURS


def _end(
    term: Term | None, day: date | None, case: Case | None, calendar: Calendar
) -> tuple[date | None, datetime | None]:
    """The last day of *term*, *day* where it is counted in days, and the moment of its end."""
    if term is None:
        return day, None
    if term.kind == WORKING_HOURS and case is not None:
        try:
            moment = add_working_hours(calendar, begins_at(case), term.hours * 60)
        except OutsideCoverage:
            return None, None
        return moment.date(), moment
    if term.until is None or day is None:
        return day, None
    return day, at_minute(day, term.until)


def _moment(day: date, moment: datetime | None) -> datetime:
    """When the term is over that ends on *day*, or at its *moment*."""
    return end_of(day) if moment is None else moment


def is_late(met: Met, dates: Dates) -> bool:
    """Whether what was *met* came after the due date of *dates*, or after its moment."""
    if dates.due_at is not None:
        return done_at(met) > dates.due_at
    return dates.due is not None and met[1] > dates.due


def comes_by(event: Event, dates: Dates) -> bool:
    """Whether *event* comes by the due date of *dates*, or by its moment; always without one."""
    return not is_late((event, event.on), dates)


def in_time(event: Event, obligation: Obligation) -> bool:
    """Whether *event* comes by the end of the term of *obligation*; never where it has none."""
    if obligation.due_at is not None:
        return event.time <= obligation.due_at
    return obligation.due is not None and event.on <= obligation.due


def told_in_time(events: Sequence[Event], dates: Dates) -> Sequence[Event]:
    """Those of *events*, none of which is after the due day of *dates*, that come by its moment."""
    due_at = dates.due_at
    return events if due_at is None else [event for event in events if event.time <= due_at]


def breach_by_the_clock(
    due_at: datetime, case: Case, closed_on: date | None, met_at: datetime | None, excuses: Excuses
) -> date | None:
    """The first day of lateness that counts, as `first_breach` has it for a term in days: the day
    of the moment *due_at* itself, where that had been known. *met_at*: when *case* was met; what
    ended otherwise ended with its own event."""
    due = due_at.date()
    if known_at(case) > due_at:
        return first_breach(due, case.known_on, closed_on, excuses)
    ended_at = None if case.end is None else case.end.time
    closed_at = met_at if met_at is not None else ended_at
    if closed_on is not None and closed_at is not None and closed_at <= due_at:
        return None
    return first_counted(due, closed_on, excuses)
