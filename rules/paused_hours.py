"""How far a pause moves the moment at which a term ends, in working hours or by the clock.

The clock stands still from the moment of the event that stops it to that of the one that lets it go
on, each to the next full minute. Only office hours are lost, and only they are given back: the term
ends by as many of them later. It is never over before the clock has gone on. A pause that begins
after the end, or is over when the term begins, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from .calendar import Calendar
from .working_hours import Halt, add_working_hours, minutes_between


def moved_by_halts(
    end: datetime, begin: datetime, halts: Iterable[Halt], calendar: Calendar
) -> datetime:
    """The moment at which a term is over that runs from *begin* and would end at *end* were it not
    for the *halts*, which are in order and apart; all local. Raises OutsideCoverage."""
    for stopped, went_on in halts:
        if stopped > end or went_on is None:
            break
        if went_on <= begin:
            continue
        lost = minutes_between(calendar, max(stopped, begin), went_on)
        if lost:
            end = add_working_hours(calendar, end, lost)
        end = max(end, went_on)
    return end


def cut_halts(halts: Sequence[Halt], most: int, begin: datetime, calendar: Calendar) -> list[Halt]:
    """*halts* as far as they last *most* minutes of office hours of a term from *begin* together,
    one for each: what begins when that is used up lasts none. Raises OutsideCoverage."""
    left, found = most, list[Halt]()
    for stopped, went_on in halts:
        first = max(stopped, begin)
        if went_on is not None and went_on <= first:
            found.append((stopped, went_on))
        elif not left:
            found.append((stopped, stopped))
        else:
            end = add_working_hours(calendar, first, left)
            end = end if went_on is None else min(went_on, end)
            left -= minutes_between(calendar, first, end)
            found.append((stopped, end))
    return found
