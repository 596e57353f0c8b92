"""What Phụ lục I (Phần I) of Nghị định 30/2020/NĐ-CP asks of how a document looks, as data.

The writer takes its sizes, margins and words from here and the checker its limits, so that no
fact of the appendix stands twice. Nothing here knows of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CENTRE, JUSTIFIED, LEFT = "center", "both", "left"
"""Alignments, as documents name them."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a measure may be, from ``least`` to ``most``, and what dondoc writes."""

    least: float
    most: float
    written: float

    def holds(self, value: float, tolerance: float = 0.0) -> bool:
        """Whether *value* lies within, give or take *tolerance*."""
        return self.least - tolerance <= value <= self.most + tolerance


@dataclass(frozen=True, slots=True)
class TextLook:
    """How the text of a part looks: its size in points, and of what kind the letters are.

    ``capitals``: True for capital letters alone, False for small ones with their capitals.
    ``align`` is None where the appendix gives no side.
    """

    size: Span
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    align: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the appendix: ``key`` names it in texts and output, ``section`` is its Mục of
    Phần I, ``clause`` its khoản, ``letter`` its điểm."""

    key: str
    section: str
    clause: int
    letter: str = ""

    @property
    def place(self) -> str:
        """Where it stands, as officials cite it."""
        letter = f"điểm {self.letter} " if self.letter else ""
        return f"{letter}khoản {self.clause} Mục {self.section} Phần I Phụ lục I"


FONT = "Times New Roman"
PAPER_MM = (210.0, 297.0)
MARGINS_MM: Mapping[str, Span] = {
    "top": Span(20, 25, 20),
    "bottom": Span(20, 25, 20),
    "left": Span(30, 35, 30),
    "right": Span(15, 20, 15),
}
COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
FIRST_LINE_MM = (10.0, 12.7)
"""How far the first line of a paragraph may stand in: one or the other."""
FIRST_LINE_WRITTEN_MM = 12.7
GAP_PT = Span(6, 1584, 6)
"""Between two paragraphs; no most is given, and 1584 is the most that Word takes."""
LINE_SPACING = Span(1, 1.5, 1.15)
"""Of the content, in lines."""
SINGLE_LINE = 1.149
"""Height of a single line of Times New Roman, in its size."""
SHORT_LINE = Span(1 / 3, 1 / 2, 0.4)
"""How long the line under a name or a title is, in lengths of the text."""
FULL_LINE = Span(1, 1, 1)
"""The same for the line under the motto."""
LAST_RECIPIENT = "- Lưu:"
TO = "Kính gửi:"
RECIPIENTS = "Nơi nhận:"
AUTHORITIES = ("TM.", "Q.", "KT.", "TL.", "TUQ.")
"""How a line begins that says by whose right somebody signs."""
HONOURS = ("GS.", "PGS.", "TS.", "ThS.", "Ths.", "BS.", "KS.", "CN.", "LS.", "NGƯT", "NGND")
"""What must not stand before the name of who signs: ranks, degrees and titles of honour."""
KINDS = (
    *("NGHỊ QUYẾT", "QUYẾT ĐỊNH", "CHỈ THỊ", "QUY CHẾ", "QUY ĐỊNH", "THÔNG CÁO", "THÔNG BÁO"),
    *("HƯỚNG DẪN", "CHƯƠNG TRÌNH", "KẾ HOẠCH", "PHƯƠNG ÁN", "ĐỀ ÁN", "DỰ ÁN", "BÁO CÁO"),
    *("BIÊN BẢN", "TỜ TRÌNH", "CÔNG ĐIỆN", "GIẤY MỜI", "GIẤY GIỚI THIỆU", "GIẤY ỦY QUYỀN"),
)
"""Kinds of documents that have a title; a công văn has none."""

_SMALL, _LARGE = Span(12, 13, 12), Span(13, 14, 14)
_LARGE_HEAD = Span(13, 14, 13)

LOOKS: Mapping[str, TextLook] = {
    "page_number": TextLook(Span(13, 14, 13), align=CENTRE),
    "country": TextLook(_SMALL, bold=True, capitals=True, align=CENTRE),
    "motto": TextLook(_LARGE_HEAD, bold=True, align=CENTRE),
    "parent_organ": TextLook(_SMALL, capitals=True, align=CENTRE),
    "organ": TextLook(_SMALL, bold=True, capitals=True, align=CENTRE),
    "number": TextLook(Span(13, 13, 13), align=CENTRE),
    "place_and_date": TextLook(_LARGE_HEAD, italic=True, align=CENTRE),
    "title": TextLook(_LARGE, bold=True, capitals=True, align=CENTRE),
    "summary": TextLook(_LARGE, bold=True, align=CENTRE),
    "dispatch_summary": TextLook(Span(12, 13, 12), align=CENTRE),
    "basis": TextLook(_LARGE, italic=True, align=JUSTIFIED),
    "content": TextLook(_LARGE, align=JUSTIFIED),
    "addressees": TextLook(_LARGE),
    "signing": TextLook(_LARGE, bold=True, capitals=True, align=CENTRE),
    "signer": TextLook(_LARGE, bold=True, align=CENTRE),
    "recipients": TextLook(Span(12, 12, 12), bold=True, italic=True, align=LEFT),
    "recipient_list": TextLook(Span(11, 11, 11), align=LEFT),
    "appendix": TextLook(Span(14, 14, 14), bold=True, align=CENTRE),
    "appendix_name": TextLook(_LARGE, bold=True, capitals=True, align=CENTRE),
    "appendix_note": TextLook(_LARGE_HEAD, italic=True, align=CENTRE),
}
"""How each part looks, by the key of its point."""

POINTS: Mapping[str, Point] = {
    point.key: point
    for point in (
        Point("paper", "I", 1),
        Point("orientation", "I", 2),
        Point("margins", "I", 3),
        Point("font", "I", 4),
        Point("colour", "I", 4),
        Point("page_number", "I", 7),
        Point("country", "II", 1, "a"),
        Point("motto", "II", 1, "b"),
        Point("motto_line", "II", 1, "b"),
        Point("head_spacing", "II", 1, "c"),
        Point("parent_organ", "II", 2, "b"),
        Point("organ", "II", 2, "b"),
        Point("organ_line", "II", 2, "b"),
        Point("number", "II", 3, "c"),
        Point("date", "II", 4, "b"),
        Point("place_and_date", "II", 4, "c"),
        Point("title", "II", 5, "b"),
        Point("summary", "II", 5, "b"),
        Point("summary_line", "II", 5, "b"),
        Point("dispatch_summary", "II", 5, "b"),
        Point("basis", "II", 6, "a"),
        Point("content", "II", 6, "e"),
        Point("first_line", "II", 6, "e"),
        Point("gap", "II", 6, "e"),
        Point("line_spacing", "II", 6, "e"),
        Point("honours", "II", 7, "c"),
        Point("signing", "II", 7, "đ"),
        Point("signer", "II", 7, "đ"),
        Point("addressees", "II", 9, "d"),
        Point("recipients", "II", 9, "d"),
        Point("recipient_list", "II", 9, "d"),
        Point("appendix", "III", 1, "b"),
        Point("appendix_name", "III", 1, "b"),
        Point("appendix_note", "III", 1, "c"),
    )
}
"""Every point that is kept and checked, in the order of the appendix."""
