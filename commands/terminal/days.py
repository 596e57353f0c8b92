"""Days and moments as people write them: what a command takes wherever it asks for one.

A day may be written as officials do (31/03/2026), as files do (2026-03-31), or said from today
(yesterday, hôm qua, end of last month). Whatever is none of these is refused in one line: no day
is guessed, and none is read month first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn

import click

from ...connector.contract.attributes import FIRST_YEAR, LAST_YEAR
from ...rules.events import LOCAL
from ...rules.normalising import without_marks
from ..assembly.clock import LAST_OF_DAY, today
from .words import words

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
"""The years that a date of the contract may lie in; no command has use for another."""

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})", re.ASCII)
_LONGEST = 40
"""Characters of what was typed that an error shows."""
_MOST = 200
"""Characters that a day or a moment can have; nothing longer is looked at."""

_NO_OFFSET = re.compile(r"[+-]\d\d:?[6-9]\d$")
"""Sixty minutes and more, which Python takes for another hour."""
_WITH_TIME = re.compile(r"(?P<day>.+?)(?:T|\s+)(?P<hour>\d{1,2})(?P<rest>:\d\d.*)", re.ASCII)
_ONE_DAY = timedelta(days=1)


def require_order(first: date | None, last: date | None) -> None:
    """Raise UsageError where *first* (--from) is after *last* (--to): that leaves no day."""
    if first is not None and last is not None and first > last:
        raise click.UsageError(words().say("days.backwards", first=first, last=last))


def day_said(text: str, now: date) -> date | None:
    """The day that *text* says on the day *now*; None where it says none.

    Raises ValueError for a day that no calendar has, such as 31/02/2026."""
    if len(text) > _MOST:
        return None
    said = without_marks(text)
    for pattern, order in (
        (_YEAR_FIRST, (1, 3, 4)),
        (_DAY_FIRST, (4, 3, 1)),
        (_IN_WORDS, (3, 2, 1)),
    ):
        if found := pattern.fullmatch(said):
            year, month, day = (int(found[place]) for place in order)
            return date(year, month, day)
    if re.fullmatch(r"\d{8}", said, re.ASCII):
        return date.fromisoformat(said)
    relative = _RELATIVE.get(said.replace("'", ""))
    return None if relative is None else relative(now)


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _first_of_quarter(day: date) -> date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _first_of_year(day: date) -> date:
    return day.replace(month=1, day=1)


def _first_of_week(day: date) -> date:
    return day - timedelta(days=day.weekday())


_FIRST: Mapping[str, Callable[[date], date]] = {
    "week": _first_of_week,
    "month": _first_of_month,
    "quarter": _first_of_quarter,
    "year": _first_of_year,
}
_IN_VIETNAMESE = {"week": "tuan", "month": "thang", "quarter": "quy", "year": "nam"}


def _last(unit: str) -> Callable[[date], date]:
    """The last day of the present *unit*."""

    def found(day: date) -> date:
        first, later = _FIRST[unit](day), day
        while _FIRST[unit](later) == first:
            later += _ONE_DAY
        return later - _ONE_DAY

    return found


def _in_the_last(unit: str, end: Callable[[date], date]) -> Callable[[date], date]:
    """The *end* of the *unit* before the present one."""
    return lambda day: end(_FIRST[unit](day) - _ONE_DAY)


def _relative() -> Mapping[str, Callable[[date], date]]:
    """What a day may be called, by what that is on a given day."""
    found: dict[str, Callable[[date], date]] = {
        **dict.fromkeys(("today", "hom nay"), lambda day: day),
        **dict.fromkeys(("yesterday", "hom qua"), lambda day: day - _ONE_DAY),
        **dict.fromkeys(("tomorrow", "ngay mai", "mai"), lambda day: day + _ONE_DAY),
    }
    for unit, first in _FIRST.items():
        there = _IN_VIETNAMESE[unit]
        for english, vietnamese, end in (("start", "dau", first), ("end", "cuoi", _last(unit))):
            this, before = end, _in_the_last(unit, end)
            names = (f"{english} of this {unit}", f"{english} of the {unit}")
            said = (f"{vietnamese} {there}", f"{vietnamese} {there} nay")
            found.update(dict.fromkeys((*names, *said), this))
            names = (f"{english} of last {unit}", f"{english} of the last {unit}")
            said = (f"{vietnamese} {there} truoc", f"{vietnamese} {there} ngoai")
            found.update(dict.fromkeys((*names, *said), before))
    return found


_RELATIVE = _relative()


class DayParam(click.ParamType[date]):
    """A day as people write one; see `day_said`."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """The date that *value* says."""
        if isinstance(value, date):
            return _within_years(self, value, param, ctx)
        try:
            day = day_said(value, today())
        except ValueError:
            why = "month_first" if _is_month_first(value) else "no_day"
            _refuse(self, value, param, ctx, why)
        if day is None:
            _refuse(self, value, param, ctx, "unread")
        return _within_years(self, day, param, ctx)


class MomentParam(click.ParamType[datetime]):
    """A time with an offset, or a day, which means *at* of that day in local time."""

    name = "date|time"

    def __init__(self, at: time = LAST_OF_DAY) -> None:
        self.at = at

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """The aware time that *value* says."""
        if isinstance(value, datetime):
            return value
        timed = _WITH_TIME.fullmatch(value) if len(value) <= _MOST else None
        if timed is None:
            day = DayParam().convert(value, param, ctx)
            return datetime.combine(day, self.at, LOCAL)
        day = DayParam().convert(timed["day"], param, ctx)
        try:
            rest = _NO_OFFSET.sub("?", timed["rest"].replace(" ", ""))
            moment = datetime.fromisoformat(f"{day.isoformat()}T{timed['hour']:>02}{rest}")
        except ValueError:
            _refuse(self, value, param, ctx, "no_time")
        if moment.tzinfo is None:
            _refuse(self, value, param, ctx, "no_zone")
        return moment


def _is_month_first(value: str) -> bool:
    found = _DAY_FIRST.fullmatch(value.strip())
    return found is not None and int(found[1]) <= 12 < int(found[3])


def _within_years(kind: click.ParamType[Any], day: date, param: Any, ctx: Any) -> date:
    if day.year not in YEARS:
        told = words().say("days.no_year", day=day, first=YEARS[0], last=YEARS[-1])
        kind.fail(told, param, ctx)
    return day


def _refuse(kind: click.ParamType[Any], value: str, param: Any, ctx: Any, why: str) -> NoReturn:
    """Raises BadParameter, one line: *value*, as much of it as one reads, and *why*, the key of a
    text."""
    shown = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    kind.fail(words().say(f"days.{why}", given=repr(shown)), param, ctx)
