"""How far a pause moves the last day of a term, and which days of it do not count.

By the Civil Code (Điều 147) the day of an event is not counted: the clock stands still from the day
after the event that stops it to the day of the one that lets it go on, that day included. A term
whose last day is the day on which it is stopped is not over by then: what is left of that day comes
on the day on which the clock goes on, or the next working day where the term ends on one. A pause
that begins after the last day, or is over by day zero, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeAlias, TypeVar

from .calendar import Calendar
from .rule import BACK, FORWARD, STAYS

Standstill: TypeAlias = tuple[date, date | None]
"""The days of the events that stopped the clock and let it go on; None: it stands still."""

_When = TypeVar("_When", bound=date)


def moved_by_pauses(
    last: date,
    zero: date,
    pauses: Iterable[Standstill],
    calendar: Calendar,
    *,
    in_working_days: bool,
    rolls: str = STAYS,
) -> tuple[date, date]:
    """The last day of a term that would end on *last* were it not for the *pauses*, which are in
    order and apart; counted from *zero*, *in_working_days* or not. And where that comes to, as it
    *rolls* off a day off. Raises OutsideCoverage.
    """

    def ends(day: date) -> date:
        if rolls == FORWARD:
            return calendar.next_working_day(day)
        return calendar.previous_working_day(day) if rolls == BACK else day

    for stopped, went_on in pauses:
        if stopped > ends(last):
            break
        if went_on is None:
            break
        if went_on <= zero:
            continue
        first = max(stopped, zero)
        if in_working_days:
            lost = calendar.working_days_between(first, went_on)
            last = calendar.add_working_days(last, lost) if lost else last
            last = max(last, calendar.next_working_day(went_on))
        else:
            last = max(last + (went_on - first), went_on)
    return last, ends(last)


def joined(pauses: Iterable[tuple[_When, _When | None]]) -> list[tuple[_When, _When | None]]:
    """*pauses*, by days or by moments, in order, those that overlap as one."""
    found: list[tuple[_When, _When | None]] = []
    for stopped, went_on in sorted(pauses, key=lambda each: each[0]):
        if found:
            before, until = found[-1]
            if until is None:
                return found
            if stopped < until:
                found[-1] = before, None if went_on is None else max(until, went_on)
                continue
        if went_on is None or went_on > stopped:
            found.append((stopped, went_on))
    return found


def cut(
    pauses: Sequence[Standstill],
    most: int,
    zero: date,
    calendar: Calendar,
    *,
    in_working_days: bool,
) -> list[Standstill]:
    """*pauses* as far as they last *most* days of a term counted from *zero* together, one for
    each: what begins when that is used up lasts no day. Raises OutsideCoverage."""
    left, found = most, list[Standstill]()
    for stopped, went_on in pauses:
        first = max(stopped, zero)
        if went_on is not None and went_on <= first:
            found.append((stopped, went_on))
            continue
        if not left:
            found.append((stopped, stopped))
            continue
        if in_working_days:
            latest = calendar.add_working_days(first, left)
        else:
            latest = first + timedelta(days=left)
        end = latest if went_on is None else min(went_on, latest)
        left -= calendar.working_days_between(first, end) if in_working_days else (end - first).days
        found.append((stopped, end))
    return found
