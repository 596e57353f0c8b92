"""From a term to its last day, with what is needed to explain it.

Counting follows the Civil Code (2015, Điều 147 and 148; before 2017 that of 2005, Điều 152
and 153): the day of the event is not counted, and a term ends at 24:00 of its last day. A day
beyond the calendar's coverage gives no date at all, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from .calendar import Calendar, OutsideCoverage
from .cases import Case
from .regulation import CALENDAR_DAYS, DATA_DATE, WORKING_DAYS, Rule, Term

_ONE_DAY = timedelta(days=1)

BEYOND_COVERAGE = "beyond_coverage"


def start_of(term: Term, case: Case) -> date | None:
    """Day zero of *term* for *case*; None where the case has no such date."""
    if term.start == "deadline":
        return case.due_on
    if term.start == "event" and case.opened_by is not None:
        return case.opened_by.on
    return case.opened_on


def last_day(term: Term, case: Case, calendar: Calendar) -> date | None:
    """The last day of *term* for *case*; None where there is no date to count from.

    Raises OutsideCoverage where the calendar does not reach.
    """
    start = case.due_on if term.kind == DATA_DATE else start_of(term, case)
    if start is None:
        return None
    if term.kind == WORKING_DAYS:
        return calendar.add_working_days(start - _ONE_DAY if term.inclusive else start, term.days)
    if term.kind == CALENDAR_DAYS:
        start += timedelta(days=term.days - 1 if term.inclusive else term.days)
    return calendar.next_working_day(start) if term.rolls else start


def dates_of(
    target: Term | None, due: Term | None, case: Case, calendar: Calendar
) -> tuple[date | None, date | None, bool]:
    """Target and due of *case*, and whether the calendar covered both.

    A fixed target outlives the calendar (its date is in the text or the data); a counted one
    does not, and neither does a due date that would have to be moved off a day off.
    """
    covered = True
    days: list[date | None] = []
    for term in (target, due):
        try:
            days.append(None if term is None else last_day(term, case, calendar))
        except OutsideCoverage:
            days.append(None)
            covered = False
    first, last = days
    if first is not None and last is not None and last < first:
        # Two starts can cross (a document dated later than it was told); lenient wins.
        last = first
    return first, last, covered


def terms_of(rule: Rule, held: frozenset[str]) -> tuple[Term | None, Term | None, str | None]:
    """Target and due terms of *rule* under the conditions *held*, and the exception's name.

    At most one exception can apply: overlap is refused when the file is loaded.
    """
    for exception in rule.exceptions:
        if held.issuperset(exception.when) and held.isdisjoint(exception.unless):
            return exception.target, exception.due, exception.name
    return rule.target, rule.due, None


def describe(term: Term | None, start: date | None) -> dict[str, Any] | None:
    """A term as the trace keeps it; `explain` counts its days again from this."""
    if term is None:
        return None
    told: dict[str, Any] = {"kind": term.kind}
    if term.kind in (WORKING_DAYS, CALENDAR_DAYS):
        told["days"] = term.days
    if start is not None:
        told["from"] = start.isoformat()
    if term.inclusive:
        told["inclusive"] = True
    if term.rolls:
        told["rolls"] = True
    return told


def first_breach(
    due: date | None,
    closed_on: date | None,
    excuses: Sequence[tuple[date, date | None]],
) -> date | None:
    """The first day of lateness that counts, should the obligation last that long.

    *closed_on*: the day it was met or ended, None while open. Each excuse is [from, until):
    days in it do not count; until None: no end is known yet.
    """
    if due is None:
        return None
    day = due + _ONE_DAY
    for begin, until in sorted(excuses, key=lambda excuse: excuse[0]):
        if begin <= day and (until is None or day < until):
            if until is None:
                return None
            day = until
    return None if closed_on is not None and closed_on < day else day
