"""The codes and words of edXML, and what they are in the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from ....rules.normalising import without_marks

_TYPES = {
    "Quyết định": "QD",
    "Chỉ thị": "CT",
    "Công văn": "CV",
    "Công điện": "CD",
    "Thông báo": "TB",
    "Kế hoạch": "KH",
    "Báo cáo": "BC",
    "Tờ trình": "TTr",
    "Giấy mời": "GM",
    "Nghị quyết": "NQ",
    "Hướng dẫn": "HD",
    "Chương trình": "CTr",
    "Thông tư": "TT",
    "Kết luận": "KL",
    "Biên bản": "BB",
}
_BY_NAME = {
    written: code for name, code in _TYPES.items() for written in (name, without_marks(name))
}
_BY_ABBREVIATION = {code.lower(): code for code in _TYPES.values()}

_URGENCIES = {
    **dict.fromkeys(("0", "5", "thuong"), "normal"),
    **dict.fromkeys(("1", "khan"), "khan"),
    **dict.fromkeys(("2", "thuong khan"), "thuongkhan"),
    **dict.fromkeys(("3", "4", "hoa toc", "hoa toc hen gio"), "hoatoc"),
}


class Business(Enum):
    """What becomes of a document (BussinessDocType)."""

    NEW = "0"
    RECALL = "1"
    UPDATE = "2"
    REPLACE = "3"


QUIET_STATUSES = frozenset({"01", "13", "15", "16"})
"""Statuses that say nothing of the work: 01 is software's, 13 asks, 15 and 16 answer to that."""

STATUS_EVENTS: Mapping[str, str] = {
    "02": "task.returned",
    "03": "task.accepted",
    "04": "task.progress",
    "05": "task.progress",
    "06": "task.completed",
}
STATUS_PROGRESS: Mapping[str, str] = {"04": "not_started", "05": "in_progress"}
NOTED_STATUSES = frozenset({"04", "05", "06"})
"""Statuses whose Description is the note of the event."""

NOT_ACCEPTED = "Từ chối tiếp nhận"
RECALLED = "Thu hồi"
REPLACED = "Thay thế"
TAKEN_OFF = "Cập nhật nơi nhận"
"""Reasons, for those that were sent without one."""

_CODE = re.compile(r"[0-9]{1,3}")


def business_of(written: str) -> Business | None:
    """What becomes of a document by the code *written*; None for another."""
    code = str(int(written)) if _CODE.fullmatch(written) else ""
    return next((each for each in Business if each.value == code), None)


def status_of(written: str) -> str | None:
    """The status code *written*, in two digits ("3" is "03"); None for one that is not known."""
    code = f"{int(written):02}" if _CODE.fullmatch(written) else ""
    return code if code in QUIET_STATUSES or code in STATUS_EVENTS else None


def urgency_of(written: str) -> str | None:
    """The contract's urgency of a priority *written* as a number or in words."""
    return _URGENCIES.get(written) or _URGENCIES.get(without_marks(written))


def type_named(written: str) -> str:
    """The type of a document that is *written* so, as it stands where it is none that is known."""
    return _BY_NAME.get(written) or _BY_NAME.get(without_marks(written), written)


def type_in(symbol: str) -> str | None:
    """The type of a document by its *symbol* ("15/CT-UBND" is CT); None where it says none."""
    notation = symbol.partition("/")[2]
    return _BY_ABBREVIATION.get(without_marks(notation.partition("-")[0]))
