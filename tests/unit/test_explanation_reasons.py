"""What a lawyer asks beside the days: which exception, what moved, what ended, which reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.rules.explaining.explanation import explain
from dondoc.rules.obligations import FormerDeadline
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from support.explaining import (
    ANOTHER_DAY_OFF,
    FEEDBACK,
    LONGER_CALENDAR,
    NO_REGULATION,
    ONE_DAY_OFF_LESS,
    REPEALED,
    changed,
    one,
    section,
)
from support.stories import (
    SINCE,
    STORIES,
    THROUGH,
    Told,
    configured_regulation,
    every_obligation,
    history,
    law,
    owed,
    texts,
)

JUNE_30 = date(2026, 6, 30)


def test_days_before_the_deadline_was_known_excuse_nothing() -> None:
    """Returned on 3/3 and delivered again on 11/3; on 12/3 the deadline is set to 10/3, which,
    where an office reads that it binds all the same, nobody can have missed before 13/3: the days
    until 11/3 put nothing off."""
    told: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-30"}),
        ("2026-03-03", "task.returned", {"body": "PYT", "reason": "x"}),
        ("2026-03-11", "task.assigned", {"due_on": "2026-03-30"}),
        ("2026-03-12", "task.due_changed", {"due_on": "2026-03-10", "decided_by": "x"}),
    ]
    data = configured_regulation()
    due = {"kind": "data_date", "rolls": True, "past_binds": True}
    next(rule for rule in data["rule"] if rule["id"] == "execution")["due"] = due
    by = changed(together([(parse_regulation(data, "past.toml"), "past.toml")]))
    found = by.project("document:known", history("document:known", told), SINCE, THROUGH)
    (owed,) = [each for each in found.obligations if each.rule == "execution"]
    assert (owed.due, owed.breach_on) == (date(2026, 3, 10), date(2026, 3, 13))
    assert not any("không tính vì" in line for line in section(owed, "vi", "breach", by=by))


def test_a_task_back_with_the_office_is_not_said_to_be_within_its_term() -> None:
    """Điều 6.2.a: returned on 3/3 in time; its deadline of 20/3 has passed on 21/3."""
    returned: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-20"}),
        ("2026-03-03", "task.returned", {"body": "PYT", "reason": "x"}),
    ]
    owed = one("document:1", "execution", returned)
    for day, standing in (
        (20, "open, within its term"),
        (21, "open, its task back with the Office"),
    ):
        first = section(owed, "en", "breach", date(2026, 3, day))[0]
        assert first == f"At the end of 2026-03-{day}: {standing}."


def test_a_date_that_was_over_when_it_was_set_is_told_and_what_runs_in_its_place() -> None:
    """Điều 4.1: due on 20/3, moved on 12/3 to 11/3; T2 was assigned with a day that was over."""
    told: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-20"}),
        ("2026-03-12", "task.due_changed", {"due_on": "2026-03-11"}),
        ("2026-03-12", "task.assigned", {"task_id": "T2", "due_on": "2026-03-11"}),
    ]
    stays = one("document:1", "execution", told, task_id="T1")
    assert section(stays, "en", "moves") == [
        (
            "2026-03-11 was over by then and binds nobody: deadline changed on 2026-03-12 "
            "(source /hscv, id e2)."
        )
    ]
    assert section(stays, "en", "term")[-1] == "The term ends at 24:00 of Fri 2026-03-20."
    awaiting = one("document:1", "execution", told, task_id="T2")
    assert section(awaiting, "vi", "moves")[0].startswith("Thời hạn 11/3/2026 khi đó đã qua")
    assert section(awaiting, "vi", "term")[0].startswith("Thời hạn đã qua khi được ấn định")


def test_nobody_is_said_to_wait_for_a_new_deadline_of_what_is_done_or_withdrawn() -> None:
    """Điều 4.1: assigned on 12/3 with a day that was over, then done, or withdrawn, on 16/3."""
    for type_ in ("task.completed", "task.withdrawn"):
        told: list[Told] = [
            ("2026-03-12", "task.assigned", {"due_on": "2026-03-11"}),
            ("2026-03-16", type_, {}),
        ]
        closed = one("document:1", "execution", told)
        day = date(2026, 3, 16)
        assert section(closed, "vi", "term", day) == [
            (
                "Thời hạn đã qua khi được ấn định hoặc chuyển giao nên không áp dụng; đến khi kết"
                " thúc, ngày 16/3/2026, không có thời hạn nào khác được ấn định."
            )
        ]
        assert "đang chờ" not in "".join(section(closed, "vi", "breach", day))
        assert "đang chờ" in "".join(section(closed, "vi", "breach", date(2026, 3, 15)))


def test_a_requested_report_is_about_the_request_and_not_about_the_body() -> None:
    asked = [each for each in owed("reports:PYT", STORIES["reports:PYT"]) if each.target is None]
    (request,) = [each for each in asked if each.rule == "requested_report"]
    assert request.subject == "R1"
    assert "Đối tượng: báo cáo theo yêu cầu có mã số R1." in section(request, "vi", "duty")


def test_an_urging_is_about_the_lead_and_what_is_completed_is_the_leads_own() -> None:
    urging = next(each for each in every_obligation() if each.rule == "urging")
    ways = section(urging, "vi", "outcome", urging.opened_on)
    assert "– ban hành văn bản đôn đốc, đối với cơ quan chủ trì." in ways
    assert "– báo hoàn thành nhiệm vụ, của cơ quan chủ trì." in ways


def test_a_deadline_that_another_law_gave_is_told_with_the_day_it_was_judged_anew() -> None:
    had = FormerDeadline(date(2026, 9, 8), date(2026, 9, 9), "1/2020/QĐ-UBND", date(2026, 9, 3))
    moves = explain(FEEDBACK, law(), texts("vi"), date(2026, 9, 10), [had]).section("moves")
    assert moves is not None
    (line,) = moves.lines
    assert "thời hạn là 09/9/2026 (mốc phấn đấu 08/9/2026) theo 1/2020/QĐ-UBND" in line
    assert "được xác định lại ngày 03/9/2026" in line


def test_the_exception_that_applied_is_given_with_its_conditions() -> None:
    consulted = one("document:consulted", "classification")
    assert section(consulted, "vi", "exception") == [
        "Áp dụng trường hợp riêng: phải lấy ý kiến nhiều cơ quan, đơn vị."
    ]
    several = one("document:several-bodies", "classification")
    assert section(several, "vi", "exception") == [
        (
            "Áp dụng trường hợp riêng: văn bản liên quan đến nhiều cơ quan, "
            "đơn vị; văn bản không giao nhiều nhiệm vụ; không phải lấy ý kiến nhiều cơ "
            "quan, đơn vị."
        )
    ]


def test_each_deadline_that_was_moved_is_told_and_what_superseded_the_last() -> None:
    first = one(
        "document:several-bodies",
        "execution",
        opened_on=date(2026, 3, 5),
    )
    assert section(first, "en", "moves") == [
        (
            "2026-03-27 was replaced by 2026-04-03 before it had passed: "
            "deadline changed on 2026-03-16 (source /hscv, id e5)."
        ),
        (
            "2026-04-03 was replaced by 2026-04-25 before it had passed: "
            "deadline changed on 2026-03-30 (source /hscv, id e6)."
        ),
    ]
    # 25/4 is a Saturday, 26/4 and 27/4 are Giỗ Tổ and its day in lieu: due on Tuesday 28/4.
    assert section(first, "en", "due")[-1] == "The term ends at 24:00 of Tue 2026-04-28."
    assert section(first, "en", "outcome") == [
        (
            "Ended on 2026-05-04, since its deadline was changed or taken away: "
            "deadline changed on 2026-05-04 (source /hscv, id e7)."
        )
    ]
    assert section(first, "en", "breach")[1:] == [
        "A breach since 2026-04-29.",
        "That it ended after its due date does not undo the breach.",
    ]


def test_what_happens_after_the_day_is_not_told_on_it() -> None:
    execution = one("document:all-in-time", "execution")
    before, after = date(2026, 3, 18), date(2026, 3, 19)
    assert section(execution, "en", "outcome", before)[0] == (
        "By the end of 2026-03-18 nothing that could fulfil it has been recorded."
    )
    assert section(execution, "en", "breach", before)[1] == (
        "No breach: the due date, 2026-03-20, has not passed."
    )
    assert section(execution, "en", "outcome", after) == [
        "Fulfilled on 2026-03-19: task completed on 2026-03-19 (source /hscv, id e5)."
    ]
    assert section(execution, "en", "breach", after)[1] == (
        "No breach: closed on 2026-03-19, by the due date 2026-03-20."
    )


WHY = [
    (
        ("document:all-in-time", "coordination", {}),
        "No breach: closed on 2026-03-10, by the due date 2026-03-20.",
    ),
    (
        ("document:several-bodies", "review", {"task_id": "T1"}),
        (
            "Lateness is a breach only where it was fulfilled late by: task returned; silence or "
            "anything else is not counted."
        ),
    ),
    (
        ("document:late-and-incomplete", "review", {}),
        (
            "These days of lateness are not counted, because silence is no breach, only what comes "
            "too late is (“task returned”)."
        ),
    ),
    (
        ("document:returned-and-waiting", "execution", {"task_id": "T1"}),
        (
            "These days of lateness are not counted, because the body acted (“task returned”) "
            "within the term of “look over the information on a task”, and waits for the task "
            "to be delivered again."
        ),
    ),
    (
        ("document:late-and-incomplete", "information", {}),
        (
            "These days of lateness are not counted, because the obligation “classify the tasks of "
            "a document, enter them and pass them on for tracking” was late itself on them, and is "
            "counted."
        ),
    ),
    (
        ("document:handed-over-late", "execution", {"body": "XDS"}),
        "No breach yet: a new deadline is awaited.",
    ),
    (
        ("document:outside", "execution", {"task_id": "T2"}),
        "No breach yet: the due date is not known.",
    ),
    (
        ("document:several-bodies", "status_update", {"due": date(2026, 11, 5)}),
        "Lateness is never counted as a breach here.",
    ),
]


@pytest.mark.parametrize(("which", "why"), WHY)
def test_it_says_why_lateness_is_a_breach_or_none(
    which: tuple[str, str, Mapping[str, Any]], why: str
) -> None:
    stream, rule, wanted = which
    assert why in section(one(stream, rule, **wanted), "en", "breach")


def test_a_successor_that_answers_now_is_named() -> None:
    review = one("document:late-and-incomplete", "review")
    duty = section(review, "vi", "duty", date(2026, 9, 1))
    assert "Cơ quan chịu trách nhiệm: Phòng Nội vụ (mã PNV), là cơ quan chủ trì." in duty
    assert "Tại ngày 01/9/2026, cơ quan kế thừa chịu trách nhiệm: Sở Nội vụ (mã SNV)." in duty
    assert not any("kế thừa" in line for line in section(review, "vi", "duty", date(2026, 6, 30)))


def test_who_did_it_in_the_place_of_the_body_is_named() -> None:
    told: list[Told] = [
        ("2026-06-22", "task.assigned", {"lead": "PNV", "due_on": "2026-07-10"}),
        ("2026-07-01", "task.completed", {"body": "SNV"}),
    ]
    execution = one("document:1", "execution", told)
    assert execution.met_on == date(2026, 7, 1)
    (line, *_) = section(execution, "vi", "outcome")
    assert "Sở Nội vụ (mã SNV)" in line
    told = [told[0], ("2026-06-30", "task.completed", {"body": "SNV"})]
    execution = one("document:1", "execution", told)
    assert execution.met_on is None
    (_, line, *_) = section(execution, "vi", "outcome", date(2026, 7, 1))
    assert "Sở Nội vụ (mã SNV)" in line


def test_a_breach_that_began_after_the_hand_over_is_the_successors_and_says_so() -> None:
    told: list[Told] = [("2026-06-02", "task.assigned", {"lead": "PNV", "due_on": "2026-07-01"})]
    execution = one("document:1", "execution", told)
    assert execution.breach_on == date(2026, 7, 2)
    line = "Vi phạm được tính cho Sở Nội vụ (mã SNV) là cơ quan chịu trách nhiệm tại ngày đó."
    assert line in section(execution, "vi", "breach", date(2026, 7, 2))
    assert line not in section(execution, "vi", "breach", date(2026, 7, 1))
    told = [("2026-06-02", "task.assigned", {"lead": "PNV", "due_on": "2026-06-29"})]
    execution = one("document:1", "execution", told)
    assert execution.breach_on == date(2026, 6, 30)
    assert line not in section(execution, "vi", "breach", date(2026, 7, 2))


def test_a_breach_that_began_while_several_answered_names_them_all() -> None:
    """PNV is split on 1/7 into S1 and S2, which become S3 on 1/9: whoever looks later is told who
    answered on the day it began."""
    september = date(2026, 9, 1)
    bodies = (
        Body("PNV", "Phòng Nội vụ", "department", valid_to=JUNE_30, successor=("S1", "S2")),
        Body("S1", "Sở Một", "department", valid_to=date(2026, 8, 31), successor="S3"),
        Body("S2", "Sở Hai", "department", valid_to=date(2026, 8, 31), successor="S3"),
        Body("S3", "Sở Ba", "department", valid_from=september),
    )
    split = replace(law(), directory=Directory({body.code: body for body in bodies}))
    told: list[Told] = [("2026-06-02", "task.assigned", {"lead": "PNV", "due_on": "2026-07-01"})]
    execution = one("document:1", "execution", told)
    line = (
        "Vi phạm bắt đầu khi các cơ quan kế thừa cùng chịu trách nhiệm: Sở Một (mã S1), "
        "Sở Hai (mã S2)."
    )
    for day in (date(2026, 7, 2), date(2026, 10, 15)):
        assert line in section(execution, "vi", "breach", day, split)
    told = [("2026-06-02", "task.assigned", {"lead": "PNV", "due_on": "2026-06-29"})]
    own = one("document:1", "execution", told)
    assert own.breach_on == JUNE_30
    assert line not in section(own, "vi", "breach", date(2026, 10, 15), split)


def test_what_is_still_missing_is_listed_by_its_point_or_by_name() -> None:
    information = one("document:late-and-incomplete", "information")
    assert section(information, "vi", "missing") == [
        "Điểm a: người ký.",
        "Điểm d: chuyên viên theo dõi.",
    ]
    report = one("inspection:half-told", "inspection_report")
    assert section(report, "vi", "missing") == [
        "Chưa thông báo kết quả kiểm tra đến Phòng Y tế (mã PYT), Xã Đồng Sơn (mã XDS)."
    ]
    dossier = one("inspection:half-told", "inspection_dossier")
    assert section(dossier, "en", "missing") == [
        (
            "The dossier lacks document that assigned the task, decision that formed the team, "
            "inspection plan, report of the result, status reports."
        )
    ]


def test_the_readings_are_told_in_the_language_asked_for() -> None:
    execution = one("document:all-in-time", "execution")
    vietnamese = section(execution, "vi", "readings")
    assert vietnamese[0].startswith("Về cụm từ “chuyển lại Văn phòng HĐND và UBND huyện")
    assert vietnamese[2].startswith("Cách hiểu không chọn: Ý kiến chỉ đạo cũng là trả lời")
    assert section(execution, "en", "readings")[2].startswith("Reading rejected: A direction ")
    general = section(execution, "vi", "general_readings")
    assert "Cách hiểu không chọn: Đúng ngày đã ấn định, kể cả khi là ngày nghỉ." in general
    assert len(general) == 17


def test_what_was_taken_back_is_named_with_what_took_it_back() -> None:
    """Điều 7: done on 18/3 and in progress on 19/3; completed on 20/3, rejected on 17/4."""
    execution = one("document:taken-back", "execution")
    assert section(execution, "en", "outcome")[:3] == [
        "Nothing has fulfilled it by the end of 2026-12-31. What came and does not count:",
        (
            "– progress reported by Phòng Y tế (code PYT) on 2026-03-18 (source /hscv, id e3): the "
            "body itself told otherwise afterwards: progress reported on 2026-03-19 (source /hscv, "
            "id e4)."
        ),
        (
            "– progress reported by Phòng Y tế (code PYT) on 2026-03-19 (source /hscv, id e4): the "
            "task was not done by then (status: in progress)."
        ),
    ]
    assert section(execution, "vi", "outcome")[3] == (
        "– Phòng Y tế (mã PYT) báo hoàn thành nhiệm vụ ngày 20/3/2026 (nguồn /hscv, mã sự kiện "
        "e6): không được tính vì Văn phòng đã không công nhận kết quả hoàn thành ngày 17/4/2026 "
        "(nguồn /hscv, mã sự kiện e7)."
    )
    update = one("document:taken-back", "result_update")
    assert section(update, "en", "outcome")[-1] == (
        "It stays told, though it was taken back after the due date: completion rejected on "
        "2026-04-17 (source /hscv, id e7)."
    )
    assert section(update, "vi", "outcome")[-1].startswith("Việc cập nhật khi đó vẫn được tính")


# When the law has changed since.


def test_a_calendar_that_has_changed_since_is_said_and_the_stored_date_kept() -> None:
    assert section(FEEDBACK, "en", "term", by=ANOTHER_DAY_OFF)[-1] == (
        "By the calendar in use this comes to Thu 2026-09-10, but Wed 2026-09-09 is recorded; "
        "run dondoc reprocess."
    )
    assert section(FEEDBACK, "en", "term", by=ONE_DAY_OFF_LESS)[-1] == (
        "By the calendar in use this comes to Tue 2026-09-08, but Wed 2026-09-09 is recorded; "
        "run dondoc reprocess."
    )
    beyond = one("document:outside", "execution", task_id="T2")
    assert section(beyond, "en", "due")[-1] == (
        "The working calendar covers 2015-01-01 to 2027-12-31 only, so that the last day is not "
        "known; extend the calendar file."
    )
    assert section(beyond, "en", "due", by=LONGER_CALENDAR)[-1] == (
        "When it was recorded the calendar did not reach; by the one in use this comes to "
        "Tue 2028-02-01; run dondoc reprocess."
    )


def test_a_regulation_that_is_no_longer_there_is_said() -> None:
    assert section(FEEDBACK, "en", "duty", by=NO_REGULATION)[:2] == [
        "Rule feedback_response, which the regulation in use no longer has.",
        "Under Điều 18.5 of 02/2015/QĐ-UBND, which is not among the regulations in use.",
    ]
    assert section(FEEDBACK, "en", "duty", by=REPEALED)[1].endswith(
        "in force from 2015-05-22 to 2026-12-31."
    )


def test_a_document_told_before_its_own_date_keeps_the_later_of_the_two_terms() -> None:
    early = one(
        "document:11",
        "classification",
        [("2026-03-02", "document.issued", {"issued_on": "2026-03-10", "task_count": 1})],
    )
    assert early.due == early.target == date(2026, 3, 11)
    assert section(early, "en", "due")[-1] == (
        "This comes to Tue 2026-03-03, before the target; the later day counts, Wed 2026-03-11."
    )


def test_a_task_told_to_be_in_progress_within_its_term_is_not_done_and_no_fault() -> None:
    told: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-20"}),
        ("2026-03-10", "task.progress", {"status": "in_progress"}),
    ]
    owed = one("document:1", "execution", told)
    outcome = " ".join(section(owed, "vi", "outcome", date(2026, 3, 11)))
    assert "nhiệm vụ khi đó chưa hoàn thành (tình trạng: đang thực hiện)" in outcome
    assert "chưa đáp ứng yêu cầu" not in outcome


def test_an_update_owed_from_within_its_period_names_the_event_that_began_it() -> None:
    """Điều 6.3.b: assigned on 10/3, the update of March is owed from that day."""
    told: list[Told] = [("2026-03-10", "task.assigned", {"due_on": None, "class": "4.2"})]
    months = [each for each in owed("document:1", told) if each.rule == "status_update"]
    march, april = (
        next(each for each in months if each.trace["period"]["name"] == name)
        for name in ("2026-03", "2026-04")
    )
    assert section(march, "vi", "opening", date(2026, 4, 3))[1:] == [
        "Sự kiện: giao nhiệm vụ ngày 10/3/2026 (nguồn /hscv, mã sự kiện e1).",
        "Phát sinh theo kỳ: tháng 3/2026, là kỳ từ ngày 01/3/2026 đến ngày 31/3/2026.",
        "Trong kỳ này, nghĩa vụ phát sinh từ ngày có sự kiện đó, không từ ngày đầu kỳ.",
    ]
    assert "Trong kỳ này" not in " ".join(section(april, "vi", "opening", date(2026, 4, 3)))


def test_an_excuse_without_an_end_is_not_said_to_end_when_it_is_dealt_with() -> None:
    """6.2.a: returned on 3/3, in time; the direction of 5/3 handles it, and delivers nothing."""
    told: list[Told] = [
        ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"}),
        ("2026-03-03", "task.returned", {}),
        ("2026-03-05", "task.directed", {}),
    ]
    returned = one("document:1", "execution", told)
    breach = section(returned, "vi", "breach", date(2026, 3, 20))
    assert "Từ ngày 14/3/2026, chưa có ngày kết thúc." in breach
