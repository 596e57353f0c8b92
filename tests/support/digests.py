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


def composed(told: Digest, mailbox: Mailbox = MAILBOX) -> EmailMessage:
    """The letter of *told* as it goes out in the morning."""
    identity = message_id(told.reminders, told.body, mailbox.list_id)
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
