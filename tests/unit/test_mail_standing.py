"""Under which heading a letter tells an obligation, at a moment of a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dondoc.mail.collecting import standing
from dondoc.mail.digest import LineKind
from dondoc.rules.moments import at_minute, so_far
from support.case_law import calendar
from support.reminding import obligation

LAST = calendar().last
ENDED = LAST + timedelta(days=1)
"""A day that the calendar does not reach."""


@pytest.mark.parametrize("day", [date(2026, 3, 6), LAST, ENDED, ENDED + timedelta(days=1)])
@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (13 * 60 + 59, LineKind.DUE_TODAY),
        (14 * 60, LineKind.DUE_TODAY),
        (14 * 60 + 1, LineKind.OVERDUE),
    ],
)
def test_a_moment_that_has_passed_is_overdue_also_where_the_calendar_has_ended(
    day: date, now: int, kind: LineKind
) -> None:
    owed = obligation(target=day, due=day, due_at=at_minute(day, 14 * 60))
    found, days = standing(owed, calendar(), so_far(at_minute(day, now)))
    assert (found, days) == (kind, None if day > LAST else 0)


def test_days_are_told_as_far_as_the_calendar_goes() -> None:
    owed = obligation(target=ENDED, due=ENDED)
    assert standing(owed, calendar(), LAST) == (LineKind.DUE_SOON, None)
    assert standing(owed, calendar(), ENDED) == (LineKind.DUE_TODAY, None)
    assert standing(owed, calendar(), ENDED + timedelta(days=1)) == (LineKind.OVERDUE, None)


def test_a_day_off_is_not_called_the_last_working_day() -> None:
    friday, sunday = date(2026, 3, 27), date(2026, 3, 29)
    owed = obligation(target=sunday, due=sunday)
    assert standing(owed, calendar(), friday) == (LineKind.DUE_TODAY, 0)
    assert standing(owed, calendar(), friday + timedelta(days=1)) == (LineKind.DUE_SOON, 0)
    assert standing(owed, calendar(), sunday) == (LineKind.DUE_TODAY, 0)
