"""When an office is open: the hours of each day of the week, and of a day worked by a decision.

Times are minutes since midnight, local. Which days are worked is the calendar's: a holiday has no
hours, whatever day of the week it is. Terms are counted over them in `working_hours`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from .calendar_day import MONDAY_TO_FRIDAY, Day
from .places import FileError

Stretches: TypeAlias = tuple[tuple[int, int], ...]
"""From which minute of a day to which an office is open, in order."""

NO_HOURS: Stretches = ()
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""What a calendar file calls the days of the week."""
WORKED = "working"
"""What it calls a Saturday or Sunday that is worked by a decision."""


@dataclass(frozen=True, slots=True)
class HoursOfLayer:
    """What one calendar file says of hours: by day of `WEEK` or `WORKED`. ``confirmed``: False
    where they are only usual, and no office has said so."""

    by_day: Mapping[str, Stretches]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours of an office: of the days of the ``week``, Monday first, and of a Saturday or
    Sunday that is ``worked`` by a decision. ``confirmed``: as in `HoursOfLayer`. ``plain``: the
    days of the week that are worked without one."""

    week: tuple[Stretches, ...]
    worked: Stretches
    confirmed: bool = True
    plain: frozenset[int] = MONDAY_TO_FRIDAY

    def on(self, day: Day) -> Stretches:
        """The hours of *day*. A plain Saturday may have some without being a working day."""
        if day.kind in ("holiday", "day_off"):
            return NO_HOURS
        weekday = day.date.weekday()
        return self.worked if day.working and weekday not in self.plain else self.week[weekday]

    @property
    def version(self) -> str:
        """A digest of what is counted by them."""
        return sha256(repr((self.week, self.worked)).encode()).hexdigest()[:16]


def hours_of(
    layers: Sequence[tuple[HoursOfLayer, str]], plain: frozenset[int] = MONDAY_TO_FRIDAY
) -> OfficeHours | None:
    """The hours of *layers*, each with its file: of two that speak of one day the later wins.
    None where there is no layer. Raises FileError where a day of the working week is left out."""
    if not layers:
        return None
    by_day = {day: open_ for layer, _ in layers for day, open_ in layer.by_day.items()}
    last, where = layers[-1]
    for day in (*(WEEK[each] for each in sorted(plain)), WORKED):
        if day not in by_day:
            raise FileError.at(where, f"hours.{day}", "is missing; [] is a day without hours")
    if not any(by_day.values()):
        raise FileError.at(where, "hours", "no day has any")
    week = tuple(by_day.get(day, NO_HOURS) for day in WEEK)
    return OfficeHours(week, by_day[WORKED], last.confirmed, plain)
