"""The days of a term whose clock stood still for some of them, one by one.

As `days` counts a term that ran through: `pauses` says which day is the last, and this only names
what each day before it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ..calendar import Calendar
from ..pauses import Standstill, joined, moved_by_pauses
from ..rule import CALENDAR_MONTHS, WORKING_DAYS, day_zero
from ..trace import TracedPause
from .days import (
    COUNTED,
    PASSED,
    PASSED_BACK,
    REACHED,
    REACHED_BACK,
    SKIPPED,
    ZERO,
    Count,
    TermDay,
)

PAUSED, LEFT, ADDED = "paused", "left", "added"
"""What a day is to such a term: one on which the clock stands still; the one on which what was left
of the last day comes; one that a term in months gets for one on which the clock stood still."""
ONE_DAY = timedelta(days=1)
_AFTER = (PASSED, REACHED, PASSED_BACK, REACHED_BACK)
"""What days are that are no days of the term, but to which its end moves."""


def standstills(paused: Sequence[TracedPause]) -> tuple[Standstill, ...]:
    """When the clock stood still, as a trace keeps it: the days of the events that stopped it and
    let it go on."""
    found = []
    for each in paused:
        first, last = each.get("first"), each.get("last")
        if first is not None:
            stopped = date.fromisoformat(first) - ONE_DAY
            found.append((stopped, date.fromisoformat(last) if last else None))
    return tuple(found)


def with_pauses(
    counted: Count, pauses: Sequence[Standstill], calendar: Calendar, *, rolls: str
) -> Count:
    """What was *counted* of a term that ran through, which *rolls* off a day off, as *pauses* move
    it. Raises OutsideCoverage."""
    if counted.begins is None or counted.last is None or not pauses:
        return counted
    zero = day_zero(counted.begins, inclusive=counted.inclusive)
    own = [step for step in counted.steps if step.what not in _AFTER]
    plain, in_working = own[-1].day.date, counted.kind == WORKING_DAYS
    spans = joined(pauses)
    end, last = moved_by_pauses(
        plain, zero, spans, calendar, in_working_days=in_working, rolls=rolls
    )
    if last == counted.last:
        return counted
    through = max(end, last)
    back = [TermDay(calendar.day(last), REACHED_BACK)] if last < end else []
    if counted.kind == CALENDAR_MONTHS:
        added = _added(plain, through, calendar)
        return replace(counted, steps=(*own, *added, *back), last=last)
    begin = [step for step in own if step.what == ZERO]
    days = _walked(counted.days, zero, through, spans, calendar, in_working=in_working)
    return replace(counted, steps=(*begin, *days, *back), last=last)


def _added(plain: date, last: date, calendar: Calendar) -> Iterator[TermDay]:
    for number, day in enumerate(calendar.walk(plain, last), 1):
        yield TermDay(day, ADDED, number)


def _walked(
    days: int,
    zero: date,
    last: date,
    pauses: Sequence[Standstill],
    calendar: Calendar,
    *,
    in_working: bool,
) -> Iterator[TermDay]:
    number, left = 0, False
    for day in calendar.walk(zero, last):
        still = any(
            stopped < day.date and (went_on is None or day.date <= went_on)
            for stopped, went_on in pauses
        )
        if number == days:
            left = left or still
            passed = REACHED if day.working else PASSED
            yield TermDay(day, LEFT if left and day.date == last else PAUSED if still else passed)
        elif still:
            yield TermDay(day, PAUSED)
        elif in_working and not day.working:
            yield TermDay(day, SKIPPED)
        else:
            number += 1
            yield TermDay(day, COUNTED, number)
