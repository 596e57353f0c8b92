"""The hours of a term that ends by the clock, which stood still from moment to moment.

As `paused_days` for terms in days: `paused_hours` says which moment is the last, and this only
names what is counted of each day before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ..calendar import Calendar
from ..moments import at_minute, end_of, start_of
from ..pauses import joined
from ..rule import WORKING_HOURS, day_zero
from ..trace import TracedPause
from ..working_hours import Halt, HoursOfDay, hours_by_day, minutes_between
from .days import CLOSED, HOURS, SKIPPED, Count, TermDay
from .paused_days import PAUSED

ADDED_HOURS, RESUMED = "added_hours", "resumed"
"""What a day is to such a term: one of which hours are given back after the end that it would have
had; the one on which the clock goes on when nothing is left of the term."""


def halts(paused: Sequence[TracedPause]) -> list[Halt]:
    """When the clock stood still and has gone on, as a trace keeps it."""
    return joined(
        (datetime.fromisoformat(each["stopped_at"]), datetime.fromisoformat(each["went_on_at"]))
        for each in paused
        if "stopped_at" in each and "went_on_at" in each and not each.get("late")
    )


def with_halts(counted: Count, found: Sequence[Halt], calendar: Calendar) -> Count:
    """What was *counted* of a term that ran through, as the halts *found* move it. Raises
    OutsideCoverage."""
    if counted.ends_at is None or counted.begins is None or not found:
        return counted
    steps: tuple[TermDay, ...]
    if counted.kind == WORKING_HOURS:
        steps = tuple(_of_hours(counted, found, calendar))
    else:
        steps = (*counted.steps, *_given_back(counted, found, calendar))
    end = counted.ends_at
    if steps and steps[-1].counted:
        end = at_minute(steps[-1].day.date, steps[-1].counted[-1][1])
    for stopped, went_on in found:
        if went_on is not None and stopped <= end < went_on:
            end = went_on
            steps = (*steps, TermDay(calendar.day(end.date()), RESUMED))
    return replace(counted, steps=steps, last=end.date(), ends_at=end)


def _of_hours(counted: Count, found: Sequence[Halt], calendar: Calendar) -> Iterator[TermDay]:
    """Each day of a term in working hours."""
    assert counted.begins_at is not None
    for each in hours_by_day(calendar, counted.begins_at, counted.hours * 60, found):
        yield TermDay(each.day, _what(each, counted.begins_at, calendar), counted=each.counted)


def _what(each: HoursOfDay, begin: datetime, calendar: Calendar) -> str:
    if each.counted:
        return HOURS
    day = each.day.date
    if minutes_between(calendar, max(begin, start_of(day)), end_of(day)):
        return PAUSED
    return CLOSED if calendar.open_on(day) else SKIPPED


def _given_back(counted: Count, found: Sequence[Halt], calendar: Calendar) -> Iterator[TermDay]:
    """The days of which hours are given back to a term in days."""
    assert counted.ends_at is not None
    assert counted.begins is not None
    zero = day_zero(counted.begins, inclusive=counted.inclusive)
    lost = sum(
        minutes_between(calendar, max(stopped, end_of(zero)), min(went_on, counted.ends_at))
        for stopped, went_on in found
        if went_on is not None
    )
    if lost:
        for each in hours_by_day(calendar, counted.ends_at, lost, found):
            if each.counted:
                yield TermDay(each.day, ADDED_HOURS, counted=each.counted)
