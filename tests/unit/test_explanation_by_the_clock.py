"""Why a moment is what it is: the hours of each day in words, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.rules.calendar import build_calendar
from dondoc.rules.events import LOCAL, Event, local_date
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.law import Law
from dondoc.rules.moments import so_far
from dondoc.rules.obligations import Obligation
from dondoc.rules.places import FileError
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.regulation_hours import require_hours
from dondoc.rules.reading.side_by_side import together
from support.case_law import calendar, default_directory, regulation_data
from support.natural_events import natural
from support.reminding import policy, shipped

THROUGH = date(2026, 3, 31)


@cache
def law(*layers: str) -> Law:
    regulation = parse_regulation(regulation_data("hours"), "hours")
    regulations = together([(regulation, "hours")])
    return Law(regulations, calendar(*layers), default_directory(), policy())


def event(type_: str, text: str, **said: Any) -> Event:
    time = datetime.fromisoformat(text).replace(tzinfo=LOCAL)
    data = {**natural(type_, local_date(time)), **said}
    return Event("/hscv", f"{type_}{text}", type_, "VB-1", time, None, data, time.date())


def owed(rule: str, *history: Event, by: Law | None = None) -> Obligation:
    found = (by or law()).project("document:VB-1", history, date(2026, 1, 1), THROUGH)
    return next(each for each in found.obligations if each.rule == rule)


def lines(
    obligation: Obligation, key: str, language: str, as_of: date = THROUGH, by: Law | None = None
) -> list[str]:
    found = explain(obligation, by or law(), load_texts(language), as_of).section(key)
    return [] if found is None else list(found.lines)


FRIDAY = event("task.assigned", "2026-03-13T16:00")


def test_the_hours_of_each_day_are_told_in_vietnamese() -> None:
    assert lines(owed("receipt", FRIDAY), "term", "vi") == [
        "04 giờ làm việc kể từ 16 giờ 00 ngày 13/3/2026; chỉ tính giờ làm việc của cơ quan.",
        "13/3/2026 (thứ Sáu): 16:00–17:00 – 1 giờ",
        "14/3/2026 (thứ Bảy): không tính – nghỉ hằng tuần",
        "15/3/2026 (Chủ nhật): không tính – nghỉ hằng tuần",
        "16/3/2026 (thứ Hai): 07:30–10:30 – 3 giờ",
        "Thời hạn kết thúc lúc 10 giờ 30 ngày 16/3/2026.",
        "Giờ làm việc lấy theo mặc định, cơ quan chưa xác nhận trong lịch làm việc của mình.",
    ]


def test_the_hours_of_each_day_are_told_in_english() -> None:
    assert lines(owed("receipt", FRIDAY), "term", "en")[:3] == [
        "Working hours: 4, counted from 16:00 on 2026-03-13, while the office is open.",
        "Fri 2026-03-13: 16:00–17:00 – 1 h",
        "Sat 2026-03-14: not counted – weekend",
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "after 10:30 on 2026-03-16"), ("vi", "từ sau 10 giờ 30 ngày 16/3/2026")],
)
def test_a_term_that_ends_at_a_moment_becomes_a_breach_after_it(language: str, said: str) -> None:
    told = lines(owed("receipt", FRIDAY), "breach", language, date(2026, 3, 13))
    assert said in told[-1]


def test_a_half_saturday_is_counted_and_hours_of_the_office_are_not_doubted() -> None:
    half = law("half-saturday")
    told = lines(owed("receipt", FRIDAY, by=half), "term", "en", by=half)
    assert told[2:] == [
        "Sat 2026-03-14: 07:30–10:30 – 3 h",
        "The term ends at 10:30 on 2026-03-14.",
    ]


def test_a_term_that_begins_after_the_office_has_closed_says_so() -> None:
    told = lines(owed("receipt", event("task.assigned", "2026-03-12T22:15:30")), "term", "en")
    assert told[:3] == [
        "Working hours: 4, counted from 22:15:30 on 2026-03-12, while the office is open.",
        "Thu 2026-03-12: the office had closed, not counted",
        "Fri 2026-03-13: 07:30–11:30 – 4 h",
    ]


def test_half_hours_are_told_with_their_minutes() -> None:
    told = lines(owed("receipt", event("task.assigned", "2026-03-12T15:30")), "term", "vi")
    assert told[1:3] == [
        "12/3/2026 (thứ Năm): 15:30–17:00 – 1 giờ 30 phút",
        "13/3/2026 (thứ Sáu): 07:30–10:00 – 2 giờ 30 phút",
    ]


DUE_FRIDAY = event("task.assigned", "2026-03-12T09:00", due_on="2026-03-20")


def test_a_time_of_the_clock_ends_a_date_of_the_data() -> None:
    assert lines(owed("execution", DUE_FRIDAY), "term", "vi")[-1] == (
        "Thời hạn kết thúc lúc 14 giờ 00 ngày 20/3/2026."
    )


def test_the_standing_is_that_of_the_moment() -> None:
    execution = owed("execution", DUE_FRIDAY)

    def told(now: str) -> list[str]:
        as_of = so_far(datetime.fromisoformat(now).replace(tzinfo=LOCAL))
        return lines(execution, "breach", "en", as_of)

    assert told("2026-03-20T13:59")[:2] == [
        "At 13:59 on 2026-03-20: open, within its term.",
        "No breach: the due date, 14:00 on 2026-03-20, has not passed.",
    ]
    assert told("2026-03-20T14:01")[:2] == [
        "At 14:01 on 2026-03-20: overdue.",
        "A breach since 2026-03-20.",
    ]
    assert lines(execution, "breach", "en", date(2026, 3, 20))[0] == (
        "At the end of 2026-03-20: overdue."
    )


def test_when_it_was_done_is_told_to_the_minute() -> None:
    late = owed("execution", DUE_FRIDAY, event("task.completed", "2026-03-20T14:05"))
    assert "It counts as done at 14:05 on 2026-03-20." in lines(late, "outcome", "en")
    stated = event("task.completed", "2026-03-23T09:00", completed_on="2026-03-20")
    told = lines(owed("execution", DUE_FRIDAY, stated), "outcome", "en")
    assert any("the end of the day counts" in line for line in told)


@pytest.mark.parametrize(
    ("done", "english", "vietnamese"),
    [
        ("2026-03-20T14:00:01", "14:00:01 on 2026-03-20", "14 giờ 00 phút 01 giây ngày 20/3/2026"),
        ("2026-03-20T14:00:00.2", "14:00:01 on", "14 giờ 00 phút 01 giây ngày"),
        ("2026-03-20T14:00:59.9", "14:01 on 2026-03-20", "14 giờ 01 ngày 20/3/2026"),
    ],
)
def test_what_came_less_than_a_minute_late_is_not_told_to_have_come_at_the_moment(
    done: str, english: str, vietnamese: str
) -> None:
    late = owed("execution", DUE_FRIDAY, event("task.completed", done))
    assert late.state(THROUGH) == "met_late"
    for language, moment in (("en", english), ("vi", vietnamese)):
        assert any(moment in each for each in lines(late, "outcome", language)[1:])


def test_what_a_moment_opened_says_when() -> None:
    told = lines(owed("urging", DUE_FRIDAY), "opening", "en")
    assert "It opens at 14:00 on 2026-03-20." in told


def test_another_calendar_shows_that_it_comes_to_another_moment() -> None:
    other = law("half-saturday")
    told = lines(owed("receipt", FRIDAY), "term", "en", by=other)
    assert any("10:30 on 2026-03-14" in line and "reprocess" in line for line in told)
    assert lines(owed("receipt", FRIDAY), "term", "vi", by=other)[-1] == (
        "Tính lại theo lịch hiện dùng thì hạn là 10 giờ 30 ngày 14/3/2026, khác hạn đã ghi là"
        " 10 giờ 30 ngày 16/3/2026; cần xử lý lại dữ liệu (lệnh dondoc reprocess)."
    )


def test_a_regulation_in_hours_is_refused_where_no_calendar_has_hours() -> None:
    data = shipped("calendars/vietnam.toml")
    del data["hours"]
    without = build_calendar(parse_layer(data, "vietnam.toml"))
    with pytest.raises(FileError) as refused:
        require_hours(law().regulations, without)
    assert str(refused.value) == (
        "09/2026/QC-GIỜ: rule[receipt]: counts in working_hours, and no calendar file says office"
        " hours; add [hours] to one"
    )


def test_a_pause_by_the_clock_counts_in_hours_whatever_its_term_is_in() -> None:
    data = regulation_data("paused-hours")
    data["rule"] = [each for each in data["rule"] if each["id"] == "handing_over"]
    del data["light"]
    regulations = together([(parse_regulation(data, "own"), "own")])
    without = replace(calendar(), hours=None)
    with pytest.raises(FileError) as refused:
        require_hours(regulations, without)
    assert str(refused.value) == (
        "10/2026/QC-GIO: rule[handing_over]: has a pause by the clock, and no calendar file says "
        "office hours; add [hours] to one"
    )
    by = Law(regulations, calendar(), default_directory(), policy())
    assert replace(by, calendar=calendar("half-saturday")).version != by.version


def test_hours_are_part_of_the_law_only_where_terms_are_counted_in_them() -> None:
    half = law("half-saturday")
    assert half.version != law().version
    plain = load_law(TrackingSettings(), default_directory())
    assert replace(plain, calendar=half.calendar).version == plain.version
