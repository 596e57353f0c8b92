"""Terms in working hours: from a moment on, over the hours in which the office is open.

Moments are aware, in local time, and whole minutes: a term begins with the next full minute. What
begins outside of office hours begins with the next opening. A term that ends with the last minute
before a closing ends at the closing, not at the next opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from .calendar import Calendar, Day
from .events import LOCAL
from .moments import at_minute
from .office_hours import Stretches

_ONE_DAY, _ONE_MINUTE = timedelta(days=1), timedelta(minutes=1)


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


def hours_by_day(calendar: Calendar, start: datetime, minutes: int) -> Iterator[HoursOfDay]:
    """What a term of *minutes* (at least 1) from *start* on counts of each day, from that of
    *start* to its last. Raises `OutsideCoverage`."""
    begin = begins_at(start)
    day, since = begin.date(), begin.hour * 60 + begin.minute
    left = minutes
    while left:
        counted = []
        for opens, closes in calendar.open_on(day):
            first = max(opens, since)
            last = min(closes, first + left)
            if first < last:
                counted.append((first, last))
                left -= last - first
        yield HoursOfDay(calendar.day(day), tuple(counted))
        day, since = day + _ONE_DAY, 0
