"""From a term to its last day, with what is needed to explain it.

Counting follows the Civil Code (2015, Điều 147 and 148; before 2017 that of 2005, Điều 152
and 153): the day of the event is not counted, and a term ends at 24:00 of its last day. A day
beyond the calendar's coverage gives no date at all, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from ..calendar import Calendar, OutsideCoverage
from ..moments import minute_text, moment_text
from ..months import month_ends
from ..periods import Period
from ..rule import (
    BACK,
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    COUNTED_KINDS,
    FORWARD,
    STAYS,
    WORKING_DAYS,
    WORKING_HOURS,
    PeriodTerm,
    Rule,
    Term,
)
from ..trace import TracedTerm
from .case_moments import begins_at
from .cases import ONE_DAY, Case
from .conditions import conditions_of
from .rolling import moved_off

BEYOND_COVERAGE = "beyond_coverage"
"""Flags, and says in a trace, that the calendar does not reach a date."""

Excuses: TypeAlias = Sequence[tuple[date, date | None]]
"""Days on which lateness does not count, each from one to the day before another; None: no end is
known yet."""


class Dates(NamedTuple):
    """Target and due of a case with the terms they come from. ``target_from``, ``due_from``:
    where counting began, or the date before it was moved off a day off. ``covered``: whether
    the calendar reached both. ``past``: the due date lay before the day on which it could first be
    known, so that there is none. ``first_due``: the due date by the first deadline, where that was
    another. ``target_at``, ``due_at``: the moments of those days at which the terms end, where they
    end by the clock; ``hours_from``: from when hours were counted."""

    target: date | None = None
    due: date | None = None
    target_term: Term | None = None
    due_term: Term | None = None
    target_from: date | None = None
    due_from: date | None = None
    exception: str | None = None
    covered: bool = True
    past: bool = False
    first_due: date | None = None
    target_at: datetime | None = None
    due_at: datetime | None = None
    hours_from: datetime | None = None


def dates_of(rule: Rule, case: Case, calendar: Calendar) -> Dates:
    """The dates of *case* under *rule*.

    A fixed target outlives the calendar (its date is in the data); a counted one does not, and
    neither does a due date that may have to be moved off a day off.
    """
    held = conditions_of(case) if rule.exceptions else case.conditions
    target_term, due_term, exception = terms_of(rule, held)
    target, target_term, target_from, target_covered = _last_day(target_term, case, calendar)
    due, due_term, due_from, due_covered = _last_day(due_term, case, calendar)
    if rule.is_before_deadline and due is not None and due < case.known_on:
        # Nobody can do before a deadline what is asked when that day is over.
        return Dates(due_term=due_term, due_from=due_from, exception=exception, past=True)
    if rule.is_before_deadline and target is not None and target < case.known_on:
        target, target_term, target_from = due, due_term, due_from
    if target is not None and due is not None and due < target:
        # Two starts can cross (a document dated later than it was told); the lenient wins.
        due = target
    return Dates(
        target,
        due,
        target_term,
        due_term,
        target_from,
        due_from,
        exception,
        target_covered and due_covered,
        first_due=_first_due(due_term, due, case, calendar),
    )


def _first_due(term: Term | None, due: date | None, case: Case, calendar: Calendar) -> date | None:
    """The last day of *term* by the first deadline of *case*, where it is another than *due*."""
    first = case.deadline.first
    if term is None or first is None or not term.of_deadline:
        return None
    day = counted(term, first, calendar, case.opened_on)[0]
    return None if day == due else day


def dates_of_period(rule: Rule, term: PeriodTerm, period: Period, calendar: Calendar) -> Dates:
    """The dates that *term* of *rule* gives for *period*."""
    target, target_term, target_from, target_covered = _day_of_period(
        rule, term.target, period, calendar
    )
    due, due_term, due_from, due_covered = _day_of_period(rule, term.due, period, calendar)
    covered = target_covered and due_covered
    return Dates(target, due, target_term, due_term, target_from, due_from, covered=covered)


LastDay: TypeAlias = tuple[date | None, Term | None, date | None, bool]
"""The last day of a term, the term as it was counted, from where, and whether the calendar
reached."""


def _last_day(term: Term | None, case: Case, calendar: Calendar) -> LastDay:
    """The last day of *term* for *case*; none where the case has no date to begin with."""
    if term is None:
        return None, None, None, True
    if term.kind == WORKING_HOURS:
        return None, term, begins_at(case).date(), True  # the day of its end: `by_the_clock`
    if term.of_deadline:
        start = case.deadline.due_on
    elif term.start == "event" and case.opened_by is not None:
        start = case.opened_by.on
    else:
        start = case.opened_on
    return counted(term, start, calendar, case.known_on)


def _day_of_period(rule: Rule, term: Term | None, period: Period, calendar: Calendar) -> LastDay:
    if term is None or term.on is None:
        return None, term, None, True
    known_on = period.opens_on
    if term.rolls == BACK and any(way.not_before == "cut_off" for way in rule.fulfilled):
        known_on = max(known_on, period.last)
    return counted(term, period.day(term.on), calendar, known_on)


def counted(term: Term, start: date | None, calendar: Calendar, known_on: date) -> LastDay:
    """The last day of *term* as it is counted from *start*, known from *known_on* on."""
    if start is None:
        return None, term, None, True
    try:
        if term.start == "moved_deadline":
            start = calendar.next_working_day(start)
        elif term.start == "moved_back_deadline":
            start = calendar.previous_working_day(start)
        if term.kind == WORKING_DAYS:
            last = calendar.add_working_days(term.day_zero(start), term.days)
            return last, term, start, True
        last = start
        if term.kind == CALENDAR_DAYS:
            last = term.day_zero(start) + timedelta(days=term.days)
        elif term.kind == CALENDAR_MONTHS:
            last = month_ends(start, term.months, inclusive=term.inclusive)
        if term.rolls == STAYS:
            return last, term, start, True
        last, rolls = moved_off(term.rolls, last, calendar, known_on)
    except (OutsideCoverage, OverflowError):
        return None, term, start, False
    return last, term if rolls == term.rolls else replace(term, rolls=rolls), start, True


def terms_of(rule: Rule, held: frozenset[str]) -> tuple[Term | None, Term | None, str | None]:
    """Target and due terms of *rule* under the conditions *held*, and the exception's name.

    At most one exception can apply: overlap is refused when the file is loaded.
    """
    for exception in rule.exceptions:
        if held.issuperset(exception.when) and held.isdisjoint(exception.unless):
            return exception.target, exception.due, exception.name
    return rule.target, rule.due, None


def describe(term: Term, start: date | None, begin: datetime | None = None) -> TracedTerm:
    """A term as the trace keeps it, hours from the moment *begin*; `explain` counts its days and
    hours again from this."""
    told: TracedTerm = {"kind": term.kind}
    if term.kind == CALENDAR_MONTHS:
        told["months"] = term.months
    elif term.kind in COUNTED_KINDS:
        told["days"] = term.days
    if start is not None:
        told["from"] = start.isoformat()
    if term.start != "opening":
        told["start"] = term.start
    if term.inclusive:
        told["inclusive"] = True
    if term.rolls:
        told["rolls"] = True if term.rolls == FORWARD else term.rolls
    if term.kind == WORKING_HOURS:
        told["hours"] = term.hours
        if begin is not None:
            told["from_at"] = moment_text(begin)
    if term.until is not None:
        told["until"] = minute_text(term.until)
    return told


def first_breach(
    due: date | None,
    known_on: date,
    closed_on: date | None,
    excuses: Excuses,
) -> date | None:
    """The first day of lateness that counts, should the obligation last that long.

    *known_on*: the day on which the obligor could first know of *due*; a date that was over
    by then is not missed before the day after. *closed_on*: the day it was met or ended, None
    while open. Each excuse is [from, until): days in it do not count; until None: no end is
    known yet.
    """
    if due is None:
        return None
    return first_counted(max(due, known_on) + ONE_DAY, closed_on, excuses)


def first_counted(day: date, closed_on: date | None, excuses: Excuses) -> date | None:
    """The first day of lateness that counts, which begins on *day*; otherwise as `first_breach`."""
    for begin, until in sorted(excuses, key=lambda excuse: excuse[0]):
        if begin <= day and (until is None or day < until):
            if until is None:
                return None
            day = until
    return None if closed_on is not None and closed_on < day else day
