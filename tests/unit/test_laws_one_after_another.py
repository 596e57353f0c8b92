"""One regulation follows another: what holds for every history, and what an explanation says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from dondoc.rules.events import Event
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.in_force import Regulations
from dondoc.rules.judging.projection import project
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation, Projection
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from hypothesis import given, settings
from hypothesis import strategies as st
from support.case_law import REGULATION, calendar, default_directory, regulation_data
from support.histories import STREAMS, histories, of_stream
from support.stories import Told, history, law, texts

MANY = settings(max_examples=100, deadline=None)
PLAIN, WITH_CLAUSES = "successor", "successor-with-clauses"
SINCE = date(2025, 11, 1)


@cache
def laws(successor: str, day: date) -> Regulations:
    """02/2015, and *successor* from *day* on."""
    old, new = regulation_data(REGULATION), regulation_data(successor)
    old["in_force_to"], new["in_force_from"] = date.fromordinal(day.toordinal() - 1), day
    for clause in new.get("transition", ()):
        for key in ("begun_before", "opened_from"):
            if key in clause:
                clause[key] += day - date(2025, 7, 1)
    pairs = ((old, REGULATION), (new, successor))
    return together([(parse_regulation(data, name), name) for data, name in pairs])


def judged(successor: str, day: date, stream: str, told: list[Event], through: date) -> Projection:
    law_of_both = laws(successor, day)
    return project(stream, told, law_of_both, calendar(), default_directory(), SINCE, through)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, date, str, list[Event]]:
    """A history in whose midst one regulation follows another."""
    stream = draw(st.sampled_from(STREAMS))
    told = of_stream(stream, draw(histories(stream.partition(":")[0])))
    day = draw(st.dates(date(2025, 12, 1), date(2026, 7, 1)))
    return draw(st.sampled_from((PLAIN, WITH_CLAUSES))), day, stream, told


@MANY
@given(changes(), st.dates(date(2025, 10, 1), date(2027, 3, 31)))
def test_a_later_projection_cut_at_an_earlier_day_is_the_earlier_projection(
    change: tuple[str, date, str, list[Event]], early: date
) -> None:
    late = date(2027, 6, 30)
    cut = [each for each in judged(*change, late).obligations if each.opened_on <= early]
    assert list(judged(*change, early).obligations) == cut


@MANY
@given(changes(), st.dates(date(2025, 10, 1), date(2027, 3, 31)))
def test_the_next_opening_is_the_day_on_which_the_next_obligation_opens(
    change: tuple[str, date, str, list[Event]], through: date
) -> None:
    opening, horizon = judged(*change, through).next_opening, date(2027, 12, 31)
    later = judged(*change, horizon).obligations
    opened = [each.opened_on for each in later if each.opened_on > through]
    if opening is None or opening > horizon:
        assert not opened
    else:
        assert through < opening <= min(opened, default=horizon)


@MANY
@given(changes())
def test_nothing_is_owed_twice_and_nothing_opens_by_a_law_of_other_days_without_a_reason(
    change: tuple[str, date, str, list[Event]],
) -> None:
    successor, day, *_ = change
    found = judged(*change, date(2027, 3, 31)).obligations
    assert len({each.id for each in found}) == len(found)
    for each in found:
        in_force = laws(successor, day).of_the_day(each.rule, each.opened_on).regulation
        assert ("law" in each.trace) == (in_force is None or each.regulation != in_force.id), each


def one(told: list[Told], stream: str, rule: str) -> Obligation:
    """The last obligation of *rule*, by 02/2015 and what follows it on 1/7/2025."""
    both = laws(successor_of(rule), date(2025, 7, 1))
    found = project(
        stream,
        history(stream, told),
        both,
        calendar(),
        default_directory(),
        date(2025, 6, 1),
        date(2025, 7, 31),
    )
    return [each for each in found.obligations if each.rule == rule][-1]


def successor_of(rule: str) -> str:
    return "successor-with-clauses" if rule in ("status_update", "feedback_response") else PLAIN


def why(obligation: Obligation, language: str, as_of: date) -> list[str]:
    both = laws(successor_of(obligation.rule), date(2025, 7, 1))
    by = Law(both, law().calendar, law().directory, law().policy)
    section = explain(obligation, by, texts(language), as_of).section("duty")
    assert section is not None
    return [line for line in section.lines if line.startswith(("Áp dụng", "15/2025"))]


INSPECTED: Told = ("2025-06-16", "inspection.decided", {})
ENDED: Told = ("2025-07-02", "inspection.ended", {"ended_on": "2025-06-30"})
TOLD_LATE: Told = ("2025-07-02", "document.issued", {"issued_on": "2025-06-30", "task_count": 1})
ASSIGNED: Told = ("2025-07-02", "task.assigned", {"due_on": "2025-07-12"})


def test_an_explanation_says_by_which_law_and_why_and_what_is_in_force_by_now() -> None:
    report = one([INSPECTED, ENDED], "inspection:1", "inspection_report")
    assert why(report, "vi", date(2025, 6, 30)) == [
        "Áp dụng 02/2015/QĐ-UBND: đang có hiệu lực vào ngày 30/6/2025 là ngày phát sinh nghĩa vụ."
    ]
    assert why(report, "vi", date(2025, 7, 2))[1:] == [
        (
            "15/2025/QĐ-UBND có hiệu lực từ ngày 01/7/2025; nghĩa vụ đã phát sinh trước đó tiếp "
            "tục theo 02/2015/QĐ-UBND."
        )
    ]


def test_an_explanation_says_that_a_documents_own_rules_go_by_its_day() -> None:
    execution = one([TOLD_LATE, ASSIGNED], "document:1", "execution")
    assert execution.opened_on == date(2025, 7, 2)
    assert why(execution, "vi", date(2025, 7, 2))[0] == (
        "Áp dụng 02/2015/QĐ-UBND: đang có hiệu lực vào ngày 30/6/2025 là ngày của văn bản; "
        "yêu cầu của chính văn bản theo quy định có hiệu lực vào ngày đó."
    )


@pytest.mark.parametrize(
    ("told", "stream", "rule", "said"),
    [
        (
            [("2025-06-30", "task.assigned", {})],
            "document:1",
            "status_update",
            "02/2015/QĐ-UBND theo quy định chuyển tiếp tại khoản 1 Điều 20 của 16/2025/QĐ-UBND.",
        ),
        (
            [("2025-06-24", "feedback.received", {})],
            "feedback:1",
            "feedback_response",
            "16/2025/QĐ-UBND theo quy định chuyển tiếp tại khoản 2 Điều 20 của 16/2025/QĐ-UBND.",
        ),
    ],
)
def test_an_explanation_names_the_transitional_clause(
    told: list[Told], stream: str, rule: str, said: str
) -> None:
    assert why(one(told, stream, rule), "vi", date(2025, 7, 31)) == [f"Áp dụng {said}"]


def test_where_there_has_been_one_regulation_nothing_is_said_of_others() -> None:
    report = one([INSPECTED, ENDED], "inspection:1", "inspection_report")
    (old, _) = laws(PLAIN, date(2025, 7, 1)).all
    alone = Law(
        together([(replace(old, in_force_to=None), "old")]),
        law().calendar,
        law().directory,
        law().policy,
    )
    section = explain(report, alone, texts("vi"), date(2025, 7, 31)).section("duty")
    assert section is not None
    assert not any("Áp dụng" in line for line in section.lines)
