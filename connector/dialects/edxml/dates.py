"""Days and times as programs write them into edXML: yyyy/MM/dd, dd/MM/yyyy, ISO 8601.

Four digits come first or last, and between them stand month and day; never the American order,
even where it alone would fit. Nothing is guessed: what is no day of the calendar is none.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from ....rules.events import LOCAL, local_date
from ...contract.attributes import FIRST_YEAR, LAST_YEAR

_TIME = re.compile(
    r"(?:(\d{4})([/-])(\d{1,2})\2(\d{1,2})|(\d{1,2})([/-])(\d{1,2})\6(\d{4}))"
    r"(?:[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)? ?([Zz]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_YEAR_OF = re.compile(
    r"(\d{4})(?:[/-]\d{1,2}[/-]\d{1,2}(?:[T ].*)?)?|\d{1,2}[/-]\d{1,2}[/-](\d{4})(?: .*)?",
    re.ASCII,
)


def time_of(text: str) -> datetime | None:
    """The time that *text* is, aware, midnight where it is a day alone; None where it is none.

    Without an offset it is local (Asia/Ho_Chi_Minh).
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, _, month, day, d, _, m, y, hour, minute, second, rest, zone = found.groups()
    try:
        return _plausible(
            datetime(
                int(year or y),
                int(month or m),
                int(day or d),
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                0 if rest is None else int(rest.ljust(6, "0")[:6]),
                _zone(zone),
            )
        )
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """The local day (Asia/Ho_Chi_Minh) that *text* is, or is a time of; None where it is none."""
    time = time_of(text)
    return None if time is None else local_date(time)


def year_in(text: str) -> str | None:
    """The year in the date of a DocumentId, which need not be a day: programs write 30 February."""
    found = _YEAR_OF.fullmatch(text)
    return None if found is None else found.group(1) or found.group(2)


def _plausible(time: datetime) -> datetime | None:
    # The year as written first: others are beyond what can be moved to another zone.
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        return None
    if time.tzinfo is LOCAL or FIRST_YEAR <= local_date(time).year <= LAST_YEAR:
        return time
    return None


def _zone(written: str | None) -> tzinfo:
    """Raises ValueError where no clock has such an offset."""
    if written is None:
        return LOCAL
    if written in "Zz":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if minutes > 59:
        raise ValueError("an offset has at most 59 minutes")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)
