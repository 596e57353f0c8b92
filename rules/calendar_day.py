"""One day of the calendar as a value, and what a day of the plain week is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["weekday", "weekend", "holiday", "day_off", "working_swap"]

MONDAY_TO_FRIDAY = frozenset(range(5))
"""The days of the week that are worked unless a calendar says otherwise, by `date.weekday`."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar.

    ``name`` and ``source`` are in Vietnamese, None for a day of the plain week. ``kind``:
    weekday and weekend are the plain week; holiday; day_off is given in lieu or swapped;
    working_swap is worked by a decision. ``confirmed``: False where no official schedule has
    said so yet; the day counts as it stands.
    """

    date: date
    working: bool
    name: str | None
    source: str | None
    confirmed: bool
    kind: Kind


def plain(day: date, week: frozenset[int] = MONDAY_TO_FRIDAY) -> Day:
    """*day* as the plain week has it, of which the days *week* are worked."""
    if day.weekday() in week:
        return Day(day, working=True, name=None, source=None, confirmed=True, kind="weekday")
    return Day(day, working=False, name=None, source=None, confirmed=True, kind="weekend")
