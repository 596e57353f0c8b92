"""Office hours, and terms counted over them: by hand on every edge, and minute by minute."""

import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

import pytest
from dondoc.rules.calendar import Calendar, OutsideCoverage, build_calendar
from dondoc.rules.events import LOCAL
from dondoc.rules.places import FileError
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.working_hours import add_working_hours, hours_by_day
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reminding import calendar as shipped

COVERED = """
[coverage]
first = 2026-01-01
last = 2026-12-31
announced_through = 2026-12-31

[[day_off]]
date = 2026-01-02
name = "Nghỉ hoán đổi"
source = "Văn bản mẫu"

[[working]]
date = 2026-01-10
name = "Làm việc bù"
source = "Văn bản mẫu"
"""
HOURS = """
[hours]
mon = ["07:30-11:30", "13:30-17:00"]
tue = ["07:30-11:30", "13:30-17:00"]
wed = ["07:30-11:30", "13:30-17:00"]
thu = ["07:30-11:30", "13:30-17:00"]
fri = ["07:30-11:30", "13:30-17:00"]
sat = ["07:30-11:30"]
working = ["08:00-12:00", "13:00-16:00"]
"""
MINUTE = timedelta(minutes=1)


@cache
def calendar(*layers: str) -> Calendar:
    return build_calendar(*(parse_layer(tomllib.loads(text), "office.toml") for text in layers))


def with_half_saturday() -> Calendar:
    return calendar(COVERED + HOURS)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-12T08:00", 2, "2026-03-12T10:00"),  # a Thursday
        ("2026-03-12T10:30", 2, "2026-03-12T14:30"),  # over the lunch break
        ("2026-03-12T10:30", 1, "2026-03-12T11:30"),  # up to it, and not past it
        ("2026-03-12T12:15", 1, "2026-03-12T14:30"),  # in it: counting begins when it is over
        ("2026-03-12T06:00", 1, "2026-03-12T08:30"),  # before the office opens
        ("2026-03-12T16:00", 4, "2026-03-13T10:30"),  # over a night
        ("2026-03-12T17:00", 1, "2026-03-13T08:30"),  # at the closing
        ("2026-03-13T16:00", 2, "2026-03-14T08:30"),  # Friday evening into the half Saturday
        ("2026-03-13T16:00", 5, "2026-03-14T11:30"),  # up to its end
        ("2026-03-13T16:00", 6, "2026-03-16T08:30"),  # and past it, to Monday
        ("2026-03-15T10:00", 1, "2026-03-16T08:30"),  # on a Sunday
        ("2026-04-29T16:00", 2, "2026-05-02T08:30"),  # 30/4 and 1/5, then a half Saturday
        ("2026-01-01T09:00", 1, "2026-01-03T08:30"),  # 2/1 is swapped away; Saturday is plain
        ("2026-01-09T16:30", 1, "2026-01-10T08:30"),  # a worked Saturday has hours of its own
        ("2026-01-10T15:00", 2, "2026-01-12T08:30"),
        ("2026-12-31T15:59:01", 1, "2026-12-31T17:00"),  # the next full minute; 31 December
    ],
)
def test_a_term_ends_at_the_minute_that_was_worked_out_by_hand(
    start: str, hours: int, end: str
) -> None:
    found = add_working_hours(with_half_saturday(), local(start), hours * 60)
    assert found == local(end)
    assert found.utcoffset() == timedelta(hours=7)


def test_without_a_half_saturday_friday_evening_goes_on_on_monday() -> None:
    full = calendar(COVERED + HOURS, "[hours]\nsat = []\n")
    assert add_working_hours(full, local("2026-03-13T16:00"), 120) == local("2026-03-16T08:30")


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-5))])
def test_the_zone_in_which_a_moment_is_told_changes_nothing(zone: timezone) -> None:
    told = local("2026-03-12T16:00").astimezone(zone)
    assert add_working_hours(with_half_saturday(), told, 240) == local("2026-03-13T10:30")


def test_a_term_that_the_calendar_does_not_reach_is_refused() -> None:
    with pytest.raises(OutsideCoverage):
        add_working_hours(with_half_saturday(), local("2026-12-31T16:30"), 60)


def test_each_day_of_a_term_tells_what_is_counted_of_it() -> None:
    days = list(hours_by_day(with_half_saturday(), local("2026-03-13T11:00"), 8 * 60))
    assert [(each.day.date.day, each.counted, each.minutes) for each in days] == [
        (13, ((660, 690), (810, 1020)), 240),
        (14, ((450, 690),), 240),
    ]


@settings(max_examples=60, deadline=None)
@given(
    seconds=st.integers(0, 124 * 24 * 3600),
    minutes=st.integers(1, 30 * 60),
)
def test_hours_agree_with_a_walk_minute_by_minute(seconds: int, minutes: int) -> None:
    office = with_half_saturday()
    aware = local("2026-01-01T00:00") + timedelta(seconds=seconds)
    moment, left = aware.replace(second=0, microsecond=0), minutes
    if moment < aware:
        moment += MINUTE
    open_: dict[date, set[int]] = {}
    while left:
        day = moment.date()
        if day not in open_:
            open_[day] = {m for a, b in office.open_on(day) for m in range(a, b)}
        left -= moment.hour * 60 + moment.minute in open_[day]
        moment += MINUTE
    assert add_working_hours(office, aware, minutes) == moment


class TestLayers:
    def test_the_later_file_wins_day_by_day(self) -> None:
        office = calendar(COVERED + HOURS, '[hours]\nsat = ["08:00-10:00"]\n')
        assert office.open_on(date(2026, 3, 14)) == ((480, 600),)
        assert office.open_on(date(2026, 3, 13)) == ((450, 690), (810, 1020))

    def test_no_hours_are_none(self) -> None:
        assert calendar(COVERED).hours is None
        assert calendar(COVERED).open_on(date(2026, 3, 13)) == ()

    def test_a_day_of_the_working_week_that_no_file_names_is_refused(self) -> None:
        with pytest.raises(FileError) as refused:
            calendar(COVERED + '[hours]\nmon = ["07:30-11:30"]\n')
        told = "office.toml: hours.tue: is missing; [] is a day without hours"
        assert str(refused.value) == told

    def test_a_holiday_that_is_worked_by_a_decision_has_the_hours_of_its_weekday(self) -> None:
        worked = '[[working]]\ndate = 2026-04-27\nname = "Làm việc"\nsource = "Văn bản mẫu"\n'
        office = calendar(COVERED + HOURS, worked)
        assert office.open_on(date(2026, 4, 27)) == ((450, 690), (810, 1020))

    def test_hours_change_no_version_of_the_days(self) -> None:
        assert calendar(COVERED).version == with_half_saturday().version
        assert calendar(COVERED) != with_half_saturday()

    def test_what_ships_is_not_confirmed_until_an_office_says_hours(self) -> None:
        assert not (shipped().hours or pytest.fail("no hours ship")).confirmed
        assert shipped().open_on(date(2026, 3, 14)) == ()
