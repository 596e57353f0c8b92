"""A last day on a day off: to which working day it moves, by the regulation's file.

It moves forward (Civil Code 2015, Điều 148.5) or back. One that would move back before the day on
which it could first be known stays where it is: nobody could have kept it.
"""

from __future__ import annotations

from datetime import date

from ..calendar import Calendar
from ..rule import BACK, FORWARD, STAYS


def moved_off(rolls: str, last: date, calendar: Calendar, known_on: date) -> tuple[date, str]:
    """Where *last* comes to as it *rolls*, and how it did in fact. *known_on*: the day on which it
    could first be known. Raises OutsideCoverage."""
    if rolls == FORWARD:
        return calendar.next_working_day(last), rolls
    if rolls == BACK:
        moved = calendar.previous_working_day(last)
        if not moved < known_on <= last:
            return moved, rolls
    return last, STAYS
