"""Traffic lights: in which colour and by which word an obligation is shown, as its regulation says.

They are for the eye alone: no date and no breach depends on one. A colour never stands without its
word. What has no term, was given up, or is past its term with its task back at the Office has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .calendar import Calendar, OutsideCoverage
from .moments import reached
from .obligations import MET, MET_LATE, OPEN, VOID, Obligation
from .prose import Prose
from .working_hours import begins_at, minutes_between

COLOURS = ("green", "amber", "red", "blue", "grey")
"""What a light can be; each surface has its own shade of it."""
DAYS_LEFT, WORKING_DAYS_LEFT, PERCENT_LEFT = "days_left", "working_days_left", "percent_left"
HOURS_LEFT = "hours_left"
MEASURES = (DAYS_LEFT, WORKING_DAYS_LEFT, PERCENT_LEFT, HOURS_LEFT)
"""By what those of open obligations are told apart: days or working days from the day one looks at
to the due date, 0 on that day; the share of the term's days that is left, in percent rounded down;
or the office hours to the moment at which it is due, rounded down, of what is due at one. All are
negative once it is over: after that day, or after the moment of it."""
ON_TIME, LATE = "on_time", "late"
CLOSED = (ON_TIME, LATE)
"""How what is fulfilled came out."""


@dataclass(frozen=True, slots=True)
class Light:
    """One light: its ``colour`` and its ``name``. Either for what is open, where ``measure`` lies
    between ``least`` and ``most``, both inclusive, None: without a bound; or for what is fulfilled
    as ``closed`` says. ``cite``: by which article, where the file says it."""

    colour: str
    name: Prose
    measure: str | None = None
    least: int | None = None
    most: int | None = None
    closed: str | None = None
    cite: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing can lie between its bounds."""
        return self.least is not None and self.most is not None and self.most < self.least

    def holds(self, left: int) -> bool:
        """Whether it is for what has *left* to go."""
        over = self.least is None or self.least <= left
        return over and (self.most is None or left <= self.most)


def light_of(
    obligation: Obligation, lights: Sequence[Light], day: date, calendar: Calendar
) -> Light | None:
    """Which of *lights* *obligation* has at the end of the local *day*, or so far; None where none,
    or where the calendar does not reach."""
    if not lights or obligation.due is None:
        return None
    state = obligation.state(day)
    if state in (MET, MET_LATE):
        came_out = ON_TIME if state == MET else LATE
        return next((each for each in lights if each.closed == came_out), None)
    past = obligation.is_past(day)
    if state == VOID or (state == OPEN and past):
        return None
    days = obligation.opened_on, obligation.due
    return open_light(lights, *days, day, calendar, due_at=obligation.due_at, past=past)


def open_light(
    lights: Sequence[Light],
    opened_on: date,
    due: date,
    day: date,
    calendar: Calendar,
    *,
    due_at: datetime | None,
    past: bool,
) -> Light | None:
    """The light of what opened on *opened_on*, is due on *due*, at the moment *due_at* of it where
    there is one, and is open on *day*; *past*: whether it is over due by then, as it can be on the
    day *due* itself and on a day off. By hours, where some of *lights* are and it is due at a
    moment."""
    by_hours = [each for each in lights if each.measure == HOURS_LEFT]
    by_days = [each for each in lights if each.measure not in (None, HOURS_LEFT)]
    is_open = by_hours if by_hours and due_at is not None else by_days
    if not is_open:
        return None
    try:
        if is_open is by_hours and due_at is not None:
            left = _hours_left(due_at, day, calendar)
        else:
            left = _left(is_open[0].measure, opened_on, due, day, calendar)
    except OutsideCoverage:
        return None
    left = min(left, -1) if past else left
    return next((each for each in is_open if each.holds(left)), None)


def _hours_left(due_at: datetime, day: date, calendar: Calendar) -> int:
    """The whole office hours from *day*, at its end or so far, to the moment *due_at*."""
    now = begins_at(reached(day))
    if now <= due_at:
        return minutes_between(calendar, now, begins_at(due_at)) // 60
    return -minutes_between(calendar, begins_at(due_at), now) // 60


def _left(measure: str | None, opened_on: date, due: date, day: date, calendar: Calendar) -> int:
    if measure == WORKING_DAYS_LEFT:
        return calendar.working_days_between(day, due)
    days = (due - day).days
    if measure == DAYS_LEFT:
        return days
    # A term of one day is whole until its end.
    whole = max((due - opened_on).days, 1)
    return min(100 * days // whole, 100) if due > opened_on or days < 0 else 100
