"""How long a clock may stand still is told in the days that it is counted in, wherever that is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.explaining.regulation_difference import regulation_difference
from dondoc.rules.explaining.regulation_tables import regulation_rows
from dondoc.rules.explaining.rule_words import in_words
from dondoc.rules.law import Law
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.regulation import Regulation
from support.case_law import calendar, default_directory, regulation_data
from support.natural_events import natural
from support.stories import law, texts

THROUGH = date(2026, 4, 30)
WORKING = {"kind": "working_days", "days": 15}
CALENDAR = {"kind": "calendar_days", "days": 30}


def regulation(due: dict[str, Any], most: int = 10, other: dict[str, Any] | None = None) -> Any:
    """A regulation whose petitions stand still for *most* days at most."""
    data = regulation_data("petitions")
    rule = next(each for each in data["rule"] if each["id"] == "resolution")
    rule["due"] = due
    rule["pause"] = {**rule["pause"], "max": most}
    exceptions = [{"name": "complicated", "when": ["complicated"], "due": other}]
    rule["exception"] = exceptions if other else []
    return parse_regulation(data, "p.toml")


def pauses_told(of: Regulation, *told: tuple[str, str], language: str) -> list[str]:
    """The lines that tell how the clock stood still in a story."""
    history = []
    for number, (day, type_) in enumerate(told):
        time = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=LOCAL)
        data = natural(type_, time.date())
        history.append(Event("/a", str(number), type_, "D-1", time, number, data, time.date()))
    by = Law(together([(of, "p")]), calendar(), default_directory(), law().policy)
    found = by.project("petition:D-1", history, date(2026, 1, 1), THROUGH).obligations
    (owed,) = (each for each in found if each.rule == "resolution")
    section = explain(owed, by, texts(language), THROUGH).section("moves")
    return [] if section is None else list(section.lines)


STORY = (
    ("2026-03-02", "petition.accepted"),
    ("2026-03-06", "petition.suspended"),
    ("2026-04-10", "petition.resumed"),
)
"""Suspended on a Friday: ten working days are Monday 9/3 to Friday 20/3, ten days Saturday 7/3 to
Monday 16/3. The clock runs again on the day after."""


ENGLISH = (
    "The clock stood still from 2026-03-07 to 2026-03-20, 10 working days in all being the most"
    " that is allowed, and runs again from 2026-03-21 on: "
)
VIETNAMESE = (
    "Tạm dừng tính thời hạn từ ngày 07/3/2026 đến hết ngày 20/3/2026 vì chỉ được tạm dừng tổng"
    " cộng tối đa 10 ngày làm việc; tính tiếp từ ngày 21/3/2026: "
)
IN_DAYS = (
    "Tạm dừng tính thời hạn từ ngày 07/3/2026 đến hết ngày 16/3/2026 vì chỉ được tạm dừng tổng"
    " cộng tối đa 10 ngày; tính tiếp từ ngày 17/3/2026: "
)


@pytest.mark.parametrize(
    ("due", "language", "begins", "let_on"),
    [
        (WORKING, "en", ENGLISH, "2026-04-10"),
        (WORKING, "vi", VIETNAMESE, "10/4/2026"),
        (CALENDAR, "vi", IN_DAYS, "10/4/2026"),
    ],
)
def test_a_pause_that_was_cut_says_for_how_long_it_might_last_and_since_when_it_runs_again(
    due: dict[str, Any], language: str, begins: str, let_on: str
) -> None:
    (line,) = pauses_told(regulation(due), *STORY, language=language)
    assert line.startswith(begins)
    assert let_on in line, "what let it go on after all"
    (line,) = pauses_told(regulation(due), *STORY[:2], language=language)
    assert line.startswith(begins)
    assert let_on not in line


def test_a_second_pause_of_which_nothing_is_left_says_so() -> None:
    told = pauses_told(
        regulation(WORKING, most=2),
        ("2026-03-02", "petition.accepted"),
        ("2026-03-03", "petition.suspended"),
        ("2026-03-06", "petition.resumed"),
        ("2026-03-09", "petition.suspended"),
        ("2026-03-12", "petition.resumed"),
        language="en",
    )
    assert told[1].startswith("The clock may stand still no longer, so that it ran on: ")


@pytest.mark.parametrize(
    ("due", "other", "english", "vietnamese"),
    [
        (WORKING, None, "10 working days", "10 ngày làm việc"),
        (CALENDAR, None, "10 days", "10 ngày"),
        (WORKING, {**WORKING, "days": 20}, "10 working days", "10 ngày làm việc"),
        (
            WORKING,
            CALENDAR,
            "10 days (working days where the due date is counted in those)",
            "10 ngày (ngày làm việc nếu thời hạn tính theo ngày làm việc)",
        ),
    ],
)
def test_a_rule_says_in_which_days_its_pauses_are_limited(
    due: dict[str, Any], other: dict[str, Any] | None, english: str, vietnamese: str
) -> None:
    of = regulation(due, other=other)
    said = {
        language: next(
            each.due for each in in_words(of, texts(language)) if each.id == "resolution"
        )
        for language in ("en", "vi")
    }
    assert said["en"].endswith(f"is not counted, {english} of it at most")
    assert said["vi"].endswith(f", nhiều nhất {vietnamese}")


@pytest.mark.parametrize(
    ("due", "other", "phrase"),
    [
        (WORKING, None, "for 10 working days at most"),
        (CALENDAR, None, "for 10 calendar days at most"),
        (CALENDAR, WORKING, "for 10 days at most, working days where the term counts those"),
    ],
)
def test_show_and_diff_say_it_too(
    due: dict[str, Any], other: dict[str, Any] | None, phrase: str
) -> None:
    of = regulation(due, other=other)
    row = next(each for each in regulation_rows(of) if each.id == "resolution")
    assert phrase in row.notes
    found = regulation_difference(regulation(due, most=9, other=other), of)
    (told,) = (each for each in found if each.key == "pause")
    assert told.new.endswith(phrase)
