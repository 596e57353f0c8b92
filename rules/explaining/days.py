"""The days of a term, one by one, from what a trace keeps of it.

This counts again what `terms` computed, step by step, so that a person can follow it on a
paper calendar. It must never decide a date: the obligation's own dates stand, and a count that
ends elsewhere only shows that the calendar or the regulation has changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ..calendar import Calendar, Day, OutsideCoverage
from ..moments import at_minute
from ..months import month_ends
from ..office_hours import Stretches
from ..rule import (
    BACK,
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    DATA_DATE,
    FIXED_DATE,
    FORWARD,
    STAYS,
    WORKING_DAYS,
    WORKING_HOURS,
    day_zero,
)
from ..trace import TracedTerm
from ..working_hours import hours_by_day

ZERO, COUNTED, SKIPPED, STATED, PASSED, REACHED = (
    "zero",
    "counted",
    "skipped",
    "stated",
    "passed",
    "reached",
)
PASSED_BACK, REACHED_BACK = "passed_back", "reached_back"
MONTH, MONTH_BEFORE, MONTH_LAST = "month", "month_before", "month_last"
HOURS, CLOSED = "hours", "closed"
"""What a day is to a term: where counting begins, not counted itself; a day of the term; a day
off among them; a date that is stated and stands; a day off that the end of the term passes
over; the working day that it comes to; both as it moves back. The end of a month of the term: its
day of the same number, the one before where the first day is counted, or the last of a month that
has no such day. A day of which office hours are counted; one on which the office had closed when
the term began."""


@dataclass(frozen=True, slots=True)
class TermDay:
    """One day of the counting. ``number``: which day of the term it is, 0 where it is none.
    ``counted``: of the hours of the day, those that are counted."""

    day: Day
    what: str
    number: int = 0
    counted: Stretches = ()


@dataclass(frozen=True, slots=True)
class Count:
    """A term as it was counted, of so many ``days``, or ``months`` where it is in months.

    ``begins``: where counting began, or the date that is stated; ``start``: what happened
    there ("opening", "event", "deadline"). ``steps``: every day from there to ``last``, of a term
    in months the end of each; none where the trace does not say how, or the calendar does not
    reach. ``covered``: False where it would have had to. ``last``: where the count ends; None where
    it could not be made. ``hours``: of a term in working hours, which ``begins_at`` a moment;
    ``ends_at``: the moment of the last day at which a term ends, None: with the day.
    """

    kind: str
    days: int
    begins: date | None
    start: str
    inclusive: bool
    steps: tuple[TermDay, ...] = ()
    last: date | None = None
    covered: bool = True
    months: int = 0
    hours: int = 0
    begins_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def counted(self) -> tuple[TermDay, ...]:
        """The days of the term itself."""
        return tuple(step for step in self.steps if step.what == COUNTED)

    def same_as(self, other: Count) -> bool:
        """Whether both were counted alike to the same day, so that one stands for both."""
        return self._identity == other._identity

    @property
    def _identity(self) -> tuple[object, ...]:
        long = self.days, self.months, self.hours
        return (self.kind, *long, self.begins, self.inclusive, self.last, self.ends_at)


def count(term: TracedTerm, calendar: Calendar) -> Count:
    """*term*, as a trace keeps it, counted day by day over *calendar*."""
    if term.get("kind") == WORKING_HOURS:
        return _count_hours(term, calendar)
    text = term.get("from")
    begins = date.fromisoformat(text) if isinstance(text, str) else None
    kind, days = str(term.get("kind", "")), int(term.get("days", 0))
    months = int(term.get("months", 0))
    inclusive = bool(term.get("inclusive"))
    long = {WORKING_DAYS: days, CALENDAR_DAYS: days, CALENDAR_MONTHS: months}
    known = long.get(kind, kind in (DATA_DATE, FIXED_DATE)) != 0
    steps: tuple[TermDay, ...] = ()
    covered = True
    last = None
    if known and begins is not None:
        rolls = rolls_of(term.get("rolls"))
        try:
            steps = tuple(
                _steps(kind, days or months, begins, calendar, inclusive=inclusive, rolls=rolls)
            )
            last = steps[-1].day.date
        except (OutsideCoverage, OverflowError):
            # A date that is stated and never moved needs no calendar.
            covered = kind in (DATA_DATE, FIXED_DATE) and rolls == STAYS
            last = begins if covered else None
    start = str(term.get("start", "opening"))
    ends_at = None if last is None else until_of(last, term.get("until"))
    counted = Count(kind, days, begins, start, inclusive, steps, last, covered, months)
    return counted if ends_at is None else replace(counted, ends_at=ends_at)


def until_of(last: date, until: str | None) -> datetime | None:
    """The moment of the *last* day at which a term ends, as a trace keeps the time of the clock."""
    if until is None:
        return None
    hour, _, minute = until.partition(":")
    return at_minute(last, int(hour) * 60 + int(minute))


def _count_hours(term: TracedTerm, calendar: Calendar) -> Count:
    """A *term* in working hours, hour by hour of each day."""
    hours, text = int(term.get("hours", 0)), term.get("from_at")
    begins_at = datetime.fromisoformat(text) if text else None
    counted = Count(WORKING_HOURS, 0, None, "event", inclusive=False, hours=hours)
    if begins_at is None or hours <= 0:
        return counted
    counted = replace(counted, begins=begins_at.date(), begins_at=begins_at)
    try:
        days = tuple(hours_by_day(calendar, begins_at, hours * 60))
    except OutsideCoverage:
        return replace(counted, covered=False)
    last, (_, closes) = days[-1].day.date, days[-1].counted[-1]
    steps = tuple(
        TermDay(each.day, _kept(each.counted, calendar, each.day), counted=each.counted)
        for each in days
    )
    return replace(counted, steps=steps, last=last, ends_at=at_minute(last, closes))


def _kept(counted: Stretches, calendar: Calendar, day: Day) -> str:
    """What a day is to a term in hours that counts these of it."""
    if counted:
        return HOURS
    return CLOSED if calendar.open_on(day.date) else SKIPPED


def rolls_of(told: object) -> str:
    """How a last day on a day off moves, as a trace keeps it."""
    return BACK if told == BACK else FORWARD if told else STAYS


def _steps(
    kind: str, long: int, begins: date, calendar: Calendar, *, inclusive: bool, rolls: str
) -> Iterator[TermDay]:
    if long < 0:
        yield from _days_before(-long, begins, calendar, worked=kind == WORKING_DAYS)
        if kind == CALENDAR_DAYS:
            yield from _moved(begins + timedelta(days=long), calendar, rolls)
    elif kind == WORKING_DAYS:
        yield from _working_days(long, begins, calendar, inclusive=inclusive)
    elif kind == CALENDAR_DAYS:
        yield from _calendar_days(long, begins, calendar, inclusive=inclusive, rolls=rolls)
    elif kind == CALENDAR_MONTHS:
        yield from _calendar_months(long, begins, calendar, inclusive=inclusive, rolls=rolls)
    else:
        yield from _stated(begins, calendar, rolls=rolls)


def _working_days(
    days: int, begins: date, calendar: Calendar, *, inclusive: bool
) -> Iterator[TermDay]:
    before = day_zero(begins, inclusive=inclusive)
    last = calendar.add_working_days(before, days)
    if not inclusive:
        yield TermDay(calendar.day(begins), ZERO)
    number = 0
    for day in calendar.walk(before, last):
        number += day.working
        yield TermDay(day, COUNTED, number) if day.working else TermDay(day, SKIPPED)


def _calendar_days(
    days: int, begins: date, calendar: Calendar, *, inclusive: bool, rolls: str
) -> Iterator[TermDay]:
    before = day_zero(begins, inclusive=inclusive)
    last = before + timedelta(days=days)
    if not inclusive:
        yield TermDay(calendar.day(begins), ZERO)
    for number, day in enumerate(calendar.walk(before, last), 1):
        yield TermDay(day, COUNTED, number)
    yield from _moved(last, calendar, rolls)


def _days_before(days: int, begins: date, calendar: Calendar, *, worked: bool) -> Iterator[TermDay]:
    """The days before *begins*, which is not counted, back to the last of *days* of them."""
    yield TermDay(calendar.day(begins), ZERO)
    number, date_ = 0, begins
    while number < days:
        date_ -= timedelta(days=1)
        day = calendar.day(date_)
        number += day.working or not worked
        yield TermDay(day, COUNTED, number) if day.working or not worked else TermDay(day, SKIPPED)


def _calendar_months(
    months: int, begins: date, calendar: Calendar, *, inclusive: bool, rolls: str
) -> Iterator[TermDay]:
    if not inclusive:
        yield TermDay(calendar.day(begins), ZERO)
    last = begins
    for number in range(1, months + 1):
        last = month_ends(begins, number, inclusive=inclusive)
        exact = month_ends(begins, number).day == begins.day
        what = MONTH_LAST if not exact else MONTH_BEFORE if inclusive else MONTH
        yield TermDay(calendar.day(last), what, number)
    yield from _moved(last, calendar, rolls)


def _stated(begins: date, calendar: Calendar, *, rolls: str) -> Iterator[TermDay]:
    day = calendar.day(begins)
    if rolls == STAYS or day.working:
        yield TermDay(day, STATED)
        return
    yield TermDay(day, PASSED if rolls == FORWARD else PASSED_BACK)
    yield from _moved(begins, calendar, rolls)


def _moved(end: date, calendar: Calendar, rolls: str) -> Iterator[TermDay]:
    """The days from *end* to the working day that it moves to, where it is a day off."""
    if rolls == FORWARD:
        for day in calendar.walk(end, calendar.next_working_day(end)):
            yield TermDay(day, REACHED if day.working else PASSED)
    elif rolls == BACK:
        last = calendar.previous_working_day(end)
        for offset in range(1, (end - last).days + 1):
            day = calendar.day(end - timedelta(days=offset))
            yield TermDay(day, REACHED_BACK if day.working else PASSED_BACK)
