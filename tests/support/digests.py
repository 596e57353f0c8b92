"""Digests for tests and pictures: what one body of a made-up district is told on a day."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

from dondoc.mail.composing.message import compose
from dondoc.mail.digest import Digest, DigestLine, LineKind, Mailbox, message_id
from dondoc.rules.events import LOCAL

ON = date(2026, 11, 26)
"""A Thursday."""
MORNING = datetime(2026, 11, 26, 8, tzinfo=LOCAL)
MAILBOX = Mailbox(
    sender_name="Văn phòng HĐND và UBND huyện Yên Thế",
    sender_address="don-doc@yenthe.example",
    to=("noivu@yenthe.example",),
    list_id="don-doc.yenthe.example",
)


def line(number: int, kind: LineKind = LineKind.OVERDUE, **changed: Any) -> DigestLine:
    """A task that is 7 working days late, of the document *number*, with what is *changed*."""
    values: dict[str, Any] = {
        "obligation": f"o{number}",
        "reminders": (f"r{number}",),
        "kind": kind,
        "new": False,
        "document": f"Công văn số {number}/UBND-VP ngày 04/9/2026 của UBND huyện",
        "symbol": f"{number}/UBND-VP",
        "issued": date(2026, 9, 4),
        "content": f"Rà soát, lập danh sách {number} công trình vi phạm hành lang đê điều",
        "rule_title": "Thực hiện nhiệm vụ",
        "due": date(2026, 11, 17),
        "target": date(2026, 11, 17),
        "working_days": -7,
        "article": "Điều 10.2.a QĐ 02/2015/QĐ-UBND",
        "asked": "Đề nghị Phòng Nội vụ khẩn trương hoàn thành.",
        "role": "obligor",
        "step": "overdue",
    }
    return DigestLine(**{**values, **changed})


def today(number: int, **changed: Any) -> DigestLine:
    """A task that is due on the day of the letter."""
    in_time = "Đề nghị Phòng Nội vụ hoàn thành đúng thời hạn."
    values = {"due": ON, "target": ON, "working_days": 0, "asked": in_time, **changed}
    return line(number, LineKind.DUE_TODAY, **values)


def soon(number: int, **changed: Any) -> DigestLine:
    """A task that is due in three working days."""
    day = date(2026, 12, 1)
    in_time = "Đề nghị Phòng Nội vụ hoàn thành đúng thời hạn."
    values = {"due": day, "target": day, "working_days": 3, "asked": in_time, **changed}
    return line(number, LineKind.DUE_SOON, **values)


def digest(*lines: DigestLine, **changed: Any) -> Digest:
    """The letter of the Department of the Interior, with what is *changed*."""
    values: dict[str, Any] = {
        "body": "NV",
        "body_name": "Phòng Nội vụ",
        "salutation": "Trưởng phòng Nội vụ",
        "on": ON,
        "lines": lines,
    }
    return Digest(**{**values, **changed})


def example() -> Digest:
    """The letter that docs/mail.md and the pictures show."""
    asked = (
        "Đề nghị Phòng Nội vụ khẩn trương hoàn thành; nếu có khó khăn, vướng mắc thì thông báo kịp"
        " thời."
    )
    review = (
        "Đề nghị Phòng Nội vụ hoàn thành đúng thời hạn; nếu thông tin chưa đúng thì chuyển lại."
    )
    return digest(
        line(
            31,
            document="Kế hoạch số 31/KH-UBND ngày 08/9/2026 của UBND huyện",
            symbol="31/KH-UBND",
            issued=date(2026, 9, 8),
            content="Lập danh sách cán bộ, công chức cử đi bồi dưỡng năm 2027, trình UBND huyện",
            asked=asked,
        ),
        line(
            13,
            content="Rà soát, đề xuất bổ sung biên chế cho các trường học công lập trên địa bàn",
            due=date(2026, 11, 5),
            target=date(2026, 11, 5),
            working_days=-15,
            asked=asked,
        ),
        line(
            402,
            LineKind.DUE_TODAY,
            new=True,
            document="Công văn số 402/UBND-VP ngày 25/11/2026 của Chủ tịch UBND huyện",
            symbol="402/UBND-VP",
            issued=date(2026, 11, 25),
            rule_title="Rà soát, đối chiếu thông tin nhiệm vụ",
            content="Tham mưu kiện toàn Ban Chỉ đạo cải cách hành chính huyện",
            due=ON,
            target=ON,
            working_days=0,
            article="Điều 6.2.b QĐ 02/2015/QĐ-UBND",
            asked=review,
        ),
        soon(
            27,
            document="Chỉ thị số 27/CT-UBND ngày 02/11/2026 của Chủ tịch UBND huyện",
            symbol="27/CT-UBND",
            issued=date(2026, 11, 2),
            content="Báo cáo kết quả thực hiện kỷ luật, kỷ cương hành chính quý IV",
        ),
        page="https://theodoi.yenthe.example/don-vi/NV.html",
    )


def composed(told: Digest, mailbox: Mailbox = MAILBOX) -> EmailMessage:
    """The letter of *told* as it goes out in the morning."""
    reminders = {each for line in told.lines for each in line.reminders}
    identity = message_id(reminders, told.body, mailbox.list_id)
    return compose(told, mailbox, identity, MORNING)


def text_of(letter: EmailMessage) -> str:
    """The plain text of *letter*, with single line breaks."""
    return _part(letter, "plain")


def html_of(letter: EmailMessage) -> str:
    """The HTML of *letter*."""
    return _part(letter, "html")


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
