"""A rule of repetition as HSCV writes it ("monthly:25"), and the days that it gives.

``weekly:5`` is each Friday (1: Monday, 7: Sunday), ``monthly:25`` the 25th of each month, ``last``
its last day; ``quarterly:2-20`` the 20th of the second month of each quarter, ``half_yearly:6-15``
and ``yearly:12-10`` likewise, and without a month the last one is meant. A day that a month does
not have is its last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from .period_days import DayOf
from .periods import day_of

_DAY = "([1-9]|[12][0-9]|3[01]|last)"
PATTERN = (
    f"^(weekly:[1-7]|monthly:{_DAY}|quarterly:([1-3]-)?{_DAY}|half_yearly:([1-6]-)?{_DAY}"
    f"|yearly:(([1-9]|1[0-2])-)?{_DAY})$"
)
"""What a rule of repetition looks like, as a regular expression of JSON Schema."""
_FORM = re.compile(PATTERN.replace("$", r"\Z"))
_MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
_WEEK = timedelta(days=7)
_BEFORE_YEAR = 2200


def is_recurrence(text: str) -> bool:
    """Whether *text* is a rule of repetition."""
    return _FORM.match(text) is not None


def days_from(recurrence: str, first: date) -> Iterator[date]:
    """The days that *recurrence* gives from *first* on, in order, before the year 2200."""
    every, _, on = recurrence.partition(":")
    if every == "weekly":
        day = first + timedelta(days=(int(on) - first.isoweekday()) % 7)
        while day.year < _BEFORE_YEAR:
            yield day
            day += _WEEK
        return
    months = _MONTHS[every]
    month, _, day_of_month = on.rpartition("-")
    wanted = DayOf(int(month or months) - 1, 0 if day_of_month == "last" else int(day_of_month))
    number = (first.year * 12 + first.month - 1) // months * months
    while number // 12 < _BEFORE_YEAR:
        day = day_of(date(number // 12, number % 12 + 1, 1), wanted)
        if day >= first:
            yield day
        number += months
