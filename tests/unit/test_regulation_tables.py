"""A regulation as a table, and what changes between two."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from dondoc.rules.default_deadline import DefaultDeadline
from dondoc.rules.explaining.regulation_difference import (
    RegulationDifference,
    regulation_difference,
)
from dondoc.rules.explaining.regulation_parts import assigning_rows, schedule_rows, undoing_rows
from dondoc.rules.explaining.regulation_phrases import phrase
from dondoc.rules.explaining.regulation_tables import reading_rows, regulation_rows
from dondoc.rules.own_condition import PauseBetween
from dondoc.rules.period_days import DayOf
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.regulation import Regulation, Undoing
from dondoc.rules.rule import (
    BACK,
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    DATA_DATE,
    FIXED_DATE,
    FORWARD,
    WORKING_DAYS,
    WORKING_HOURS,
    Accumulation,
    Excuse,
    Fulfilment,
    Opening,
    Requirement,
    Term,
)
from support.stories import shipped

DATA = shipped("regulations/02-2015-qd-ubnd.toml")

Change = Callable[[dict[str, Any]], None]


def regulation(change: Change | None = None) -> Regulation:
    """The regulation that ships, its file changed by *change*."""
    data = deepcopy(DATA)
    if change is not None:
        change(data)
    return parse_regulation(data, "regulation.toml")


def rule(data: dict[str, Any], rule_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in data["rule"] if each["id"] == rule_id)
    return found


def differences(change: Change) -> list[RegulationDifference]:
    return list(regulation_difference(regulation(), regulation(change)))


def test_every_kind_of_period_has_a_row_with_the_rules_owed_by_it() -> None:
    rows = {row.id: row for row in schedule_rows(regulation())}
    assert rows.keys() == DATA["schedule"].keys()
    assert rows["month"].rules == "status_update, body_report, office_report"
    assert rows["month"].opens == "the day after the last"
    assert (rows["half_year"].first, rows["half_year"].last) == (
        "day 1 of month 2 before the first month",
        "last day of month 4 after the first month",
    )


def test_the_documents_that_assign_are_listed_by_authority() -> None:
    rows = {row.authority: row.types for row in assigning_rows(regulation())}
    assert rows["office"] == "CV, TB"
    assert rows["province"] == "every document received"

    def none_received(data: dict[str, Any]) -> None:
        data["assigning"]["received"] = False

    assert "province" not in {row.authority for row in assigning_rows(regulation(none_received))}


def test_what_takes_a_completion_back_is_listed_with_what_it_must_say() -> None:
    assert undoing_rows(regulation()) == (
        ("task.completion_rejected", ""),
        ("task.progress", "status = not_started or in_progress"),
    )


def _rejected_alone(data: dict[str, Any]) -> None:
    data["completion"]["undone_by"].pop()


def test_a_rule_has_a_clock_where_any_of_its_terms_says_by_when() -> None:
    clocked = {each.id for each in regulation().rules if each.has_clock}
    assert {"classification", "execution", "body_report", "requested_report"} <= clocked
    assert clocked.isdisjoint({"urging", "open_execution", "secret_report", "publication"})


def test_every_rule_has_a_row_with_what_it_asks() -> None:
    rows = {row.id: row for row in regulation_rows(regulation())}
    assert list(rows) == [each["id"] for each in DATA["rule"]]
    review = rows["review"]
    assert review.cite == "Điều 6.2.b"
    assert review.owes == "body, never office"
    assert review.opens == (
        "task.assigned or task.corrected or task.due_changed or task.extension_granted or"
        " task.reassigned"
    )
    assert review.term == "1 working day from the opening"
    assert review.notes == (
        "a breach only where met late by task.returned; "
        "a completion taken back after the due date still counts; readings: 2"
    )
    assert rows["body_report"].owes == "body, only department or commune"
    assert rows["body_report"].term.startswith(
        "month: target day 9 of month 1 after the first month, due day 10 of month 1 after the"
        " first month, moved off days off; half_year: "
    )
    assert rows["return_handling"].term == "none, its age is shown"
    assert rows["urging"].opens == "execution overdue"
    assert rows["secret_report"].notes.startswith("off: The text gives no dates.")
    for row in rows.values():
        assert all((row.title, row.per, row.opens, row.fulfilled_by)), row


def test_the_readings_have_rows_of_their_own_in_either_language() -> None:
    english, vietnamese = (reading_rows(regulation(), language) for language in ("en", "vi"))
    given = len(DATA["reading"]) + sum(len(each.get("reading", ())) for each in DATA["rule"])
    assert len(english) == len(vietnamese) == given
    for one, other in zip(english, vietnamese, strict=True):
        assert one.rule == other.rule
        assert one.chosen != other.chosen
        assert one.rejected != other.rejected


def test_a_regulation_does_not_differ_from_itself() -> None:
    assert differences(lambda _: None) == []


def test_a_rule_that_is_added_or_removed_is_one_difference() -> None:
    def remove(data: dict[str, Any]) -> None:
        data["rule"].remove(rule(data, "plan"))

    removed = RegulationDifference(
        "removed", "rule[plan]", "", "Điều 12.1, 15.1.a Kế hoạch kiểm tra năm", ""
    )
    assert differences(remove) == [removed]
    assert regulation_difference(regulation(remove), regulation()) == (
        RegulationDifference("added", "rule[plan]", "", "", removed.old),
    )


def _longer_review(data: dict[str, Any]) -> None:
    rule(data, "review")["due"]["days"] = 2


def _later_reports(data: dict[str, Any]) -> None:
    rule(data, "body_report")["period"][0]["due"]["day"] = 12


def _another_month(data: dict[str, Any]) -> None:
    data["schedule"]["month"]["last"] = {"day": 24}


def _more_types(data: dict[str, Any]) -> None:
    data["assigning"]["documents"][2]["types"].append("KH")


def _repealed(data: dict[str, Any]) -> None:
    data["in_force_to"] = date(2026, 12, 31)


def _counted(data: dict[str, Any]) -> None:
    rule(data, "coordination")["breach"] = True


def _read_otherwise(data: dict[str, Any]) -> None:
    rule(data, "execution")["reading"][0]["chosen"]["vi"] = "Đúng ngày."


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (
            _longer_review,
            (
                "changed",
                "rule[review]",
                "due",
                "1 working day from the opening",
                "2 working days from the opening",
            ),
        ),
        (
            _later_reports,
            (
                "changed",
                "rule[body_report]",
                "period[month].due",
                "day 10 of month 1 after the first month, moved off days off",
                "day 12 of month 1 after the first month, moved off days off",
            ),
        ),
        (
            _another_month,
            (
                "changed",
                "schedule[month]",
                "last",
                "last day of the first month",
                "day 24 of the first month",
            ),
        ),
        (_more_types, ("changed", "assigning", "documents[office]", "CV, TB", "CV, KH, TB")),
        (
            _rejected_alone,
            (
                "changed",
                "completion",
                "undone_by",
                (
                    "task.completion_rejected by Điều 7.1; task.progress where status ="
                    " not_started or in_progress by Điều 7.2.b"
                ),
                "task.completion_rejected by Điều 7.1",
            ),
        ),
        (_repealed, ("added", "regulation", "in_force_to", "", "2026-12-31")),
        (_counted, ("changed", "rule[coordination]", "breach", "false", "true")),
        (
            _read_otherwise,
            (
                "changed",
                "rule[execution]",
                (
                    "reading[chuyển lại Văn phòng HĐND và UBND huyện để điều chỉnh hoặc chuyển "
                    "đến cơ quan, đơn vị khác].chosen.vi"
                ),
                (
                    "Nhiệm vụ chuyển trả đúng hạn thuộc trách nhiệm Văn phòng cho đến khi được "
                    "giao lại; ý kiến chỉ đạo mà không giao lại thì chưa tính vi phạm."
                ),
                "Đúng ngày.",
            ),
        ),
    ],
)
def test_each_key_that_changes_is_told_with_its_old_and_new_value(
    change: Change, difference: tuple[str, ...]
) -> None:
    assert differences(change) == [RegulationDifference(*difference)]


WHERE = (("status", ("done",)),)
OTHERS: list[tuple[Any, dict[str, Any]]] = [
    (DayOf(1, 9), {"months": 2, "day": 10}),
    (
        Term(WORKING_DAYS, 5),
        {
            "kind": CALENDAR_DAYS,
            "days": 6,
            "start": "event",
            "inclusive": True,
            "rolls": FORWARD,
        },
    ),
    (Term(FIXED_DATE, on=DayOf(1, 9)), {"kind": DATA_DATE, "on": DayOf(1, 0), "rolls": FORWARD}),
    (Term(CALENDAR_MONTHS, months=1), {"months": 2}),
    (Term(DATA_DATE), {"past_binds": True, "until": 840}),
    (Term(WORKING_HOURS, hours=4), {"hours": 8}),
    (Term(DATA_DATE, rolls=FORWARD), {"rolls": BACK}),
    (
        Opening(frozenset({"task.assigned"}), met=("execution",)),
        {
            "events": frozenset({"task.returned"}),
            "on": ("issued_on",),
            "once_for": ("subject",),
            "absent": "none",
            "leaves_to": "review",
            "where": WHERE,
            "after_deadline": True,
            "overdue": "review",
            "met": ("execution", "review"),
            "of": ("office",),
        },
    ),
    (
        Fulfilment("task.completed"),
        {
            "event": "task.progress",
            "by": "lead",
            "where": WHERE,
            "date": "completed_on",
            "same": ("request_id",),
            "opened_where": WHERE,
            "not_before": "cut_off",
        },
    ),
    (
        Undoing("task.progress"),
        {"event": "task.completion_rejected", "where": WHERE, "cite": "Điều 7.1"},
    ),
    (
        Accumulation("report.published", "channels", ("hscv",)),
        {
            "event": "report.submitted",
            "field": "covers",
            "needs": ("portal",),
            "where": WHERE,
            "when": ("team",),
        },
    ),
    (
        Accumulation("inspection.reported", "notified_bodies", (), "inspection.decided", "bodies"),
        {"needs_event": "inspection.ended", "needs_field": "others"},
    ),
    (
        Requirement("a", "task", ("unit",)),
        {
            "point": "b",
            "of": "document",
            "fields": ("unit", "officer"),
            "when": ("class_4_1",),
            "unless": ("from_province",),
        },
    ),
    (Excuse(rule="classification"), {"rule": "review"}),
    (
        PauseBetween(frozenset({"petition.suspended"}), frozenset({"petition.resumed"})),
        {
            "begins": frozenset({"petition.classified"}),
            "ends": frozenset({"petition.accepted"}),
            "most": 10,
            "most_hours": 8,
        },
    ),
    (
        DefaultDeadline("Điều 5", Term(WORKING_DAYS, 5)),
        {
            "cite": "Điều 6",
            "term": Term(CALENDAR_DAYS, 5),
            "start": "document",
            "where": (("urgency", ("khan",)),),
        },
    ),
    (DefaultDeadline("", Term(CALENDAR_DAYS, 5)), {"term": Term(CALENDAR_DAYS, 5, rolls=BACK)}),
    (
        DefaultDeadline("", Term(CALENDAR_MONTHS, months=5)),
        {"term": Term(CALENDAR_MONTHS, months=5, inclusive=True)},
    ),
    (
        Excuse(by="task.returned", in_time_of="review", until=frozenset({"task.assigned"})),
        {"by": "task.difficulty", "in_time_of": "x", "until": frozenset({"task.directed"})},
    ),
]


@pytest.mark.parametrize(("value", "others"), OTHERS)
def test_no_change_hides_behind_a_phrase(value: Any, others: dict[str, Any]) -> None:
    known = {each.name for part, _ in OTHERS if type(part) is type(value) for each in fields(part)}
    tried = {name for part, said in OTHERS if type(part) is type(value) for name in said}
    assert tried == known
    for name, other in others.items():
        assert phrase(replace(value, **{name: other})) != phrase(value), name
