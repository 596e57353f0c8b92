"""Where a day is not that of the event it follows from, the explanation says why.

Each of these was asked of an obligation of the sample by somebody with the regulation's text and a
wall calendar in hand.
"""

from __future__ import annotations

from datetime import date

import pytest
from support.explaining import LANGUAGES, explained, one, section
from support.stories import THROUGH, Told, every_obligation, texts

ASSIGNED: Told = ("2026-03-02", "task.assigned", {"due_on": "2026-03-20"})
DOCUMENT: Told = ("2026-03-02", "document.issued", {"task_count": 2, "body_count": 2})


def test_what_was_done_before_the_deadline_counts_from_the_day_after_it() -> None:
    """Điều 6.3.b: told on 18/3 that it was done, two days before the deadline of Friday 20/3;
    the duty to tell begins on the 21st and is met on that day."""
    done: Told = ("2026-03-18", "task.completed", {"completed_on": "2026-03-18"})
    update = one("document:1", "result_update", [ASSIGNED, done])
    assert (update.opened_on, update.met_on) == (date(2026, 3, 21), date(2026, 3, 21))
    assert section(update, "en", "outcome") == [
        "Fulfilled on 2026-03-21: task completed on 2026-03-18 (source /hscv, id e2).",
        "What happened before it opened counts, from the day on which it opened.",
    ]
    assert section(update, "vi", "outcome")[1:] == [
        "Việc làm trước ngày phát sinh vẫn được tính, kể từ ngày phát sinh."
    ]


def test_a_completion_counts_on_its_own_date_and_not_on_the_day_it_was_told() -> None:
    """Điều 4.1: done on 20/3, told on 23/3."""
    done: Told = ("2026-03-23", "task.completed", {"completed_on": "2026-03-20"})
    execution = one("document:1", "execution", [ASSIGNED, done])
    assert execution.met_on == date(2026, 3, 20)
    assert section(execution, "en", "outcome")[1:] == [
        "The date stated in the data counts, not 2026-03-23, the day of the event."
    ]
    assert section(execution, "vi", "outcome")[1:] == [
        "Tính theo ngày nêu trong thông tin gửi đến, không theo ngày gửi thông tin là 23/3/2026."
    ]


def test_of_two_completions_of_one_date_the_first_that_was_told_is_named() -> None:
    """Both say 20/3; the second, of 25/3, adds nothing."""
    first: Told = ("2026-03-23", "task.completed", {"completed_on": "2026-03-20"})
    again: Told = ("2026-03-25", "task.completed", {"completed_on": "2026-03-20"})
    execution = one("document:1", "execution", [ASSIGNED, first, again])
    assert section(execution, "en", "outcome")[0].endswith("on 2026-03-23 (source /hscv, id e2).")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_obligation_is_met_on_another_day_than_its_event_without_a_word_why(
    language: str,
) -> None:
    apart = 0
    for each in every_obligation():
        by = each.trace.get("met_by")
        if each.met_on is None or each.met_on > THROUGH or by is None:
            continue
        if by["on"] != each.met_on.isoformat():
            apart += 1
            why = "earlier" if by["on"] < each.met_on.isoformat() else "stated"
            words = texts(language).templates[f"explain.outcome.{why}"].partition("{")[0]
            assert any(line.startswith(words) for line in section(each, language, "outcome")), each
    assert apart >= 5


def test_the_last_of_the_announced_tasks_is_said_to_be_the_one_that_classified() -> None:
    """Điều 6.1.b: two tasks were announced, the second was assigned on 5/3."""
    told: list[Told] = [
        DOCUMENT,
        ("2026-03-03", "task.assigned", {"task_id": "T1"}),
        ("2026-03-05", "task.assigned", {"task_id": "T2"}),
    ]
    classification = one("document:1", "classification", told)
    assert section(classification, "en", "outcome") == [
        "Fulfilled on 2026-03-05: task assigned on 2026-03-05 (source /hscv, id e3).",
        (
            "With it as many tasks had been assigned as the document announces; where it "
            "announces none, the first is enough."
        ),
    ]
    classified: Told = ("2026-03-03", "document.classified", {"task_count": 2})
    by_word = one("document:1", "classification", [DOCUMENT, classified])
    assert len(section(by_word, "en", "outcome")) == 1


