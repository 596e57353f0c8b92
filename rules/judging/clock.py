"""How a deadline of the data is read: its last day, and whether it can bind anybody.

A deadline that is over when it is set binds nobody, unless the regulation's file says so. It must
never ask what day it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ..calendar import Calendar, OutsideCoverage
from ..events import Event
from ..moments import at_minute
from ..rule import DATA_DATE, Rule, Term
from .rolling import moved_off
from .terms import counted, terms_of

ALREADY_OVER = "date_already_over"
"""Flags a date that was over when it was set, or handed on."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The deadlines that ``term`` reads over ``calendar``; None: a deadline is its own last day.
    ``counted``: a term that is counted from the deadline, and passes with its own last day."""

    term: Term | None
    calendar: Calendar
    counted: Term | None = None

    def last_day(self, due_on: date, set_on: date) -> date | None:
        """The last day of the deadline *due_on* that was *set_on* a day, another than it where that
        is a day off; None beyond the coverage."""
        if self.term is None or not self.term.rolls:
            return due_on
        try:
            return moved_off(self.term.rolls, due_on, self.calendar, set_on)[0]
        except OutsideCoverage:
            return None

    def passed(self, event: Event, due_on: date | None, set_on: date) -> bool:
        """Whether the deadline *due_on*, which was *set_on* a day, is over when *event* comes: its
        last day, or the moment of that at which it ends."""
        if due_on is None:
            return False
        if self.counted is not None:
            last = counted(self.counted, due_on, self.calendar, set_on)[0]
            # What was over when it was set binds nobody, and cannot pass.
            if last is not None and last >= set_on:
                return _is_over(last, self.counted, event)
        return _is_over(self.last_day(due_on, set_on) or due_on, self.term, event)

    def binds(self, event: Event, due_on: date | None) -> bool:
        """Whether anybody is bound by the deadline *due_on* that *event* sets."""
        past_binds = self.term is not None and self.term.past_binds
        return past_binds or not self.passed(event, due_on, set_on=event.on)


def _is_over(last: date, term: Term | None, event: Event) -> bool:
    """Whether the *last* day of *term* is over when *event* comes, or its moment."""
    if event.on == last and term is not None and term.until is not None:
        return event.time > at_minute(last, term.until)
    return event.on > last


def clock_of(term: Term | None, calendar: Calendar) -> Clock | None:
    """How *term* reads a deadline of the data; None where it reads none."""
    return Clock(term, calendar) if term is not None and term.kind == DATA_DATE else None


def counting(clock: Clock, term: Term | None) -> Clock:
    """*clock* as it is read by *term*, where that is counted from a deadline."""
    if term is None or not term.of_deadline or term.kind == DATA_DATE:
        return clock
    return replace(clock, counted=term)


def own_clock(rule: Rule, held: frozenset[str], calendar: Calendar) -> Clock | None:
    """How *rule* reads the deadline of a case for which the conditions *held*; None where its due
    date does not follow from one."""
    due = terms_of(rule, held)[1] if rule.exceptions else rule.due
    if due is None or not due.of_deadline:
        return None
    return clock_of(due, calendar) or counting(Clock(None, calendar), due)
