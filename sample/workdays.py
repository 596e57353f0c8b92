"""Days and hours on which an office is at work.

By the product's calendar as far as it goes; in other years roughly: at home at weekends, at Tết
and on the fixed holidays. No deadline may be computed from this; that is what `rules.calendar`
is for.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from .. import rules
from ..rules.calendar import Calendar, build_calendar
from ..rules.events import LOCAL
from ..rules.reading.calendar import parse_layer
from .chance import Chance

_FIXED_HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})

_FIRST_DAYS_OF_THE_LUNAR_YEAR = (
    date(2016, 2, 8),
    date(2017, 1, 28),
    date(2018, 2, 16),
    date(2019, 2, 5),
    date(2020, 1, 25),
    date(2021, 2, 12),
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
)

_TET = frozenset(
    first + timedelta(days=offset)
    for first in _FIRST_DAYS_OF_THE_LUNAR_YEAR
    for offset in range(-2, 5)
)

_DAY = timedelta(days=1)
_MORNING = 7 * 3600 + 40 * 60
_MORNING_SECONDS = 3 * 3600 + 40 * 60
_AFTERNOON = 13 * 3600 + 30 * 60
_AFTERNOON_SECONDS = 3 * 3600 + 30 * 60
_CLOSING = time(17, 30, tzinfo=LOCAL)


@cache
def _calendar() -> Calendar:
    """The product's calendar; an office's own corrections do not change the sample."""
    text = files(rules).joinpath("calendars", "vietnam.toml").read_text("utf-8")
    return build_calendar(parse_layer(tomllib.loads(text), "vietnam.toml"))


@cache
def is_working(day: date) -> bool:
    """Whether people are at work on *day*; roughly in years that the calendar does not cover."""
    calendar = _calendar()
    if calendar.first <= day <= calendar.last:
        return calendar.day(day).working
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS and day not in _TET


def next_working(day: date) -> date:
    """The day itself where people are at work on it, otherwise the first one after."""
    while not is_working(day):
        day += _DAY
    return day


def previous_working(day: date) -> date:
    """The day itself where people are at work on it, otherwise the last one before."""
    while not is_working(day):
        day -= _DAY
    return day


def working_days_after(day: date, count: int) -> date:
    """The *count*-th working day after *day*; *day* itself where *count* is 0."""
    for _ in range(count):
        day = next_working(day + _DAY)
    return day


def midnight(day: date) -> datetime:
    """The beginning of *day*, local time."""
    return datetime.combine(day, time(0, tzinfo=LOCAL))


def office_hours(day: date, chance: Chance) -> datetime:
    """A moment of *day* between 07:40 and 11:20 or 13:30 and 17:00, local time."""
    share = chance.share()
    if share < 0.5:
        second = _MORNING + int(2 * share * _MORNING_SECONDS)
    else:
        second = _AFTERNOON + int((2 * share - 1) * _AFTERNOON_SECONDS)
    return midnight(day) + timedelta(seconds=second)


def some_time_after(moment: datetime, days: int, chance: Chance) -> datetime:
    """A moment in office hours on the *days*-th working day after *moment*.

    0 days: within the next hours, or the next working day where the office closes first or is
    closed.
    """
    if days == 0 and is_working(moment.date()):
        soon = moment + timedelta(seconds=chance.between(240, 9000))
        if soon.timetz() <= _CLOSING and soon.date() == moment.date():
            return soon
    return office_hours(working_days_after(moment.date(), max(days, 1)), chance)
