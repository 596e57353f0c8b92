"""What was said: a text that was filled in, and the days and moments that stand in it.

It reads them as either language writes them, so that one check goes for both; it holds the checks
that any sentence may be given, and no knowledge of any one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dondoc.rules.events import LOCAL

from .facts import Facts


@dataclass(frozen=True)
class Said:
    """One text that was filled in."""

    key: str
    values: Mapping[str, Any]
    line: str


Check = Callable[[Said, Facts], str | None]
"""Why what was said is not so; None where it is."""

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PLAIN = re.compile(r"(\d{2})/(\d{1,2})/(\d{4})")


def days_in(line: str) -> Iterator[date]:
    """Every date that stands in *line*, as either language writes one."""
    for year, month, day in _ISO.findall(line):
        yield date(int(year), int(month), int(day))
    for day, month, year in _PLAIN.findall(line):
        yield date(int(year), int(month), int(day))


def clocks(said: Said) -> set[tuple[date, int, int] | None]:
    """The moments in the values of what was said, to the minute."""
    found = set[tuple[date, int, int] | None]()
    for value in map(str, said.values.values()):
        day = next(days_in(value), None)
        for hour, minute in re.findall(r"(\d{1,2})(?: giờ |:)(\d{2})", value):
            if day is not None:
                found.add((day, int(hour), int(minute)))
    return found


def moment_said(value: str) -> tuple[date, int, int] | None:
    """The moment that stands in *value*, to the minute; None where none does."""
    day, at = next(days_in(value), None), re.search(r"(\d{1,2})(?: giờ |:)(\d{2})", value)
    return None if day is None or at is None else (day, int(at[1]), int(at[2]))


def clock(moment: datetime | None) -> tuple[date, int, int] | None:
    """*moment* by the local clock, to the minute."""
    if moment is None:
        return None
    local = moment.astimezone(LOCAL)
    return local.date(), local.hour, local.minute


def on_day(said: Said, day: date | None, name: str = "date") -> str | None:
    """The value called *name* states *day*."""
    stated = next(days_in(str(said.values[name])), None)
    return None if stated == day else f"it is {day}"


def true(_: Said, __: Facts) -> str | None:
    """Nothing is asked of it here."""
    return None
