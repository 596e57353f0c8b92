"""Whoever reported something and does not see it counted is told why, for every reason there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

import pytest
from dondoc.commands.terminal.answering import Answering, missed
from dondoc.commands.terminal.texts import every_text
from dondoc.commands.terminal.words import Words
from dondoc.rules.events import Event
from dondoc.rules.explaining.answering import WHYS, ReportAnswer, answers
from dondoc.rules.obligations import Obligation
from support.natural_events import natural
from support.stories import SINCE, law, texts

ISSUED, TASK, DONE = "document.issued", "task.assigned", "task.completed"
PROGRESS, REJECTED = "task.progress", "task.completion_rejected"
Told = tuple[str, str, Mapping[str, object]]
GIVEN: list[Told] = [
    ("2026-03-02", ISSUED, {"task_count": 1}),
    ("2026-03-02", TASK, {"lead": "PYT", "due_on": "2026-03-20"}),
]


def history(*told: Told, subject: str = "VB-1") -> list[Event]:
    """What was told of *subject*, in order."""
    events = []
    for number, (day, type_, data) in enumerate(told):
        time = datetime.fromisoformat(f"{day}T09:00:00+07:00")
        said = {**natural(type_, time.date()), **data}
        events.append(Event("/hscv", f"e{number}", type_, subject, time, None, said, time.date()))
    return events


def asked(
    stream: str, told: list[Told], as_of: str, rule: str = "execution", body: str = "PYT"
) -> list[ReportAnswer]:
    """What is answered on *as_of* about the obligation of *body* under *rule*; of several the
    last that opened."""
    day = date.fromisoformat(as_of)
    events = [e for e in history(*told, subject=stream.partition(":")[2]) if e.on <= day]
    found = [
        each
        for each in law().project(stream, events, SINCE, day).obligations
        if each.rule == rule and each.body == body
    ]
    assert found, "there is no such obligation"
    obligation: Obligation = max(found, key=lambda each: each.opened_on)
    return answers(obligation, law(), events, day)


DOCUMENT, REPORTS = "document:VB-1", "reports:PYT"
DONE_ON_10 = ("2026-03-10", DONE, {"body": "PYT", "completed_on": "2026-03-10"})
CASES: dict[str, tuple[str, list[Told], str, str, str]] = {
    "in_time": (DOCUMENT, [*GIVEN, DONE_ON_10], "2026-03-31", "execution", "Điều 4.1"),
    "late_breach": (
        DOCUMENT,
        [*GIVEN, ("2026-03-25", DONE, {"body": "PYT", "completed_on": "2026-03-25"})],
        "2026-03-31",
        "execution",
        "Điều 4.1",
    ),
    "rejected": (
        DOCUMENT,
        [*GIVEN, DONE_ON_10, ("2026-03-12", REJECTED, {"body": "PYT"})],
        "2026-03-31",
        "execution",
        "Điều 7.1",
    ),
    "taken_back": (
        DOCUMENT,
        [*GIVEN, DONE_ON_10, ("2026-03-12", PROGRESS, {"body": "PYT", "status": "in_progress"})],
        "2026-03-31",
        "execution",
        "Điều 7.2.b",
    ),
    "other_body": (
        DOCUMENT,
        [*GIVEN, ("2026-03-10", DONE, {"body": "XDS", "completed_on": "2026-03-10"})],
        "2026-03-31",
        "execution",
        "Điều 4.1",
    ),
    "ended_code": (
        DOCUMENT,
        [
            ("2026-08-03", ISSUED, {"task_count": 1}),
            ("2026-08-03", TASK, {"lead": "PYT", "due_on": "2026-08-20"}),
            ("2026-08-10", DONE, {"body": "PNV", "completed_on": "2026-08-10"}),
        ],
        "2026-08-31",
        "execution",
        "Điều 4.1",
    ),
    "unfinished": (
        DOCUMENT,
        [*GIVEN, ("2026-03-10", PROGRESS, {"body": "PYT", "status": "in_progress"})],
        "2026-03-31",
        "execution",
        "Điều 4.1",
    ),
    "after_end": (
        DOCUMENT,
        [
            *GIVEN,
            ("2026-03-05", "task.withdrawn", {}),
            ("2026-03-10", DONE, {"body": "PYT", "completed_on": "2026-03-10"}),
        ],
        "2026-03-31",
        "execution",
        "Điều 4.1",
    ),
    "earlier_charge": (
        DOCUMENT,
        [
            *GIVEN,
            DONE_ON_10,
            ("2026-03-11", "task.reassigned", {"lead": "XDS"}),
            ("2026-03-12", "task.reassigned", {"lead": "PYT"}),
        ],
        "2026-03-31",
        "execution",
        "Điều 4.1",
    ),
    "other_task": (
        DOCUMENT,
        [
            *GIVEN,
            ("2026-03-10", DONE, {"body": "PYT", "task_id": "T-9", "completed_on": "2026-03-10"}),
        ],
        "2026-03-31",
        "execution",
        "Điều 4.1",
    ),
    "other_period": (
        REPORTS,
        [
            (
                "2026-04-06",
                "report.submitted",
                {
                    "report": "body_progress",
                    "body": "PYT",
                    "period": "2026-02",
                    "submitted_on": "2026-04-06",
                },
            )
        ],
        "2026-04-08",
        "body_report",
        "Điều 19.1",
    ),
    "early": (
        REPORTS,
        [
            (
                "2026-03-16",
                "report.submitted",
                {
                    "report": "body_progress",
                    "body": "PYT",
                    "period": "2026-03",
                    "submitted_on": "2026-03-16",
                },
            )
        ],
        "2026-04-08",
        "body_report",
        "Điều 19.1",
    ),
}


@pytest.mark.parametrize("why", CASES)
def test_it_is_told_whether_and_why_what_was_reported_counts(why: str) -> None:
    stream, told, as_of, rule, cite = CASES[why]
    found = asked(stream, told, as_of, rule)
    assert [each.why for each in found] == [why], found
    assert found[0].cite.startswith(cite)
    for language in ("vi", "en"):
        line = Answering(Words(language), texts(language), law()).line(found[0])
        assert not {"{", "?"} & set(line), line
        assert not re.search(r"/hscv|\be\d", line)


def test_every_reason_has_its_words_in_both_languages() -> None:
    for language in ("vi", "en"):
        known = every_text(language)
        assert [why for why in WHYS if f"answer.{why}" not in known] == []


def test_the_official_reads_what_came_when_why_and_by_which_article() -> None:
    wording = Answering(Words("vi"), texts("vi"), law())
    stream, told, as_of, rule, _ = CASES["rejected"]
    (answer,) = asked(stream, told, as_of, rule)
    assert wording.line(answer) == (
        "Phòng Y tế báo hoàn thành nhiệm vụ ngày 10/03/2026: không được tính, vì ngày 12/03/2026"
        " Văn phòng không công nhận kết quả (khoản 1 Điều 7)."
    )
    stream, told, as_of, rule, _ = CASES["after_end"]
    (answer,) = asked(stream, told, as_of, rule)
    assert "không được tính, vì việc này đã chấm dứt từ ngày 05/03/2026 (thu hồi nhiệm vụ;" in (
        wording.line(answer)
    )


def test_what_is_not_known_yet_on_a_day_is_not_told() -> None:
    stream, told, _, rule, _ = CASES["rejected"]
    assert [each.why for each in asked(stream, told, "2026-03-11", rule)] == ["in_time"]
    assert asked(stream, told, "2026-03-09", rule) == []


def test_of_a_whole_document_only_what_is_missed_is_told() -> None:
    day = date(2026, 3, 31)
    events = history(*GIVEN, DONE_ON_10)
    found = [
        answer
        for each in law().project(DOCUMENT, events, SINCE, day).obligations
        if each.rule in ("execution", "review")
        for answer in answers(each, law(), events, day)
    ]
    assert all(each.why != "in_time" for each in missed(found, day))


def of_the_document(told: list[Told], day: date) -> list[ReportAnswer]:
    events = [each for each in history(*told) if each.on <= day]
    found = law().project(DOCUMENT, events, SINCE, day).obligations
    return [answer for each in found for answer in answers(each, law(), events, day)]


REFUSED_LATE: list[Told] = [
    *GIVEN,
    ("2026-03-23", DONE, {"body": "PYT", "completed_on": "2026-03-23"}),
    ("2026-03-24", REJECTED, {"body": "PYT"}),
]


def test_what_counts_for_one_duty_and_was_refused_for_another_is_told_of_both() -> None:
    """A completion that came too late to confirm the task is refused as a result as well."""
    told = [*missed(of_the_document(REFUSED_LATE, date(2026, 3, 31)), date(2026, 3, 31))]
    done = [(each.why, each.obligation.rule) for each in told if each.told.get("type") == DONE]
    assert ("rejected", "execution") in done
    assert [why for why, _ in done if why.startswith("late")], "it counts for another duty"


def test_what_says_nothing_against_it_is_told_of_the_duty_that_it_counts_for_alone() -> None:
    told: list[Told] = [
        *GIVEN,
        ("2026-03-16", PROGRESS, {"body": "PYT", "status": "in_progress"}),
    ]
    day = date(2026, 3, 18)
    found = of_the_document(told, day)
    assert {"unfinished"} & {each.why for each in found}
    assert not {"unfinished", "another_value"} & {each.why for each in missed(found, day)}


def test_what_is_late_names_the_duty_that_it_is_late_for() -> None:
    day = date(2026, 3, 31)
    found = [each for each in of_the_document(REFUSED_LATE, day) if each.why.startswith("late")]
    for language in ("vi", "en"):
        wording = Answering(Words(language), texts(language), law())
        for each in found:
            duty = texts(language).duty(law().names(each.obligation).rule)
            assert duty in wording.line(each)
