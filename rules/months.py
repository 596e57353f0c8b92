"""Terms in calendar months: on which day of a later month they end (Civil Code 2015, Điều 148.3).

It must never ask which days are worked.
"""

from __future__ import annotations

import calendar as months_of_the_year
from datetime import date, timedelta


def month_ends(start: date, months: int, *, inclusive: bool = False) -> date:
    """The last day of *months* calendar months from *start*, which is not counted.

    The day of the same number; where that month has none, its last. *inclusive*: *start* is
    counted, and the last day is the one before. Raises OverflowError past the last year there is.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        raise OverflowError(f"{start}: {months}")
    last = months_of_the_year.monthrange(year, month + 1)[1]
    if start.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, start.day) - timedelta(days=inclusive)
