"""Terms in working hours: from a moment on, over the hours in which the office is open.

Moments are aware, in local time, and whole minutes: a term begins with the next full minute. What
begins outside of office hours begins with the next opening. A term that ends with the last minute
before a closing ends at the closing, not at the next opening.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from .calendar import Calendar, Day
from .events import LOCAL
from .moments import at_minute, start_of
from .office_hours import Stretches

_ONE_DAY, _ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)

Halt: TypeAlias = tuple[datetime, datetime | None]
"""The moments, whole minutes, from which a clock stood still and from which it went on; None: it
stands still."""


@dataclass(frozen=True, slots=True)
class HoursOfDay:
    """What a term counts of one day: of the time in which the office is open ``counted``, in
    order; ``minutes`` in all. None where the office is closed, or the term began after it."""

    day: Day
    counted: Stretches

    @property
    def minutes(self) -> int:
        """How many minutes are counted."""
        return sum(closes - opens for opens, closes in self.counted)


def begins_at(time_: datetime) -> datetime:
    """The first full minute at the aware *time_* or after it, in local time."""
    local = time_.astimezone(LOCAL)
    whole = local.replace(second=0, microsecond=0)
    return whole if whole == local else whole + _ONE_MINUTE


def add_working_hours(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """The moment at which *minutes* (at least 1) of office hours have passed since the aware time
    *start*. Raises `OutsideCoverage`."""
    *_, last = hours_by_day(calendar, start, minutes)
    _, closes = last.counted[-1]
    return at_minute(last.day.date, closes)


def minutes_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """How many minutes the office is open from *start* to *end*, both local and whole minutes; 0
    where *end* is not later. Raises `OutsideCoverage`."""
    found, day = 0, start.date()
    while start_of(day) < end:
        first, last = _minute_of(day, start), _minute_of(day, end)
        for opens, closes in calendar.open_on(day):
            found += max(min(closes, last) - max(opens, first), 0)
        day += _ONE_DAY
    return found


def hours_by_day(
    calendar: Calendar, start: datetime, minutes: int, halts: Sequence[Halt] = ()
) -> Iterator[HoursOfDay]:
    """What a term of *minutes* (at least 1) from *start* on counts of each day, from that of
    *start* to its last, without the *halts*, which are in order, apart and over. Raises
    `OutsideCoverage`."""
    begin = begins_at(start)
    day, since = begin.date(), begin.hour * 60 + begin.minute
    left = minutes
    while left:
        counted = []
        for opens, closes in _running(calendar.open_on(day), day, halts):
            first = max(opens, since)
            last = min(closes, first + left)
            if first < last:
                counted.append((first, last))
                left -= last - first
        yield HoursOfDay(calendar.day(day), tuple(counted))
        day, since = day + _ONE_DAY, 0


def _running(stretches: Stretches, day: date, halts: Sequence[Halt]) -> Iterator[tuple[int, int]]:
    """What of the *stretches* of *day* is in none of the *halts*."""
    for opens, closes in stretches:
        since = opens
        for stopped, went_on in halts:
            first = _minute_of(day, stopped)
            last = _minute_of(day, went_on) if went_on else first
            if first < closes and since < last:
                if since < first:
                    yield since, first
                since = last
        if since < closes:
            yield since, closes


def _minute_of(day: date, moment: datetime) -> int:
    """The minute of *day* that *moment* is; its first or its end, where that is before or after."""
    if moment.date() != day:
        return 0 if moment.date() < day else 24 * 60
    return moment.hour * 60 + moment.minute
