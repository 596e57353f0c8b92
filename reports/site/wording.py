"""The words of the pages' tables and tiles, and how days and explanations are written in them.

They stand here and in the templates alone. Vietnamese, as an official would write it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ...rules.explaining.explanation import Section
from ...rules.moments import by_when
from ..wording import day_cell, short_date
from .values import ExplainedPart, Item

TITLE = "Tình hình thực hiện nhiệm vụ"
METHOD = "Cách tính"
TOP = "Toàn đơn vị"
UNKNOWN = "Không có trong danh bạ"
"""What stands under no body of the directory, together."""
STATUSES = {
    "done_on_time": "Hoàn thành đúng hạn",
    "done_late": "Hoàn thành quá hạn",
    "in_progress_within": "Đang thực hiện, trong hạn",
    "in_progress_past": "Đang thực hiện, quá hạn",
    "not_started_within": "Chưa thực hiện, trong hạn",
    "not_started_past": "Chưa thực hiện, quá hạn",
}
"""The six of Điều 5.1.g."""
LATE = frozenset({"in_progress_past", "not_started_past"})
"""Those that are late and can still be mended."""

_LISTED = "– "
"""How an explanation begins what it lists."""


def as_of(day: date) -> str:
    """The line below a heading that says of which day a page is."""
    return f"Tính đến hết ngày {short_date(day)}."


def due(item: Item) -> str:
    """By when *item* is due: the day, with the time of the clock where it has one."""
    return day_cell(by_when(item.due, item.due_at) or item.due)


def lateness(item: Item) -> str:
    """How late *item* is: "12 ngày làm việc"; of less than one, what is to be said instead."""
    if item.days:
        return f"{item.days} ngày làm việc"
    return "qua ngày nghỉ" if item.due_at is None else "chưa đến 1 ngày làm việc"


def left(item: Item) -> str:
    """How long there is until *item* is due: "3 ngày làm việc"."""
    return f"{item.days} ngày làm việc" if item.days else "trong hôm nay"


def standing(item: Item) -> str:
    """Whether being late stands as a breach."""
    return "tính là vi phạm" if item.breach else "không tính vi phạm"


def snoozed(until: date, by: str, reason: str | None) -> str:
    """That reminders are put off: until when, by whom, and why where that is still known."""
    why = f": {reason}" if reason else ""
    return f"Hoãn nhắc đến hết ngày {short_date(until)} ({by}){why}"


def passages(
    sections: Iterable[Section], left_out: frozenset[str] = frozenset()
) -> Iterator[ExplainedPart]:
    """*sections* of an explanation as paragraphs with lists, without those that are *left_out*."""
    for section in sections:
        if section.key not in left_out:
            yield ExplainedPart(section.heading, tuple(_paragraphs(section.lines)))


def _paragraphs(lines: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    text, listed = "", list[str]()
    for line in lines:
        if line.startswith(_LISTED):
            listed.append(line.removeprefix(_LISTED))
            continue
        if text or listed:
            yield text, tuple(listed)
        text, listed = line, []
    if text or listed:
        yield text, tuple(listed)
