"""Conditions that are decided later, pauses and silence, in histories of any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, cast

import pytest
from dondoc.commands.assembly.loading import load_texts
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.in_force import Regulations
from dondoc.rules.judging.projection import project
from dondoc.rules.law import Law
from dondoc.rules.moments import end_of
from dondoc.rules.obligations import MET, OPEN, Obligation, Projection
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.trace import Trace
from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.case_law import calendar, default_directory, regulation_data
from support.histories import histories, of_stream
from support.natural_events import natural
from support.reminding import policy

SINCE, THROUGH = date(2025, 11, 1), date(2026, 12, 31)
STREAM = "petition:12/2026"
ONE_DAY = timedelta(days=1)
CHEAP = settings(max_examples=80, deadline=None)
Told = tuple[str, str, Mapping[str, Any]]


each_law = pytest.mark.parametrize("law", ["petitions", "paused-hours"])
"""Clocks that stand still by whole days, and from moment to moment."""


@cache
def of_petitions(name: str = "petitions") -> Regulations:
    return together([(parse_regulation(regulation_data(name), "p.toml"), "p.toml")])


def by(*tables: dict[str, Any]) -> Regulations:
    """A regulation of *tables*: conditions and rules."""
    data = {
        "id": "1/QC",
        "title": "Quy chế thử",
        "in_force_from": date(2026, 1, 1),
        "assigning": {"received": True},
        "condition": [each for each in tables if "events" in each],
        "rule": [each for each in tables if "per" in each],
    }
    return together([(parse_regulation(data, "x.toml"), "x.toml")])


def judged(
    stream: str, history: list[Event], law: Regulations, through: date = THROUGH
) -> Projection:
    return project(stream, history, law, calendar(), default_directory(), SINCE, through)


def story(*told: Told) -> list[Event]:
    """What was *told*, each at nine of its day."""
    found = []
    for number, (day, type_, said) in enumerate(told):
        time = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=LOCAL)
        data = {**natural(type_, time.date()), **said}
        found.append(Event("/a", f"{number}", type_, "VB-1", time, number, data, time.date()))
    return found


@each_law
@CHEAP
@given(histories("petition", most=9), st.randoms(use_true_random=False))
def test_order_and_repetition_of_arrival_change_nothing(
    law: str, arrived: list[Event], chance: Any
) -> None:
    again = [*arrived, *arrived[:3]]
    chance.shuffle(again)
    found = judged(STREAM, of_stream(STREAM, arrived), of_petitions(law))
    assert judged(STREAM, of_stream(STREAM, again), of_petitions(law)) == found


def without_silence(trace: Trace) -> Trace:
    return cast(Trace, {key: value for key, value in trace.items() if key != "silence"})


def cut_at(day: date, found: Projection) -> list[Obligation]:
    """What of *found* had opened by *day*, as it stood then: silence has said nothing by then that
    it says later."""
    return [
        each._replace(met_on=None, trace=without_silence(each.trace))
        if each.by_silence and each.met_on is not None and each.met_on > day
        else each
        for each in found.obligations
        if each.opened_on <= day
    ]


@each_law
@CHEAP
@given(histories("petition", most=9), st.dates(date(2025, 12, 1), date(2026, 12, 1)))
def test_a_later_projection_cut_at_an_earlier_day_is_the_earlier_projection(
    law: str, arrived: list[Event], day: date
) -> None:
    history = of_stream(STREAM, arrived)
    earlier = judged(STREAM, history, of_petitions(law), day)
    later = judged(STREAM, history, of_petitions(law), day + timedelta(days=120))
    assert cut_at(day, later) == cut_at(day, earlier)


@each_law
@CHEAP
@given(histories("petition", most=9), st.dates(date(2025, 12, 1), date(2026, 12, 1)))
def test_nothing_changes_before_the_day_on_which_the_stream_is_to_be_looked_at_again(
    law: str, arrived: list[Event], day: date
) -> None:
    history = of_stream(STREAM, arrived)
    now = judged(STREAM, history, of_petitions(law), day)
    until = now.next_opening or day + timedelta(days=200)
    later = judged(STREAM, history, of_petitions(law), until - ONE_DAY)
    assert later.obligations == now.obligations


def ends(owed: Obligation) -> datetime:
    """When what is *owed* is over."""
    assert owed.due is not None
    return owed.due_at or end_of(owed.due)


@each_law
@CHEAP
@given(histories("petition", most=9))
def test_without_its_pauses_nothing_would_be_due_later(law: str, arrived: list[Event]) -> None:
    history = of_stream(STREAM, arrived)
    running = [each for each in history if each.type != "petition.suspended"]
    paused = {each.id: each for each in judged(STREAM, history, of_petitions(law)).obligations}
    for plain in judged(STREAM, running, of_petitions(law)).obligations:
        found = paused.get(plain.id)
        if found is not None and plain.due is not None and found.due is not None:
            # A condition that comes during a pause may count where it would have come too late.
            assert ends(found) >= ends(plain) or "turned" in found.trace
            event("moved" if ends(found) > ends(plain) else "stands")


URGENT = {
    "id": "urgent",
    "events": ["document.issued", "document.received"],
    "where": {"urgency": ["khan", "hoatoc"]},
}
CLASSIFIED = {
    "id": "classification",
    "cite": "Điều 1",
    "title": "Phân loại",
    "per": "document",
    "owes": "office",
    "opens": {"events": ["document.received"], "on": ["endorsed_on"]},
    "due": {"kind": "working_days", "days": 5},
    "exception": [
        {"name": "urgent", "when": ["urgent"], "due": {"kind": "working_days", "days": 1}}
    ],
    "fulfilled": [{"event": "document.classified"}],
}
RECEIVED: Told = ("2026-03-02", "document.received", {"urgency": "normal"})


@pytest.mark.parametrize(
    ("read", "corrected", "due"),
    [
        ("opening", "2026-03-02", date(2026, 3, 3)),
        ("opening", "2026-03-03", date(2026, 3, 9)),
        ("until_due", "2026-03-03", date(2026, 3, 3)),
        # One working day from 2/3 is over on the 4th: it binds nobody.
        ("until_due", "2026-03-04", date(2026, 3, 9)),
    ],
)
def test_what_a_correction_says_of_a_document_decides_by_the_day_on_which_it_says_it(
    read: str, corrected: str, due: date
) -> None:
    law = by({**URGENT, "read": read}, CLASSIFIED)
    correction: Told = (corrected, "document.corrected", {"fields": {"urgency": "hoatoc"}})
    (found,) = judged("document:VB-1", story(RECEIVED, correction), law).obligations
    assert found.due == due


@pytest.mark.parametrize(
    ("corrected", "due"), [("10:59", date(2026, 3, 6)), ("11:01", date(2026, 3, 3))]
)
def test_a_condition_of_a_term_that_ends_at_a_moment_is_decided_by_that_moment(
    corrected: str, due: date
) -> None:
    ordinary = {"kind": "working_days", "days": 1, "until": "11:00"}
    longer = [{"name": "calm", "when": ["calm"], "due": {"kind": "working_days", "days": 4}}]
    calm = {**URGENT, "id": "calm", "where": {"urgency": ["normal"]}, "read": "until_due"}
    law = by(calm, {**CLASSIFIED, "due": ordinary, "exception": longer})
    history = story(
        ("2026-03-02", "document.received", {"urgency": "khan"}),
        ("2026-03-03", "document.corrected", {"fields": {"urgency": "normal"}}),
    )
    at = datetime.fromisoformat(f"2026-03-03T{corrected}").replace(tzinfo=LOCAL)
    history[1] = replace(history[1], time=at)
    (found,) = judged("document:VB-1", history, law).obligations
    assert found.due == due


def test_a_condition_may_settle_whether_a_rule_is_owed_at_all() -> None:
    law = by(URGENT, {**CLASSIFIED, "when": ["urgent"], "exception": []})
    assert judged("document:VB-1", story(RECEIVED), law).obligations == ()
    urgent = story(("2026-03-02", "document.received", {"urgency": "khan"}))
    assert [each.rule for each in judged("document:VB-1", urgent, law).obligations] == [
        "classification"
    ]


REVIEW = {
    "id": "review",
    "cite": "Điều 2",
    "title": "Rà soát",
    "per": "delivery",
    "owes": "body",
    "opens": {"events": ["task.assigned"]},
    "due": {"kind": "working_days", "days": 3},
    "pause": {"from": "task.difficulty", "to": "task.directed"},
    "exception": [
        {"name": "report", "when": ["to_report"], "due": {"kind": "working_days", "days": 6}}
    ],
    "fulfilled": [{"event": "task.accepted", "by": "obligor"}],
}
TO_REPORT = {
    "id": "to_report",
    "events": ["task.assigned"],
    "where": {"kind": ["report"]},
    "read": "until_due",
}


def dues(*told: Told) -> dict[tuple[str | None, str], date | None]:
    found = judged("document:VB-1", story(*told), by(TO_REPORT, REVIEW)).obligations
    return {(each.task_id, each.body): each.due for each in found}


def test_a_condition_of_a_task_is_of_that_task_alone_and_follows_its_correction() -> None:
    assigned = ("2026-03-02", "task.assigned")
    told: tuple[Told, ...] = (
        (*assigned, {"task_id": "T1", "kind": "execute"}),
        (*assigned, {"task_id": "T2", "kind": "report"}),
        ("2026-03-05", "task.corrected", {"task_id": "T1", "fields": {"kind": "report"}}),
        ("2026-03-11", "task.corrected", {"task_id": "T2", "fields": {"kind": "execute"}}),
    )
    # Three working days from Monday 2/3: 5/3, the day of the correction; six: 10/3.
    assert dues(*told[:2]) == {("T1", "PYT"): date(2026, 3, 5), ("T2", "PYT"): date(2026, 3, 10)}
    assert dues(*told) == {("T1", "PYT"): date(2026, 3, 10), ("T2", "PYT"): date(2026, 3, 10)}


def test_what_one_body_asks_stops_the_clock_for_that_body_and_the_answer_lets_it_go_on() -> None:
    assigned: Told = (
        "2026-03-02",
        "task.assigned",
        {"kind": "execute", "lead": ["PYT", "PNV"]},
    )
    asked: Told = ("2026-03-03", "task.difficulty", {"body": "PYT"})
    answered: Told = ("2026-03-10", "task.directed", {})
    # 4/3 to 10/3 stand still, five working days: 5/3 becomes 12/3.
    assert dues(assigned, asked, answered) == {
        ("T1", "PYT"): date(2026, 3, 12),
        ("T1", "PNV"): date(2026, 3, 5),
    }


def test_while_its_clock_stands_still_it_is_open_and_not_to_be_asked_for() -> None:
    history = story(
        ("2026-03-02", "petition.accepted", {}), ("2026-03-31", "petition.suspended", {})
    )
    (owed,) = (
        each
        for each in judged("petition:VB-1", history, of_petitions()).obligations
        if each.rule == "resolution"
    )
    assert owed.state(date(2026, 8, 1)) == OPEN
    assert (owed.overdue_on, owed.breach_on) == (None, None)
    assert owed.unasked(date(2026, 3, 31)) is None
    assert owed.unasked(date(2026, 4, 1)) == (date(2026, 4, 1), None)


def test_what_answers_too_late_says_itself_that_silence_has_lasted() -> None:
    told: tuple[Told, ...] = (
        ("2026-03-02", "petition.transferred", {}),
        ("2026-03-10", "petition.accepted", {"body": "PNV"}),
    )
    for through in (date(2026, 3, 2), date(2026, 3, 20)):
        found = judged("petition:VB-1", story(*told), of_petitions(), through)
        (owed,) = (each for each in found.obligations if each.rule == "opinion")
        assert (owed.met_on, owed.by_silence) == (date(2026, 3, 6), True)


def test_silence_is_not_told_before_it_has_lasted() -> None:
    history = story(("2026-03-02", "petition.transferred", {}))
    for through, met_on, next_opening in (
        (date(2026, 3, 5), None, date(2026, 3, 6)),
        (date(2026, 3, 6), date(2026, 3, 6), None),
    ):
        found = judged("petition:VB-1", history, of_petitions(), through)
        (owed,) = (each for each in found.obligations if each.rule == "opinion")
        assert (owed.met_on, owed.breach_on) == (met_on, None)
        assert owed.state(through) == (OPEN if met_on is None else MET)
        if next_opening:
            assert found.next_opening == next_opening


MARKED_URGENT = {"id": "urgent", "events": ["document.issued"], "where": {"urgency": ["khan"]}}
EACH_TIME = {
    "per": "occurrence",
    "owes": "lead",
    "due": {"kind": "data_date"},
    "fulfilled": [{"event": "task.completed", "by": "obligor"}],
}
RESULT = {
    "per": "completion",
    "owes": "office",
    "due": {"kind": "working_days", "days": 5},
    "fulfilled": [{"event": "task.result_accepted", "by": "lead"}],
}


@pytest.mark.parametrize("kind", [EACH_TIME, RESULT], ids=lambda each: each["per"])
@pytest.mark.parametrize(("urgency", "owed"), [("khan", "when"), ("normal", "unless")])
def test_a_condition_of_the_file_holds_for_what_a_task_brings_about_too(
    kind: dict[str, Any], urgency: str, owed: str
) -> None:
    rules = [
        {"id": key, "cite": "Điều 1", "title": "Thử", key: ["urgent"], **kind}
        for key in ("when", "unless")
    ]
    history = story(
        ("2026-03-02", "document.issued", {"urgency": urgency}),
        ("2026-03-02", "task.assigned", {"recurrence": "monthly:25", "due_on": None}),
        ("2026-03-10", "task.completed", {"completed_on": "2026-03-10"}),
    )
    found = judged("document:VB-1", history, by(MARKED_URGENT, *rules), date(2026, 3, 20))
    assert {each.rule for each in found.obligations} == {owed}


SUSPENDED: Told = ("2026-03-13", "petition.suspended", {})


def test_a_pause_that_goes_on_with_one_that_began_in_time_is_in_time_itself() -> None:
    """Each by another table: the first stops the clock before the term is over, the second while
    it stands still, and lasts."""
    rule = {
        "id": "opinion",
        "cite": "Điều 2",
        "title": "Cho ý kiến",
        "per": "event",
        "owes": "body of petition.accepted",
        "opens": {"events": ["petition.accepted"]},
        "due": {"kind": "working_days", "days": 2},
        "pause": [
            {"from": "petition.suspended", "to": "petition.resumed"},
            {"from": "petition.classified", "to": "petition.received"},
        ],
        "fulfilled": [{"event": "petition.resolved"}],
    }
    history = story(
        ("2026-03-11", "petition.accepted", {}),
        SUSPENDED,
        ("2026-03-17", "petition.classified", {}),
        ("2026-03-19", "petition.resumed", {}),
    )
    for due in ({"kind": "working_days", "days": 2}, {"kind": "working_hours", "hours": 16}):
        (owed,) = judged("petition:VB-1", history, by({**rule, "due": due})).obligations
        assert owed.state(date(2026, 4, 10)) == OPEN
        assert (owed.breach_on, owed.overdue_on) == (None, None)


def test_a_pause_beyond_what_is_allowed_says_so_and_names_no_days() -> None:
    """Suspended for the three days of `max`, then again: nothing of that counts."""
    history = story(
        ("2026-03-02", "petition.received", {"kind": "denunciation"}),
        ("2026-03-02", "petition.accepted", {}),
        ("2026-03-03", "petition.suspended", {}),
        ("2026-03-06", "petition.resumed", {}),
        ("2026-03-09", "petition.suspended", {}),
    )
    found = judged("petition:VB-1", history, of_petitions()).obligations
    (owed,) = (each for each in found if each.rule == "report_of_denunciation")
    # Five working days from Monday 2/3, 9/3; three more: 12/3.
    assert owed.due == date(2026, 3, 12)
    law = Law(of_petitions(), calendar(), default_directory(), policy())
    lines = str(explain(owed, law, load_texts("vi"), date(2026, 3, 10)))
    assert "Đã hết mức tối đa được tạm dừng nên thời hạn vẫn tính tiếp" in lines
    assert "từ ngày 10/3/2026 đến hết ngày 09/3/2026" not in lines
