"""Moments of a local day, and how far a day has come for whoever looks at it.

A day is looked at as it stands at its end, or as far as it has come (`SoFar`). Only what is due at
a time of the clock tells the two apart. Nothing here asks what time it is.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Self, SupportsIndex, overload

from .events import LOCAL

_ONE_DAY = timedelta(days=1)
_SHORTEST = timedelta(microseconds=1)


class SoFar(date):
    """A local day as it stands at the aware moment ``at`` of it; None: at its end, as any day. It
    is that day to whoever knows days alone. ``asked``: the moment was asked for, so that what was
    told after it does not count; otherwise it is now, and nothing was."""

    at: datetime | None
    asked: bool

    def __new__(
        cls,
        year: SupportsIndex,
        month: SupportsIndex,
        day: SupportsIndex,
        at: datetime | None = None,
        *,
        asked: bool = False,
    ) -> Self:
        self = super().__new__(cls, year, month, day)
        self.at, self.asked = at, asked
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _so_far, (self.at, self.asked) if self.at else (self.isoformat(), self.asked)


def so_far(at: datetime, *, asked: bool = False) -> SoFar:
    """The local day of the aware moment *at*, as it stands then."""
    local = at.astimezone(LOCAL)
    return SoFar(local.year, local.month, local.day, local, asked=asked)


def _so_far(at: datetime | str, asked: bool) -> date:
    return so_far(at, asked=asked) if isinstance(at, datetime) else date.fromisoformat(at)


def by_when(due: date | None, due_at: datetime | None) -> date | None:
    """The day *due*, as far as it has come by the moment *due_at* of it where there is one: when a
    term ends, as one value."""
    return due if due_at is None else so_far(due_at)


def as_known(day: date, known_at: datetime) -> date:
    """*day* as it stood at the aware moment *known_at*: so far, where that lies in it."""
    found = so_far(known_at)
    return found if found == day else day


def start_of(day: date) -> datetime:
    """The aware moment at which *day* begins."""
    return datetime.combine(day, time(), LOCAL)


def end_of(day: date) -> datetime:
    """The aware moment at which *day* is over."""
    return start_of(day) + _ONE_DAY


def reached(as_of: date) -> datetime:
    """The aware moment of which *as_of* shows the state: its end, unless it is a `SoFar`."""
    at = as_of.at if isinstance(as_of, SoFar) else None
    return end_of(as_of) if at is None else at


def is_asked(as_of: date) -> bool:
    """Whether *as_of* is a day up to a moment that was asked for."""
    return isinstance(as_of, SoFar) and as_of.at is not None and as_of.asked


def told_by(as_of: date) -> datetime:
    """The first aware moment of which what is told does not count any more on *as_of*: its end, or
    right after the moment that was asked for."""
    return reached(as_of) + _SHORTEST if is_asked(as_of) else end_of(as_of)


@overload
def moment_text(moment: datetime) -> str: ...
@overload
def moment_text(moment: datetime | None) -> str | None: ...
def moment_text(moment: datetime | None) -> str | None:
    """*moment* in local time with its offset, as JSON has it; None stays None."""
    return None if moment is None else moment.astimezone(LOCAL).isoformat()


def minute_text(minute: int) -> str:
    """The *minute* of a day as a clock shows it: "07:30"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def at_minute(day: date, minute: int) -> datetime:
    """The aware moment of the *minute* of *day*, counted from midnight."""
    return start_of(day) + timedelta(minutes=minute)
