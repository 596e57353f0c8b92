"""The days of HSCV's own list, as databases and offices write them: 2026-03-31, 31/03/2026, with a
time behind it or not.

No day is guessed: what names the month first, or has a year of two digits, is refused with what to
mend.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from ..events import local_date

_YEARS = range(1990, 2200)
"""The years that a date of the contract may lie in."""
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d.*))?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ]+(\d.*))?", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<rest>[0-5]\d(?::[0-5]\d)?)(?:[.,]\d+)?"
    r"\s?(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_LONGEST = 40
"""Characters of what was written that a reason shows."""


def day_written(text: str) -> date | str:
    """The day that *text* says: in Asia/Ho_Chi_Minh where a time with an offset follows it, else
    as it stands; or, in words, why it says none."""
    if not text:
        return "the date is empty; write it as 31/03/2026 or 2026-03-31"
    shown = repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
    for pattern, order in ((_YEAR_FIRST, (1, 3, 4)), (_DAY_FIRST, (4, 3, 1))):
        if found := pattern.fullmatch(text):
            year, month, day = (int(found[place]) for place in order)
            return _day(year, month, day, found[5], shown)
    return f"{shown} is no date; write it as 31/03/2026 or 2026-03-31"


def _day(year: int, month: int, day: int, time: str | None, shown: str) -> date | str:
    if year not in _YEARS:
        return f"{shown} is of a year that no document has; write it as 31/03/2026 or 2026-03-31"
    try:
        found = date(year, month, day)
    except ValueError:
        if 12 < month <= 31 and 1 <= day <= 12:
            return f"{shown} names the month first; write it as 31/03/2026 or 2026-03-31"
        return f"{shown} is a date that no calendar has; write it as 31/03/2026 or 2026-03-31"
    local = found if time is None else _local(found, time.strip())
    return local or f"{shown} has a time that cannot be read; leave the time out"


def _local(day: date, time: str) -> date | None:
    """The local date at the *time* of *day*; None where that is no time."""
    said = _TIME.fullmatch(time)
    if said is None:
        return None
    zone = (said["zone"] or "").upper()
    try:
        at = datetime.fromisoformat(f"{day}T{said['hour']:>02}:{said['rest']}{zone}")
        return local_date(at) if zone else day
    except (ValueError, OverflowError):
        return None