def test_information_says_what_it_waits_for_where_no_task_has_been_assigned() -> None:
    """Điều 5.1: the document's own fields are there, of its tasks nothing is known."""
    waiting = one("document:1", "information", [DOCUMENT])
    assert section(waiting, "en", "missing") == []
    assert section(waiting, "en", "outcome", date(2026, 3, 6))[1:] == [
        "It is fulfilled by: all information on the document and on each of its tasks entered."
    ]


def test_the_event_that_made_it_complete_is_said_to_have_done_so() -> None:
    """Điều 5.1 and 16.2: the last of what was missing."""
    told: list[Told] = [
        ("2026-03-02", "document.issued", {"task_count": 1, "signer": None}),
        ("2026-03-02", "task.assigned", {}),
        ("2026-03-04", "document.corrected", {"fields": {"signer": "Chủ tịch"}}),
    ]
    information = one("document:1", "information", told)
    assert section(information, "vi", "outcome")[1:] == ["Đến đây, thông tin đã đầy đủ."]
    inspected: list[Told] = [
        ("2026-03-02", "inspection.decided", {"bodies": ["PYT"], "lead": "PNV"}),
        ("2026-03-18", "inspection.ended", {"ended_on": "2026-03-18"}),
        ("2026-03-19", "inspection.reported", {"reported_to_chairman": True}),
        ("2026-03-20", "inspection.reported", {"notified_bodies": ["PYT"]}),
    ]
    report = one("inspection:1", "inspection_report", inspected)
    assert section(report, "en", "outcome") == [
        "Fulfilled on 2026-03-20: inspection reported on 2026-03-20 (source /hscv, id e4).",
        "With it everything that is needed had been told.",
    ]


def test_an_update_owed_from_within_a_month_says_why_not_from_its_first_day() -> None:
    """Điều 6.3.b: a task without a deadline was assigned on Monday 23/3."""
    told: list[Told] = [("2026-03-23", "task.assigned", {"due_on": None})]
    march = one("document:1", "status_update", told, due=date(2026, 4, 10))
    assert section(march, "en", "opening") == [
        "Opened on 2026-03-23.",
        "Event: task assigned on 2026-03-23 (source /hscv, id e1).",
        "It opens by the calendar, for month 3/2026, which is 2026-03-01 to 2026-03-31.",
        "Within this period it is owed from the day of that event on, not from its first day.",
    ]
    april = one("document:1", "status_update", told, due=date(2026, 5, 11))
    assert len(section(april, "en", "opening")) == 2


def test_days_before_the_due_date_are_not_called_days_of_lateness() -> None:
    """Điều 6.2.a: returned on 3/3, the deadline was Wednesday 4/3: late from 5/3 on."""
    waiting = one("document:returned-and-waiting", "execution", task_id="T1")
    assert section(waiting, "en", "breach")[-1] == "From 2026-03-05, with no end yet."
    answered = one("document:returned-and-waiting", "execution", task_id="T2", ended_on=None)
    assert section(answered, "en", "breach")[-1] == "From 2026-03-05 until before 2026-03-12."


def test_a_return_that_came_after_lateness_had_begun_is_not_told_as_its_excuse() -> None:
    """Điều 6.2.a: late from 3/3 on; delivered again on 11/3 and returned in time on 12/3, which
    takes nothing away from the days before."""
    told: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-02"}),
        ("2026-03-11", "task.assigned", {"due_on": "2026-03-02", "unit": "Tổ nội chính"}),
        ("2026-03-12", "task.returned", {}),
    ]
    late = one("document:1", "execution", told)
    assert late.breach_on == date(2026, 3, 3)
    assert late.trace["excused"] == [["2026-03-12", None]]
    assert section(late, "en", "breach")[1:] == ["A breach since 2026-03-03."]


@pytest.mark.parametrize(
    ("stream", "rule", "subject"),
    [("reports:PYT", "body_report", "2026-04"), ("reports:VP", "office_report", "2026-03")],
)
def test_a_date_that_moves_off_a_day_off_has_its_ground_in_the_civil_code(
    stream: str, rule: str, subject: str
) -> None:
    """Whatever fixes the date: 10/5/2026 and 19/4/2026 are Sundays (Điều 21)."""
    report = one(stream, rule, [], subject=subject)
    assert report.due is not None
    assert report.due.weekday() == 0
    shown = explained(report, "vi").section("general_readings")
    assert shown is not None
    grounds = ("khoản 5 Điều 148", "khoản 5 Điều 153", "khoản 3 Điều 16")
    assert any(all(ground in line for ground in grounds) for line in shown.lines)
