"""An explanation says where each date comes from; these are worked out by hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from dondoc.rules.explaining.days import SKIPPED, count
from dondoc.rules.explaining.explanation import lines
from dondoc.rules.rule import WORKING_DAYS
from dondoc.rules.trace import TracedTerm
from support.explaining import (
    FEEDBACK,
    explained,
    one,
    section,
)
from support.stories import law

# Worked out by hand on a wall calendar.


def test_five_working_days_over_the_national_holiday_in_vietnamese() -> None:
    assert section(FEEDBACK, "vi", "term") == [
        "05 ngày làm việc kể từ ngày phát sinh, 28/8/2026; ngày này không tính.",
        "28/8/2026 (thứ Sáu): ngày bắt đầu, không tính",
        "29/8/2026 (thứ Bảy): không tính – nghỉ hằng tuần",
        "30/8/2026 (Chủ nhật): không tính – nghỉ hằng tuần",
        (
            "31/8/2026 (thứ Hai): không tính – nghỉ bù hoặc hoán đổi: "
            "Nghỉ Quốc khánh (hoán đổi với thứ Bảy 22/8/2026)"
        ),
        "01/9/2026 (thứ Ba): không tính – nghỉ lễ, tết: Quốc khánh",
        "02/9/2026 (thứ Tư): không tính – nghỉ lễ, tết: Quốc khánh",
        "03/9/2026 (thứ Năm): ngày thứ 1",
        "04/9/2026 (thứ Sáu): ngày thứ 2",
        "05/9/2026 (thứ Bảy): không tính – nghỉ hằng tuần",
        "06/9/2026 (Chủ nhật): không tính – nghỉ hằng tuần",
        "07/9/2026 (thứ Hai): ngày thứ 3",
        "08/9/2026 (thứ Ba): ngày thứ 4",
        "09/9/2026 (thứ Tư): ngày thứ 5",
        "Thời hạn kết thúc lúc 24 giờ ngày 09/9/2026 (thứ Tư).",
    ]
    assert section(FEEDBACK, "vi", "calendar") == [
        "31/8/2026: Thông báo 9441/TB-BNV ngày 16/10/2025.",
        "01/9/2026, 02/9/2026: Bộ luật Lao động 2019 (45/2019/QH14), Điều 111 và Điều 112.",
    ]


def test_five_working_days_over_the_national_holiday_in_english() -> None:
    assert section(FEEDBACK, "en", "term") == [
        "Working days: 5, counted from the opening, 2026-08-28, which is not counted itself.",
        "Fri 2026-08-28: counting begins, not counted",
        "Sat 2026-08-29: not counted – weekend",
        "Sun 2026-08-30: not counted – weekend",
        (
            "Mon 2026-08-31: not counted – day off in lieu or swapped: "
            "Nghỉ Quốc khánh (hoán đổi với thứ Bảy 22/8/2026)"
        ),
        "Tue 2026-09-01: not counted – public holiday: Quốc khánh",
        "Wed 2026-09-02: not counted – public holiday: Quốc khánh",
        "Thu 2026-09-03: day 1",
        "Fri 2026-09-04: day 2",
        "Sat 2026-09-05: not counted – weekend",
        "Sun 2026-09-06: not counted – weekend",
        "Mon 2026-09-07: day 3",
        "Tue 2026-09-08: day 4",
        "Wed 2026-09-09: day 5",
        "The term ends at 24:00 of Wed 2026-09-09.",
    ]


def test_a_deadline_on_a_saturday_stays_as_target_and_moves_to_monday_as_due_date() -> None:
    execution = one(
        "document:9",
        "execution",
        [("2026-08-28", "document.issued", {}), ("2026-08-28", "task.assigned", DUE_SATURDAY)],
    )
    assert section(execution, "vi", "target") == [
        "Thời hạn được ấn định: ngày 05/9/2026.",
        "05/9/2026 (thứ Bảy): ngày nghỉ nhưng giữ nguyên – nghỉ hằng tuần",
        "Thời hạn kết thúc lúc 24 giờ ngày 05/9/2026 (thứ Bảy).",
    ]
    assert section(execution, "vi", "due") == [
        "Thời hạn được ấn định: ngày 05/9/2026.",
        "05/9/2026 (thứ Bảy): ngày nghỉ, chuyển sang ngày tiếp theo – nghỉ hằng tuần",
        "06/9/2026 (Chủ nhật): ngày nghỉ, chuyển sang ngày tiếp theo – nghỉ hằng tuần",
        "07/9/2026 (thứ Hai): ngày làm việc đầu tiên sau ngày nghỉ",
        "Thời hạn kết thúc lúc 24 giờ ngày 07/9/2026 (thứ Hai).",
    ]
    assert section(execution, "vi", "breach", date(2026, 9, 7)) == [
        "Tình trạng tính đến hết ngày 07/9/2026: đang trong thời hạn, chưa thực hiện.",
        "Chưa vi phạm: thời hạn 07/9/2026 chưa qua.",
        "Nếu tiếp tục chưa thực hiện thì tính vi phạm từ ngày 08/9/2026.",
    ]


DUE_SATURDAY = {"due_on": "2026-09-05"}


def test_a_monthly_report_has_the_ninth_as_target_and_the_tenth_as_due_date() -> None:
    report = one("reports:PYT", "body_report", [], subject="2026-04")
    # 9/5/2026 is a Saturday; 10/5, a Sunday, moves to Monday 11/5.
    assert section(report, "en", "target") == [
        "The date that the regulation fixes: 2026-05-09.",
        "Sat 2026-05-09: a day off, and it stands all the same – weekend",
        "The term ends at 24:00 of Sat 2026-05-09.",
    ]
    assert section(report, "en", "due") == [
        "The date that the regulation fixes: 2026-05-10.",
        "Sun 2026-05-10: a day off, moved to the next day – weekend",
        "Mon 2026-05-11: the first working day after that",
        "The term ends at 24:00 of Mon 2026-05-11.",
    ]
    assert section(report, "en", "opening") == [
        "Opened on 2026-05-01.",
        "It opens by the calendar, for month 4/2026, which is 2026-04-01 to 2026-04-30.",
    ]


def test_classification_counts_the_target_from_the_document_and_the_due_date_from_the_event() -> (
    None
):
    # Dated Wednesday 26/8, told on Friday 28/8, before the long weekend of the national holiday.
    classification = one(
        "document:10",
        "classification",
        [("2026-08-28", "document.issued", {"issued_on": "2026-08-26", "task_count": 1})],
    )
    assert section(classification, "en", "opening") == [
        "Opened on 2026-08-26.",
        "Event: document issued on 2026-08-28 (source /hscv, id e1).",
        "The date stated in the data counts, 2026-08-26, not 2026-08-28, the day of the event.",
    ]
    assert section(classification, "en", "exception") == [
        "No exception applies; the general term does."
    ]
    assert section(classification, "en", "target") == [
        "Working days: 1, counted from the opening, 2026-08-26, which is not counted itself.",
        "Wed 2026-08-26: counting begins, not counted",
        "Thu 2026-08-27: day 1",
        "The term ends at 24:00 of Thu 2026-08-27.",
    ]
    due = section(classification, "en", "due")
    assert due[0] == (
        "Working days: 1, counted from the event, 2026-08-28, which is not counted itself."
    )
    assert due[-2:] == ["Thu 2026-09-03: day 1", "The term ends at 24:00 of Thu 2026-09-03."]


def test_a_worked_saturday_is_a_day_of_the_term_and_an_unread_decision_is_marked() -> None:
    # Friday 9/1/2026 → Saturday 10/1, worked for 2/1; Monday 23/11 → 25/11, over 24/11.
    swapped = one("feedback:1", "feedback_response", [("2026-01-09", "feedback.received", {})])
    assert section(swapped, "vi", "term")[2] == (
        "10/01/2026 (thứ Bảy): ngày thứ 1 – ngày đi làm bù: Làm việc bù cho thứ Sáu 02/01/2026"
    )
    unread = one("feedback:2", "feedback_response", [("2026-11-23", "feedback.received", {})])
    assert section(unread, "vi", "term")[2] == (
        "24/11/2026 (thứ Ba): không tính – nghỉ lễ, tết: Ngày Văn hóa Việt Nam "
        "[chưa có thông báo chính thức]"
    )
    assert section(unread, "vi", "calendar")[-1] == (
        "Chưa có thông báo chính thức, tạm tính như trên: 24/11/2026."
    )


def test_a_long_term_is_folded_but_every_day_off_keeps_its_reason() -> None:
    term: TracedTerm = {"kind": WORKING_DAYS, "days": 45, "from": "2026-08-28"}
    long = FEEDBACK._replace(trace={"due": term}, target=None, due=date(2026, 11, 4))
    shown = section(long, "en", "due")
    # 3/9 and 4/9, then eight weeks of five days, then 2/11 to 4/11.
    assert shown[7] == "Thu 2026-09-03 to Fri 2026-09-04: days 1 to 2"
    assert shown[10] == "Mon 2026-09-07 to Fri 2026-09-11: days 3 to 7"
    assert shown[-2:] == [
        "Mon 2026-11-02 to Wed 2026-11-04: days 43 to 45",
        "The term ends at 24:00 of Wed 2026-11-04.",
    ]
    counted = count(term, law().calendar)
    days_off = [step.day.date for step in counted.steps if step.what == SKIPPED]
    assert len(days_off) == 23
    for day in days_off:
        assert any(f"{day}: not counted – " in line for line in shown)


# The page.


def test_the_example_of_the_page_is_what_is_shown() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "explain.md").read_text("utf-8")
    example = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert example is not None
    assert f"dondoc explain {FEEDBACK.id[:8]} --lang vi --as-of 2026-09-10\n" in page
    assert example[1].splitlines() == lines(explained(FEEDBACK, "vi", date(2026, 9, 10)))
