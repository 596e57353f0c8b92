"""The kinds of documents, whichever way an HSCV writes them: by abbreviation or in words.

The one place for the types of Nghị định 30/2020/NĐ-CP (Điều 7, abbreviations of Phụ lục III). What
is none of them has no kind; nothing of it is passed on.
"""

from __future__ import annotations

from functools import lru_cache

from .normalising import normal, one_form

_WRITTEN = {
    "NQ": ("NGHỊ QUYẾT",),
    "QĐ": ("QUYẾT ĐỊNH", "QD"),
    "CT": ("CHỈ THỊ",),
    "QC": ("QUY CHẾ",),
    "QyĐ": ("QUY ĐỊNH", "QYD"),
    "TC": ("THÔNG CÁO",),
    "TB": ("THÔNG BÁO",),
    "HD": ("HƯỚNG DẪN",),
    "CTr": ("CHƯƠNG TRÌNH",),
    "KH": ("KẾ HOẠCH",),
    "PA": ("PHƯƠNG ÁN",),
    "ĐA": ("ĐỀ ÁN",),
    "DA": ("DỰ ÁN",),
    "BC": ("BÁO CÁO",),
    "BB": ("BIÊN BẢN",),
    "TTr": ("TỜ TRÌNH",),
    "HĐ": ("HỢP ĐỒNG",),
    "CV": ("CÔNG VĂN",),
    "CĐ": ("CÔNG ĐIỆN", "CD"),
    "BGN": ("BẢN GHI NHỚ",),
    "BTT": ("BẢN THỎA THUẬN",),
    "GUQ": ("GIẤY ỦY QUYỀN",),
    "GM": ("GIẤY MỜI",),
    "GGT": ("GIẤY GIỚI THIỆU",),
    "GNP": ("GIẤY NGHỈ PHÉP",),
    "PG": ("PHIẾU GỬI",),
    "PC": ("PHIẾU CHUYỂN",),
    "PB": ("PHIẾU BÁO",),
    "THƯ CÔNG": (),
}
"""By abbreviation, the other ways of writing it, in capitals. Công văn and thư công have none in
the list; CV is what offices write. Without its stroke ĐA would be DA and HĐ would be HD."""

UNKNOWN_TYPE = "unknown_doc_type"
"""Flags a document whose type is none of these nor of the regulation's, and so opens nothing."""


def _plain(text: str) -> str:
    """*text* without its diacritics: Đ alone is a letter of its own and stays."""
    return "".join(each for each in normal("NFKD", text) if each.isascii() or each == "Đ")


_KINDS = {
    way: kind
    for kind, ways in _WRITTEN.items()
    for name in (kind.upper(), *ways)
    for way in (name, *((_plain(name), _plain(name).replace("Đ", "D")) if " " in name else ()))
}


# Asked four times of every document, of which there are few kinds.
@lru_cache(maxsize=256)
def document_kind(written: str) -> str | None:
    """The abbreviation of the kind that is *written* so ("Công văn" and "Cong van" are "CV"); None
    for another."""
    found = " ".join(one_form(written).upper().split())
    return _KINDS.get(found) or _KINDS.get(_plain(found) if " " in found else found)


def kind_as_compared(written: str) -> str:
    """What is *written* for a kind as it is compared with another: the abbreviation, in capitals
    what is of no kind."""
    return document_kind(written) or written.upper()
