"""How what is owed stands, in the sentences of `dondoc show`."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from dondoc.commands.terminal.story import Story
from dondoc.commands.terminal.words import Words
from dondoc.rules.events import LOCAL
from dondoc.storage.questions.listed import ListedObligation
from support.reminding import obligation, texts
from support.stories import law

FRIDAY, MONDAY = date(2026, 3, 20), date(2026, 3, 23)
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("due_at", "as_of", "days", "said"),
    [
        (NOON, FRIDAY, 0, "đã quá giờ hạn"),
        (NOON, MONDAY, 1, "đã quá hạn 1 ngày làm việc"),
        (None, MONDAY, 1, "đã quá hạn 1 ngày làm việc"),
    ],
)
def test_what_was_due_at_an_hour_of_the_day_is_over_by_that_and_by_no_days(
    due_at: datetime | None, as_of: date, days: int, said: str
) -> None:
    owed = obligation(due=FRIDAY, target=FRIDAY, due_at=due_at, target_at=due_at)
    listed = ListedObligation(owed, None, None, None, ("NV",), ("Phòng Nội vụ",), ("",), days)
    (line,) = Story(Words("vi"), texts(), law(), as_of).stands([listed])
    assert said in line
