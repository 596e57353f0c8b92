"""Extensions: what is asked for and granted is told in words, and counted, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.in_force import Regulations
from dondoc.rules.judging.projection import project
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation, Projection
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory, regulation_data
from support.natural_events import natural
from support.stories import law, texts

THROUGH = date(2026, 8, 31)
FEW = settings(max_examples=60, deadline=None)
Told = tuple[str, str, dict[str, Any]]


def regulations(**changes: Any) -> Regulations:
    data = regulation_data("extensions")
    data["extension"] = {**data["extension"], **changes}
    return together([(parse_regulation(data, "extensions"), "extensions")])


def history(told: list[Told]) -> list[Event]:
    found = []
    for number, (day, type_, said) in enumerate(told):
        on = date.fromisoformat(day)
        time = datetime(on.year, on.month, on.day, 9, tzinfo=LOCAL)
        data = {**natural(type_, on), **said}
        found.append(Event("/hscv", f"e{number}", type_, "VB-1", time, number, data, on))
    return sorted(found, key=lambda event: event.order)


def judged(told: list[Told], by: Regulations | None = None) -> Projection:
    since = date(2025, 1, 1)
    events, directory = history(told), default_directory()
    law_ = by or regulations()
    return project("document:VB-1", events, law_, calendar(), directory, since, THROUGH)


def executions(found: Projection) -> list[Obligation]:
    return [each for each in found.obligations if each.rule == "execution"]


EXCESS = (
    "This is beyond what Điều 8.2 allows; the new deadline binds all the same, since it was"
    " decided, and the excess is flagged."
)
STORY: list[Told] = [
    ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"}),
    ("2026-03-09", "task.extension_requested", {"due_on": "2026-03-27"}),
    ("2026-03-10", "task.extension_granted", {"due_on": "2026-03-20"}),
    ("2026-03-17", "task.extension_requested", {"due_on": "2026-03-27"}),
    ("2026-03-18", "task.extension_refused", {"decided_by": "một người lạ"}),
    ("2026-03-19", "task.extension_granted", {"due_on": "2026-03-24", "decided_by": "office"}),
]


def moves_told(language: str, story: Sequence[Told] = STORY) -> list[str]:
    of_case: Law = law()
    by = regulations()
    (obligation,) = executions(judged(list(story), by))
    of_case = Law(by, calendar(), default_directory(), of_case.policy)
    section = explain(obligation, of_case, texts(language), THROUGH).section("moves")
    assert section is not None
    return list(section.lines)


def test_each_request_grant_and_refusal_is_told_with_whose_it_was_and_how_often() -> None:
    told = moves_told("en")
    assert [line.partition(":")[0] for line in told[2:]] == [
        "Asked by Phòng Y tế (code PYT) to be put off to 2026-03-27",
        "Put off to 2026-03-20, extension no. 1 of the task",
        "Asked by Phòng Y tế (code PYT) to be put off to 2026-03-27",
        "Not put off",
        "Put off to 2026-03-24, extension no. 2 of the task",
        "Extended 2 times, by 7 working days together; the first deadline was 2026-03-13.",
        "Allowed (Điều 8.2)",
        EXCESS,
    ]
    assert told[3].endswith("Decided by Chủ tịch UBND huyện.")
    assert told[6].endswith("By 2 working days. Decided by Văn phòng.")
    assert "một người lạ" not in "".join(told)


def test_they_are_told_in_vietnamese_as_an_official_writes() -> None:
    told = moves_told("vi")
    assert any(
        line.startswith("Phòng Y tế (mã PYT) đề nghị gia hạn đến 27/3/2026") for line in told
    )
    assert any("lần gia hạn thứ 2 của nhiệm vụ" in line for line in told)
    assert "Đã gia hạn 2 lần, tổng cộng 7 ngày làm việc; thời hạn ban đầu là 13/3/2026." in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "first deadline was 2026-03-14, a day off, so that it ended with 2026-03-16."),
        ("vi", "thời hạn ban đầu là 14/3/2026, là ngày nghỉ nên tính đến hết 16/3/2026."),
    ],
)
def test_a_first_deadline_on_a_day_off_is_told_as_it_was_set_and_as_it_ended(
    language: str, told: str
) -> None:
    """The line before it tells the day that was set: two days would look like an error."""
    story: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-14"}),
        ("2026-03-10", "task.extension_granted", {"due_on": "2026-03-20"}),
    ]
    assert [line for line in moves_told(language, story) if line.endswith(told)]


days = st.integers(0, 40).map(lambda number: date(2026, 3, 2) + timedelta(number))
granted = st.lists(st.tuples(days, days), max_size=5)


CUT: list[Told] = [
    ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"}),
    ("2026-03-10", "task.extension_granted", {"due_on": "2026-03-30", "decided_by": "chairman"}),
    ("2026-03-25", "task.extension_granted", {"due_on": "2026-04-03", "decided_by": "chairman"}),
]
"""By a law that allows one extension of 10 working days, and no more binds: to Friday 27/3."""


def cut_told(language: str) -> list[str]:
    by = regulations(beyond="limit")
    (obligation,) = executions(judged(CUT, by))
    assert (obligation.due, obligation.extensions) == (date(2026, 3, 27), 1)
    of_case = Law(by, calendar(), default_directory(), law().policy)
    section = explain(obligation, of_case, texts(language), THROUGH).section("moves")
    assert section is not None
    return list(section.lines[1:])  # The first tells the date that was replaced.


def test_what_was_granted_and_what_of_it_counts_are_both_told_with_the_limit() -> None:
    line = cut_told("en")
    assert line[0].startswith(
        "Put off to 2026-03-30, of which 2026-03-27 counts (Điều 8.2: each of at most 10 working"
        " days), extension no. 1 of the task: "
    )
    assert line[1].startswith(
        "Put off to 2026-04-03, of which nothing counts (Điều 8.2: at most 1 extension), so that"
        " 2026-03-27 stands: "
    )


def test_what_is_cut_is_told_in_vietnamese_too() -> None:
    line = cut_told("vi")
    assert line[0].startswith(
        "Cho gia hạn đến 30/3/2026, nhưng chỉ có hiệu lực đến 27/3/2026 (Điều 8.2: mỗi lần không"
        " quá 10 ngày làm việc), lần gia hạn thứ 1 của nhiệm vụ: "
    )
    assert line[1].startswith(
        "Cho gia hạn đến 03/4/2026, nhưng không có hiệu lực (Điều 8.2: không quá 1 lần gia hạn)"
        " nên thời hạn vẫn là 27/3/2026: "
    )
    assert "Đã gia hạn 1 lần, tổng cộng 10 ngày làm việc; thời hạn ban đầu là 13/3/2026." in line


OVER: list[Told] = [
    ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"}),
    ("2026-03-30", "task.extension_granted", {"due_on": "2026-04-10"}),
    ("2026-04-01", "task.extension_granted", {"due_on": "2026-04-10"}),
]
"""By a law that allows 10 working days: to Friday 27/3, which was over when it was granted."""


def test_what_the_limit_cuts_to_a_day_that_is_over_is_no_extension_and_uses_none_up() -> None:
    by = regulations(beyond="limit", at_most=1, days_in_all=10)
    found = judged(OVER, by)
    (execution,) = executions(found)
    assert (execution.due, execution.extensions) == (date(2026, 3, 13), 0)
    told = execution.trace["extensions"]
    assert [each.get("number", 0) for each in told] == [0, 0]
    assert [each["beyond"] for each in told] == [["days", "days_in_all"]] * 2
    assert "extension_beyond" in found.flags


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("en", "Put off to 2026-04-10, of which only what ended on 2026-03-27 is allowed ("),
        ("vi", "Cho gia hạn đến 10/4/2026, nhưng mức được phép chỉ đến 27/3/2026 ("),
    ],
)
def test_what_is_cut_to_a_day_that_is_over_is_told_once(language: str, begins: str) -> None:
    by = regulations(beyond="limit")
    (execution,) = executions(judged(OVER[:2], by))
    of_case = Law(by, calendar(), default_directory(), law().policy)
    section = explain(execution, of_case, texts(language), THROUGH).section("moves")
    assert section is not None
    first, limit = section.lines
    assert first.startswith(begins)
    assert "Điều 8.2" in limit


def test_one_is_told_as_one() -> None:
    assert any(line.startswith("Extended 1 time, by ") for line in cut_told("en"))


def test_what_moved_nothing_is_no_extension_and_uses_none_up() -> None:
    """Ten days together: 13/3 to 23/3 uses them up, so that the second, to 25/3, moves nothing;
    of two that are allowed it is none, and what is counted is told."""
    by = regulations(beyond="limit", at_most=2, days_in_all=10, kind="calendar_days")
    story: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"}),
        ("2026-03-10", "task.extension_granted", {"due_on": "2026-03-23"}),
        ("2026-03-20", "task.extension_granted", {"due_on": "2026-03-25"}),
    ]
    (found,) = executions(judged(story, by))
    assert (found.due, found.extensions) == (date(2026, 3, 23), 1)
    told = found.trace["extensions"]
    assert [each.get("number", 0) for each in told] == [1, 0]
    assert told[1]["granted"] == "2026-03-25"
    assert told[1]["beyond"] == ["days_in_all"]
    assert "extension_beyond" in judged(story, by).flags


@FEW
@given(granted, st.integers(0, 3), st.integers(1, 15))
def test_as_many_extensions_are_counted_as_moved_the_date(
    grants: list[tuple[date, date]], at_most: int, most: int
) -> None:
    first: Told = ("2026-03-01", "task.assigned", {"due_on": "2026-03-13"})
    told = [(str(on), "task.extension_granted", {"due_on": str(to)}) for on, to in grants]
    limits: dict[str, Any] = {"at_most": at_most + 1, "days": most, "kind": "calendar_days"}
    (*_, last) = executions(judged([first, *told], regulations(beyond="limit", **limits)))
    told_of = [each for each in last.trace.get("extensions", ()) if each.get("number")]
    assert last.extensions == len(told_of) <= at_most + 1
    assert all(each["date"] > each["from"] for each in told_of)


def test_nothing_that_somebody_wrote_stands_in_a_trace() -> None:
    story: list[Told] = [
        *STORY,
        ("2026-03-20", "task.extension_granted", {"due_on": "2026-03-26", "decided_by": "ông X"}),
    ]
    for each in judged(story).obligations:
        assert "ông X" not in str(each.trace)
        assert "một người lạ" not in str(each.trace)


def test_a_day_asked_for_is_no_deadline() -> None:
    story: list[Told] = [
        ("2026-03-02", "task.assigned", {}),
        ("2026-03-09", "task.extension_requested", {"due_on": "2026-03-10"}),
    ]
    found = judged(story)
    assert not executions(found)
    assert [each.due for each in found.obligations if each.due] == [date(2026, 3, 12)]


@FEW
@given(granted, days, st.sampled_from(["binds", "limit"]))
def test_an_extension_never_erases_a_breach_nor_counts_twice(
    grants: list[tuple[date, date]], due_on: date, beyond: str
) -> None:
    told: list[Told] = [("2026-03-01", "task.assigned", {"due_on": str(due_on)})]
    told += [(str(on), "task.extension_granted", {"due_on": str(to)}) for on, to in grants]
    by = regulations(beyond=beyond)
    before = judged(told[:1], by)
    for number in range(2, len(told) + 1):
        ordered = sorted(told[1:], key=lambda each: each[0])
        now = judged([told[0], *ordered[: number - 1]], by)
        on = date.fromisoformat(ordered[number - 2][0])
        for old in executions(before):
            if old.counts_as_breach(on):
                (same,) = [each for each in executions(now) if each.id == old.id]
                assert same.counts_as_breach(on)
        before = now
    found = executions(before)
    assert sum(each.ended_on is None for each in found) == 1
    assert max((each.extensions for each in found), default=0) <= len(grants)
    firsts = {each.first_due or each.due for each in found}
    assert len(firsts) == 1


@FEW
@given(granted)
def test_without_limits_an_extension_moves_as_a_change_of_date_does(
    grants: list[tuple[date, date]],
) -> None:
    first: Told = ("2026-03-01", "task.assigned", {"due_on": "2026-03-13"})
    story: list[list[Told]] = [
        [(str(on), type_, {"due_on": str(to), "decided_by": "chairman"}) for on, to in grants]
        for type_ in ("task.extension_granted", "task.due_changed")
    ]
    extended, changed = ([first, *each] for each in story)
    dates = [
        [(each.id, each.due, each.ended_on, each.breach_on, each.first_due) for each in one]
        for one in (executions(judged(extended)), executions(judged(changed)))
    ]
    assert dates[0] == dates[1]


@FEW
@given(granted, st.integers(0, 3), st.integers(1, 15))
def test_what_is_allowed_is_never_passed_where_only_that_binds(
    grants: list[tuple[date, date]], at_most: int, most: int
) -> None:
    first: Told = ("2026-03-01", "task.assigned", {"due_on": "2026-03-13"})
    told = [(str(on), "task.extension_granted", {"due_on": str(to)}) for on, to in grants]
    limits: dict[str, Any] = {"at_most": at_most + 1, "days": most, "kind": "calendar_days"}
    (*_, last) = executions(judged([first, *told], regulations(beyond="limit", **limits)))
    assert last.due is not None
    # A last day off moves on to the next working day.
    allowed = date(2026, 3, 13) + timedelta(most * (at_most + 1))
    assert last.due <= calendar().next_working_day(allowed)


@pytest.mark.parametrize("type_", ["task.extension_requested", "task.extension_refused"])
def test_what_only_asks_or_refuses_changes_no_date(type_: str) -> None:
    first: Told = ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"})
    said = {"due_on": "2026-04-30"} if type_.endswith("requested") else {}
    without, with_it = judged([first]), judged([first, ("2026-03-05", type_, said)])
    kept = [(each.id, each.due, each.breach_on) for each in executions(with_it)]
    assert kept == [(each.id, each.due, each.breach_on) for each in executions(without)]


def test_without_a_day_of_their_own_coordinating_bodies_have_the_tasks_again() -> None:
    story: list[Told] = [
        (
            "2026-03-02",
            "task.assigned",
            {"due_on": "2026-03-20", "coordinating": ["XDS"], "coordinating_due_on": "2026-03-13"},
        ),
        (
            "2026-03-05",
            "task.due_changed",
            {"due_on": "2026-03-20", "decided_by": "office", "coordinating_due_on": None},
        ),
        ("2026-03-06", "task.extension_granted", {"due_on": "2026-03-24"}),
    ]
    found = judged(story).obligations
    of_coordinating = [each for each in found if each.role == "coordinating"]
    assert [each.due for each in of_coordinating] == [date(2026, 3, 24)]
    assert of_coordinating[0].first_due == date(2026, 3, 13)


@FEW
@given(granted, days)
def test_a_day_of_their_own_equal_to_the_tasks_is_the_same_as_none(
    changes: list[tuple[date, date]], due_on: date
) -> None:
    """As long as both are told together."""

    def told(own: bool) -> list[Told]:
        def dates(day: date) -> dict[str, Any]:
            return {"due_on": str(day)} | ({"coordinating_due_on": str(day)} if own else {})

        first: Told = ("2026-03-01", "task.assigned", {**dates(due_on), "coordinating": ["XDS"]})
        by = {"decided_by": "office"}
        return [first, *((str(on), "task.due_changed", dates(to) | by) for on, to in changes)]

    assert judged(told(own=True)).obligations == judged(told(own=False)).obligations
