"""The words of a reminder about what followed from events: who did what, and what is asked."""

from datetime import date

import pytest
from dondoc.rules.obligations import Obligation
from dondoc.rules.reminding.reminder import Reminder
from dondoc.rules.reminding.text import Quotes, render
from support.explaining import one
from support.stories import Told, law, texts

RETURNED_ON = date(2026, 3, 20)
OFFICE, HEALTH = "Văn phòng HĐND và UBND huyện", "Phòng Y tế"
GIVEN: Told = ("2026-03-02", "task.assigned", {"due_on": "2026-03-13"})


def said(
    owed: Obligation, on: date = RETURNED_ON, role: str = "obligor", body: str | None = None
) -> str:
    """What *body*, whoever owes unless given, is told of *owed* on *on*."""
    calendar = law().calendar
    offset = calendar.working_days_between(owed.target or owed.opened_on, on)
    late = max(0, calendar.working_days_between(owed.due, on)) if owed.due else 0
    reminder = Reminder(
        owed.id, "step", owed.target, offset, role, body or owed.body, offset, on, late
    )
    return render(reminder, owed, Quotes(), law().directory, texts("vi"), law().names(owed))


def told(rule: str, *events: Told) -> Obligation:
    """What follows under *rule* from *events* about a task of Phòng Y tế, due on 13/3."""
    return one("document:1", rule, [GIVEN, *events])


def test_the_office_is_told_who_returned_a_task_and_who_told_what_hinders_it() -> None:
    returned = said(told("return_handling", ("2026-03-03", "task.returned", {})))
    assert "nhiệm vụ bị chuyển trả (do Phòng Y tế chuyển trả) chưa hoàn thành" in returned
    hindered = said(told("difficulty_handling", ("2026-03-03", "task.difficulty", {})))
    assert "trong thực hiện nhiệm vụ (theo thông báo của Phòng Y tế) chưa hoàn thành" in hindered


def test_the_office_is_told_whom_to_urge_and_asked_what_18_3_asks() -> None:
    text = said(told("urging"))
    assert "việc đôn đốc thực hiện nhiệm vụ của Phòng Y tế chưa hoàn thành sau" in text
    assert text.partition(". Cụ thể")[0].endswith(
        "sớm báo cáo, kiến nghị với Ủy ban nhân dân, Chủ tịch Ủy ban nhân dân biện pháp đôn đốc"
    )


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("content", "sai lệch về nhiệm vụ (nội dung sai lệch: nội dung nhiệm vụ) chưa"),
        ("class", "sai lệch về nhiệm vụ (nội dung sai lệch: phân loại nhiệm vụ) chưa"),
        ("việc hệ trọng", "sai lệch về nhiệm vụ (mã số: 1) chưa"),  # no word of a document
    ],
)
def test_a_discrepancy_names_the_field_that_is_wrong(field: str, words: str) -> None:
    event: Told = ("2026-03-03", "task.discrepancy_found", {"field": field})
    assert words in said(told("discrepancy", event))


def test_a_copy_to_the_office_does_not_call_another_bodys_telling_its_own() -> None:
    event: Told = ("2026-03-03", "task.discrepancy_found", {"field": "status", "body": "PYT"})
    text = said(told("own_correction", event), role="office", body="VP")
    assert "cơ quan mình" not in text
    assert "do Phòng Y tế chịu trách nhiệm" in text


def test_where_a_deadline_is_awaited_the_office_is_asked_to_have_it_set() -> None:
    over: Told = ("2026-03-12", "task.assigned", {"due_on": "2026-03-11"})
    owed = one("document:1", "execution", [over])
    to_the_office = said(owed, role="office", body="VP")
    assert "chưa có thời hạn áp dụng, do thời hạn được ấn định đã qua từ trước" in to_the_office
    assert f"Đề nghị {OFFICE} trình người giao nhiệm vụ ấn định thời hạn mới." in to_the_office
    assert "đôn đốc" not in to_the_office
    assert f"Đề nghị {HEALTH} sớm hoàn thành." in said(owed)
    unset: Told = ("2026-03-12", "task.assigned", {"due_on": None, "class": "4.2"})
    without = said(one("document:1", "open_execution", [unset]), role="office", body="VP")
    assert f"theo dõi, đôn đốc {HEALTH} thực hiện." in without


def test_a_copy_to_those_that_coordinate_cites_the_article_on_coordinating() -> None:
    """10.2.a is the lead's; 10.2.b is theirs."""
    owed = told("execution")
    assert "Căn cứ: Điều 10.2.b QĐ 02/2015/QĐ-UBND." in said(owed, role="coordinating", body="PTC")
    assert "Căn cứ: Điều 4.1, 10.2.a QĐ 02/2015/QĐ-UBND." in said(owed)


def test_only_who_carries_out_a_task_is_asked_for_what_hinders_it() -> None:
    assert "nếu có khó khăn, vướng mắc thì thông báo kịp thời" in said(told("execution"))
    review = said(told("review"))
    assert "khẩn trương hoàn thành; nếu thông tin chưa đúng thì chuyển lại." in review
    feedback = one("feedback:1", "feedback_response", [("2026-03-02", "feedback.received", {})])
    for text in (review, said(feedback)):
        assert "khẩn trương hoàn thành" in text
        assert "vướng mắc" not in text


def test_what_is_not_classified_yet_is_said_to_be_so_instead_of_what_is_missing() -> None:
    issued: Told = ("2026-03-02", "document.issued", {"task_count": 2})
    owed = one("document:1", "information", [issued])
    assert owed.trace.get("unclassified") is True
    assert "chưa phân loại xong nên chưa xác định được thông tin còn thiếu" in said(owed)
