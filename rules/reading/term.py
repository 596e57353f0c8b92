"""Reads how long a rule gives, and from when: terms, their exceptions, the days of periods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..office_hours import WEEK as WEEKDAYS
from ..period_days import DayOf, PeriodDay, WeekdayOf
from ..periods import WEEK
from ..places import LEFT_OUT, Place
from ..regulation import PeriodKind
from ..rule import (
    BACK,
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    COUNTED_KINDS,
    DATA_DATE,
    DEADLINE_STARTS,
    FIXED_DATE,
    FORWARD,
    STARTS,
    STAYS,
    TERM_KINDS,
    WORKING_DAYS,
    WORKING_HOURS,
    PeriodTerm,
    Term,
    TermException,
)
from .values import choices_of, items_of, minute_of_day, truth_of

_MOST_DAYS, _MOST_MONTHS, MOST_HOURS = 3660, 120, 2000
_IN_DAYS = frozenset({WORKING_DAYS, CALENDAR_DAYS})


def day_of(place: Place, every: str, *more: str) -> PeriodDay:
    """A day counted from the first month of a period of the kind *every*, or from its week;
    *more*: what else its table may have."""
    if every == WEEK:
        place.only("weeks", "day", *more)
        weeks = place.find("weeks")
        return WeekdayOf(
            weeks.integer(-8, 52) if weeks else 0, WEEKDAYS.index(place.at("day").choice(WEEKDAYS))
        )
    place.only("months", "day", *more)
    months, day = place.find("months"), place.at("day")
    return DayOf(
        months.integer(-24, 36) if months else 0,
        0 if day.value == "last" else day.integer(1, 31),
    )


def unit_of(*places: Place | None) -> str:
    """A kind of period that days such as those in the tables at *places* are of, where it is not
    known: what was wrong with it has been told, and nothing is wrong with them because of it."""
    said = [each.table() for each in places if each is not None]
    weekly = any("weeks" in each or each.get("day") in WEEKDAYS for each in said)
    return WEEK if weekly else "month"


def in_order(on: PeriodDay) -> tuple[int, int]:
    """What days of one kind of period are ordered by."""
    if isinstance(on, WeekdayOf):
        return on.weeks, on.weekday
    # 31 stands in for the last day; whether a month has one is the calendar's affair.
    return on.months, on.day or 31


def term_of(place: Place | None) -> Term | None:
    """The target or due date in the table at *place*. Raises FileError."""
    if place is None:
        return None
    place.only(
        *("kind", "days", "months", "hours", "from", "inclusive", "rolls", "past_binds", "until")
    )
    kind = place.at("kind").choice(TERM_KINDS - {FIXED_DATE})
    if kind == WORKING_HOURS:
        return _in_hours(place)
    counted = kind in COUNTED_KINDS
    start = place.find("from")
    if not counted and (place.find("days") or start):
        raise place.error(f"a term of kind {kind} has neither days nor from")
    for key in _useless(kind):
        if place.find(key) is not None:
            raise place.at(key).error(f"is of no use to a term of kind {kind}")
    return Term(
        kind=kind,
        days=_days(place, start.value if start else None) if kind in _IN_DAYS else 0,
        months=_months(place) if kind == CALENDAR_MONTHS else 0,
        start=start.choice(STARTS) if start else "opening",
        inclusive=truth_of(place, "inclusive", default=False),
        rolls=_rolls(place.find("rolls")),
        past_binds=truth_of(place, "past_binds", default=False),
        until=_until(place),
    )


def counted_term(place: Place) -> Term:
    """The term in the table at *place*, which is counted and says itself from where. Raises
    FileError."""
    kind = place.at("kind").choice(COUNTED_KINDS)
    for key in _useless(kind):
        if place.find(key) is not None:
            raise place.at(key).error(f"is of no use to a term of kind {kind}")
    return Term(
        kind=kind,
        days=place.at("days").integer(1, _MOST_DAYS) if kind in _IN_DAYS else 0,
        months=_months(place) if kind == CALENDAR_MONTHS else 0,
        inclusive=truth_of(place, "inclusive", default=False),
        rolls=_rolls(place.find("rolls")),
    )


def _months(place: Place) -> int:
    return place.at("months").integer(1, _MOST_MONTHS)


def _days(place: Place, start: object) -> int:
    """How many days the term at *place* has, which counts from *start*; negative ones are days
    before that."""
    days = place.at("days")
    if not isinstance(days.value, int) or days.value >= 0:
        return days.integer(1, _MOST_DAYS)
    if not isinstance(start, str) or start not in DEADLINE_STARTS:
        known = ", ".join(sorted(DEADLINE_STARTS))
        raise days.error(
            f"days before something are counted from a deadline; from is one of {known}"
        )
    if place.find("inclusive") is not None:
        raise place.at("inclusive").error("is of no use to days before a deadline")
    return days.integer(-_MOST_DAYS, -1)


def _useless(kind: str) -> Iterator[str]:
    """The keys that say nothing of a term of *kind*."""
    if kind not in _IN_DAYS:
        yield "days"
    if kind != CALENDAR_MONTHS:
        yield "months"
    if kind == WORKING_DAYS:
        yield "rolls"
    if kind not in COUNTED_KINDS:
        yield "inclusive"
    if kind != WORKING_HOURS:
        yield "hours"
    if kind != DATA_DATE:
        yield "past_binds"


def _in_hours(place: Place) -> Term:
    for key in ("days", "months", "from", "inclusive", "rolls", "past_binds", "until"):
        if place.find(key) is not None:
            raise place.at(key).error(f"is of no use to a term of kind {WORKING_HOURS}")
    return Term(WORKING_HOURS, hours=place.at("hours").integer(1, MOST_HOURS))


def _until(place: Place) -> int | None:
    """The minute of its last day at which the term at *place* ends; None: with the day."""
    until = place.find("until")
    if until is None:
        return None
    minute = minute_of_day(until)
    if not 0 < minute < 24 * 60:
        problem = f"{until.value} is no time within the day; leave it out for the end of the day"
        raise until.error(problem)
    return minute


def exceptions_of(place: Place, known: frozenset[str]) -> tuple[TermException, ...]:
    """The exceptions of the rule at *place*, by *known* conditions. Raises FileError."""
    exceptions = []
    for item in items_of(place, "exception"):
        item.only("name", "when", "unless", "target", "due")
        exceptions.append(
            TermException(
                name=item.at("name").text(),
                when=choices_of(item, "when", known),
                unless=choices_of(item, "unless", known),
                target=term_of(item.find("target")),
                due=term_of(item.find("due")),
            )
        )
    return tuple(exceptions)


def period_term_of(place: Place, schedules: Mapping[str, PeriodKind]) -> PeriodTerm:
    """The terms of one of the *schedules* in the table at *place*. Raises FileError."""
    place.only("schedule", "target", "due", "breach")
    said, target, due = place.at("schedule"), place.find("target"), place.find("due")
    schedule = said.choice(schedules)
    known = said.value is not LEFT_OUT and schedule in schedules
    every = schedules[schedule].every if known else unit_of(target, due)
    return PeriodTerm(
        schedule=schedule,
        target=_fixed(target, every),
        due=_fixed(due, every),
        breach=truth_of(place, "breach", default=True),
    )


def _fixed(place: Place | None, every: str) -> Term | None:
    if place is None:
        return None
    return Term(
        FIXED_DATE,
        on=day_of(place, every, "rolls", "until"),
        rolls=_rolls(place.find("rolls")),
        until=_until(place),
    )


def _rolls(place: Place | None) -> str:
    """How a last day on a day off moves, as the value at *place* says."""
    if place is None or place.value is False:
        return STAYS
    if place.value is True:
        return FORWARD
    if place.value in (FORWARD, BACK):
        return str(place.value)
    raise place.error(f"must be true, false, {FORWARD!r} or {BACK!r}, not {place.value!r}")
