"""Another country's calendar is a file: its holidays, the days of its week, its time zone."""

from __future__ import annotations

import copy
import json
import pickle
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from dondoc.cli import main
from dondoc.rules.calendar import Calendar, build_calendar
from dondoc.rules.events import local_date
from dondoc.rules.local_time import LOCAL, VIETNAM, zone_called
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.working_hours import add_working_hours
from support.case_law import FIXTURES, calendar
from support.pages import ROOT

GOOD = FIXTURES / "calendars" / "good"
FRANCE, SUNDAY = GOOD / "france.toml", GOOD / "sunday-to-thursday.toml"


@pytest.fixture(autouse=True)
def in_vietnam_afterwards() -> Iterator[None]:
    yield
    LOCAL.follow(VIETNAM)


def of(*files: Path) -> Calendar:
    own = [parse_layer(tomllib.loads(file.read_text("utf-8")), file.name) for file in files]
    product = ROOT / "rules" / "calendars" / "vietnam.toml"
    return build_calendar(parse_layer(tomllib.loads(product.read_text("utf-8")), "vietnam"), *own)


def test_a_base_of_another_country_has_its_holidays_and_none_of_vietnams() -> None:
    france = of(FRANCE)
    assert not france.is_working(date(2026, 7, 14))
    assert france.day(date(2026, 7, 14)).source == "Code du travail, article L3133-1"
    assert france.is_working(date(2026, 9, 2))  # Vietnam's National Day
    assert france.is_working(date(2026, 2, 17))  # Tết
    assert not france.is_working(date(2026, 5, 15))
    assert france.first == date(2026, 1, 1)


def test_a_base_of_nobody_has_only_holidays_of_the_file() -> None:
    own = of(SUNDAY)
    assert [day.date for day in own.exceptions] == [date(2026, 3, 22), date(2026, 3, 27)]


def test_the_days_of_the_week_that_are_worked_are_data() -> None:
    own = of(SUNDAY)
    # From Thursday 19/3: Friday and Saturday are off, Sunday 22/3 is a holiday; Monday 23/3 is
    # day 1, Tuesday, Wednesday and Thursday 26/3 are 2 to 4, Friday 27/3 is worked by decree: 5.
    assert own.add_working_days(date(2026, 3, 19), 1) == date(2026, 3, 23)
    assert own.add_working_days(date(2026, 3, 19), 5) == date(2026, 3, 27)
    assert own.add_working_days(date(2026, 3, 19), 6) == date(2026, 3, 29)
    assert own.day(date(2026, 3, 28)).kind == "weekend"
    assert own.day(date(2026, 3, 29)).kind == "weekday"


def test_a_saturday_of_the_week_has_its_hours() -> None:
    LOCAL.follow("Europe/Paris")
    # Friday 20/3 at 16:00: an hour is left; three and a half on Saturday; half an hour on Monday.
    start = datetime(2026, 3, 20, 16, tzinfo=LOCAL)
    ended = add_working_hours(of(FRANCE), start, 5 * 60)
    assert ended == datetime(2026, 3, 23, 9, tzinfo=LOCAL)


def test_a_correction_without_a_base_lies_over_the_calendar_below_it() -> None:
    week = parse_layer({"week": ["mon", "tue", "wed", "thu", "fri", "sat"]}, "own.toml")
    product = ROOT / "rules" / "calendars" / "vietnam.toml"
    below = parse_layer(tomllib.loads(product.read_text("utf-8")), "vietnam")
    own = build_calendar(below, week)
    assert own.is_working(date(2026, 3, 7))
    assert not own.is_working(date(2026, 9, 2))
    assert own.version != build_calendar(below).version


def test_the_version_of_vietnams_calendar_is_what_it_was() -> None:
    assert of().version == calendar().version
    assert of().zone == VIETNAM


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-03-28T22:59:59", date(2026, 3, 28)),
        ("2026-03-28T23:00:00", date(2026, 3, 29)),  # in winter UTC+1
        ("2026-03-29T21:59:59", date(2026, 3, 29)),
        ("2026-03-29T22:00:00", date(2026, 3, 30)),  # in summer UTC+2, since 29/3 at 2:00
        ("2026-10-25T22:59:59", date(2026, 10, 25)),
        ("2026-10-25T23:00:00", date(2026, 10, 26)),
    ],
)
def test_a_day_ends_at_local_midnight_whatever_the_clock_did_on_it(utc: str, day: date) -> None:
    LOCAL.follow("Europe/Paris")
    assert local_date(datetime.fromisoformat(utc).replace(tzinfo=UTC)) == day


def test_a_local_time_is_of_its_own_day_though_the_clock_leapt_over_it() -> None:
    LOCAL.follow("America/Sao_Paulo")
    # There was no time from 0:00 to 1:00 on 4/11/2018.
    assert local_date(datetime(2018, 11, 4, 0, 30, tzinfo=LOCAL)) == date(2018, 11, 4)
    assert local_date(datetime(2018, 11, 4, 2, 59, tzinfo=UTC)) == date(2018, 11, 3)
    assert local_date(datetime(2018, 11, 4, 3, 0, tzinfo=UTC)) == date(2018, 11, 4)


def test_a_clock_time_is_that_of_the_day_and_not_hours_after_midnight() -> None:
    LOCAL.follow("Europe/Paris")
    at_two = datetime.combine(date(2026, 3, 29), time(14), LOCAL)
    assert at_two.astimezone(UTC) == datetime(2026, 3, 29, 12, tzinfo=UTC)
    before = datetime.combine(date(2026, 3, 28), time(14), LOCAL)
    assert before.astimezone(UTC) == datetime(2026, 3, 28, 13, tzinfo=UTC)
    assert before.isoformat().endswith("+01:00")


def test_local_time_is_one_thing_whatever_is_done_to_a_time() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
    assert now.utcoffset() == timedelta(hours=7)
    assert now.tzname() == VIETNAM
    assert copy.deepcopy(now).tzinfo is LOCAL
    assert pickle.loads(pickle.dumps(now)).tzinfo is LOCAL
    assert zone_called("Asia/Hanoy") is None
    assert zone_called("") is None


def test_a_story_is_judged_by_the_zone_and_the_week_of_its_calendar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """23:30 UTC on Thursday 19/3 is Friday in Paris: five days of a week with Saturdays later it is
    Thursday 26/3."""
    law = tmp_path / "law.toml"
    law.write_text(
        'id = "X"\ntitle = "X"\nin_force_from = 2026-01-01\n[[rule]]\nid = "reply"\ncite = "1"\n'
        'title = "Reply"\nper = "event"\nowes = "office"\n'
        'opens = { events = ["feedback.received"] }\n'
        'due = { kind = "working_days", days = 5 }\n'
        'fulfilled = [{ event = "feedback.answered" }]\n',
        "utf-8",
    )
    told = {
        "specversion": "1.0",
        "id": "e",
        "source": "/x",
        "type": "hscv.feedback.received",
        "time": "2026-03-19T23:30:00Z",
        "subject": "7",
        "secrecy": "normal",
        "data": {"from_body": "SONHA", "about_body": "TP", "content": "late"},
    }
    story = tmp_path / "story.jsonl"
    story.write_text(json.dumps(told), "utf-8")
    with pytest.raises(SystemExit) as left:
        main(
            [
                *("regulation", "try", str(law), str(story), "--calendar", str(FRANCE)),
                *("--as-of", "2026-03-21", "--format", "json"),
            ]
        )
    assert not left.value.code
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["opened_on"], row["due"]) == ("2026-03-20", "2026-03-26")
