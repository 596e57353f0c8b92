"""Each point of Phụ lục I: a letter spoilt in it alone is found, and an unspoilt one passes."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from dondoc.reports.decree30.checking import check_file
from dondoc.reports.decree30.requirements import POINTS
from support.letters import LETTER, letter, written
from support.pages import ROOT, code, table

Spoil = Callable[[Any], None]


def check(content: bytes, path: Path) -> list[tuple[str, str]]:
    path.write_bytes(content)
    return [(finding.point, finding.fault) for finding in check_file(path)]


# What spoils a document: each takes it as python-docx has it.


def every_paragraph(document: Any) -> Iterator[Any]:
    for each in document.element.body.iter(qn("w:p")):
        yield Paragraph(each, document)


def at(document: Any, begins: str) -> Any:
    """The last paragraph that begins so: those of the end and the appendix come after others."""
    found = [each for each in every_paragraph(document) if each.text.startswith(begins)]
    assert found, begins
    return found[-1]


def letters(begins: str, **changed: Any) -> Spoil:
    def spoil(document: Any) -> None:
        for run in at(document, begins).runs:
            for name, value in changed.items():
                setattr(run.font, name, Pt(value) if name == "size" else value)

    return spoil


def lines(begins: str, **changed: Any) -> Spoil:
    def spoil(document: Any) -> None:
        for name, value in changed.items():
            setattr(at(document, begins).paragraph_format, name, value)

    return spoil


def says(begins: str, text: str) -> Spoil:
    def spoil(document: Any) -> None:
        first, *others = at(document, begins).runs
        first.text = text
        for each in others:
            each.text = ""

    return spoil


def gone(begins: str, after: int = 0) -> Spoil:
    """Take away the paragraph, or the one that comes *after* it."""

    def spoil(document: Any) -> None:
        element = at(document, begins)._element
        for _ in range(after):
            element = element.getnext()
        cell = element.getparent()
        cell.remove(element)
        if cell.tag == qn("w:tc") and cell.find(qn("w:p")) is None:
            cell.append(docx.oxml.OxmlElement("w:p"))

    return spoil


def line_below(begins: str, side: int) -> Spoil:
    """Give the line under the paragraph *side* twips on both sides."""

    def spoil(document: Any) -> None:
        indents = at(document, begins)._element.getnext().find(qn("w:pPr")).find(qn("w:ind"))
        for name in ("left", "right"):
            indents.set(qn(f"w:{name}"), str(side))

    return spoil


def section(number: int = 0, **changed: Any) -> Spoil:
    def spoil(document: Any) -> None:
        for name, value in changed.items():
            setattr(document.sections[number], name, value)

    return spoil


def header(**changed: Any) -> Spoil:
    def spoil(document: Any) -> None:
        paragraph = document.sections[0].header.paragraphs[0]
        for name, value in changed.items():
            for run in paragraph.runs:
                setattr(run.font, name, value)

    return spoil


def header_left(document: Any) -> None:
    document.sections[0].header.paragraphs[0].alignment = ALIGN.LEFT


def no_page_number(document: Any) -> None:
    for run in document.sections[0].header.paragraphs[0].runs:
        run._element.getparent().remove(run._element)


def starts_at(form: dict[str, str]) -> Spoil:
    def spoil(document: Any) -> None:
        kind = docx.oxml.OxmlElement("w:pgNumType")
        for name, value in form.items():
            kind.set(qn(f"w:{name}"), value)
        document.sections[0]._sectPr.find(qn("w:pgMar")).addnext(kind)

    return spoil


def number_on_first_page_too(document: Any) -> None:
    first = document.sections[0].first_page_header
    first.is_linked_to_previous = False
    number = copy.deepcopy(document.sections[0].header.paragraphs[0]._element)
    first._element.append(number)


def style_font(name: str, **attributes: str) -> Spoil:
    def spoil(document: Any) -> None:
        fonts = document.styles[name].element.find(qn("w:rPr")).find(qn("w:rFonts"))
        for key, value in attributes.items():
            fonts.set(qn(f"w:{key}"), value)

    return spoil


def theme_color(document: Any) -> None:
    color = at(document, "Trong tháng")._element.find(qn("w:r"))
    properties = color.get_or_add_rPr()
    element = docx.oxml.OxmlElement("w:color")
    element.set(qn("w:val"), "4472C4")
    element.set(qn("w:themeColor"), "accent1")
    properties.append(element)


def both_in_the_left_cell(document: Any) -> None:
    date, number = at(document, "Yên Thế, ngày"), at(document, "Số:")
    cell = date._element.getparent()
    number._element.addnext(date._element)
    cell.append(docx.oxml.OxmlElement("w:p"))


LONG, LAST = "Trong tháng 10", "Trên đây"
SPOILT: dict[str, list[Spoil]] = {
    "paper": [section(page_width=Mm(216), page_height=Mm(279)), section(1, page_height=Mm(200))],
    "margins": [
        section(top_margin=Mm(19)),
        section(bottom_margin=Mm(26)),
        section(left_margin=Mm(25)),
        section(right_margin=Mm(21)),
        section(1, left_margin=Mm(36)),
        section(gutter=Mm(10)),
    ],
    "font": [
        letters(LONG, name="Arial"),
        style_font("Tiêu ngữ", ascii="Calibri"),
        style_font("Nội dung văn bản", hAnsi="Cambria"),
        style_font("Ô bảng", hAnsi="Cambria"),
        style_font("Số trang", asciiTheme="minorHAnsi"),
    ],
    "colour": [
        lambda document: setattr(
            at(document, LONG).runs[0].font.color, "rgb", RGBColor(0x1F, 0x1F, 0x1F)
        ),
        theme_color,
    ],
    "page_number": [
        no_page_number,
        header_left,
        header(size=Pt(12)),
        header(bold=True),
        header(italic=True),
        number_on_first_page_too,
        section(different_first_page_header_footer=False),
        starts_at({"start": "5"}),
        starts_at({"fmt": "lowerRoman"}),
    ],
    "country": [
        letters("CỘNG HÒA", size=11),
        letters("CỘNG HÒA", size=14),
        letters("CỘNG HÒA", bold=False),
        letters("CỘNG HÒA", italic=True),
        says("CỘNG HÒA", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        says("CỘNG HÒA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIÊT NAM"),
        lines("CỘNG HÒA", alignment=ALIGN.LEFT),
        gone("CỘNG HÒA"),
    ],
    "motto": [
        letters("Độc lập", size=12),
        letters("Độc lập", bold=False),
        letters("Độc lập", italic=True),
        says("Độc lập", "Độc lập – Tự do – Hạnh phúc"),
        says("Độc lập", "Độc lập - Tự do - Hanh phúc"),
        says("Độc lập", "Độc Lập - Tự Do - Hạnh Phúc"),
        gone("Độc lập"),
    ],
    "motto_line": [gone("Độc lập", 1), line_below("Độc lập", 2200)],
    "head_spacing": [lines("Độc lập", line_spacing=1.5), lines("CỘNG HÒA", line_spacing=1.15)],
    "parent_organ": [
        letters("ỦY BAN", bold=True),
        letters("ỦY BAN", size=14),
        letters("ỦY BAN", italic=True),
        says("ỦY BAN", "Ủy ban nhân dân huyện Yên Thế"),
        lines("ỦY BAN", alignment=ALIGN.LEFT),
    ],
    "organ": [
        letters("VĂN PHÒNG", bold=False),
        letters("VĂN PHÒNG", size=11),
        letters("VĂN PHÒNG", italic=True),
        lines("VĂN PHÒNG", alignment=ALIGN.RIGHT),
    ],
    "organ_line": [gone("VĂN PHÒNG", 1), line_below("VĂN PHÒNG", 0), line_below("VĂN PHÒNG", 1800)],
    "number": [
        letters("Số: 15", size=14),
        letters("Số: 15", bold=True),
        letters("Số: 15", italic=True),
        says("Số: 15", "Số: 5/BC-VP"),
        says("Số: 15", "Số 15/BC-VP"),
        says("Số: 15", "Số: 15/bc-vp"),
        says("Số: 15", "Số: 15/BC - VP"),
        says("Số: 15", "Số: 15-BC-VP"),
        lines("Số: 15", alignment=ALIGN.LEFT),
        gone("Số: 15"),
    ],
    "date": [
        says("Yên Thế, ngày", "Yên Thế, ngày 5 tháng 11 năm 2026"),
        says("Yên Thế, ngày", "Yên Thế, ngày 05 tháng 2 năm 2026"),
        says("Yên Thế, ngày", "Yên Thế, ngày 05 tháng 03 năm 2026"),
        says("Yên Thế, ngày", "Yên Thế, ngày 05 tháng 13 năm 2026"),
        says("Yên Thế, ngày", "Yên Thế, ngày 32 tháng 3 năm 2026"),
        says("Yên Thế, ngày", "Yên Thế, ngày 05 tháng 3 năm 26"),
    ],
    "place_and_date": [
        letters("Yên Thế, ngày", italic=False),
        letters("Yên Thế, ngày", bold=True),
        letters("Yên Thế, ngày", size=12),
        says("Yên Thế, ngày", "Yên Thế ngày 05 tháng 11 năm 2026"),
        says("Yên Thế, ngày", "yên thế, ngày 05 tháng 11 năm 2026"),
        lines("Yên Thế, ngày", alignment=ALIGN.LEFT),
        gone("Yên Thế, ngày"),
        both_in_the_left_cell,
    ],
    "title": [
        letters("BÁO CÁO", bold=False),
        letters("BÁO CÁO", size=15),
        letters("BÁO CÁO", italic=True),
        says("BÁO CÁO", "Báo cáo"),
        lines("BÁO CÁO", alignment=ALIGN.LEFT),
    ],
    "summary": [
        letters("Kết quả theo", bold=False),
        letters("Kết quả theo", size=12),
        letters("Kết quả theo", italic=True),
        lines("Kết quả theo", alignment=ALIGN.LEFT),
        letters("Kết quả theo", all_caps=True),
    ],
    "summary_line": [gone("Kết quả theo", 1), line_below("Kết quả theo", 0)],
    "basis": [
        letters("Căn cứ Quy chế", italic=False),
        letters("Căn cứ chương", size=12),
        letters("Căn cứ chương", bold=True),
        says("Căn cứ Quy chế", "Căn cứ Quy chế ban hành kèm theo Quyết định."),
        says("Căn cứ chương", "Căn cứ chương trình công tác năm 2026;"),
    ],
    "content": [
        letters(LONG, size=12),
        letters(LONG, size=15),
        letters(LONG, italic=True),
        letters(LAST, size=12.5),
        lines(LONG, alignment=ALIGN.LEFT),
        lines(LONG, alignment=ALIGN.CENTER),
        letters("1. Số liệu", size=16),
    ],
    "first_line": [
        lines(LONG, first_line_indent=Mm(0)),
        lines(LONG, first_line_indent=Mm(20)),
        lines(LAST, left_indent=Mm(10)),
    ],
    "gap": [
        lines(LONG, space_after=Pt(0)),
        lines("Danh sách nhiệm vụ", space_after=Pt(5)),
    ],
    "line_spacing": [
        lines(LONG, line_spacing=1.6),
        lines(LONG, line_spacing=0.9),
        lines(LONG, line_spacing=Pt(14)),
        lines(LONG, line_spacing=Pt(26)),
    ],
    "honours": [says("Trần Văn Bình", "TS. Trần Văn Bình"), says("Trần Văn Bình", "ThS. Bình")],
    "signing": [
        letters("TL. CHỦ TỊCH", bold=False),
        letters("CHÁNH VĂN PHÒNG", size=12),
        letters("CHÁNH VĂN PHÒNG", italic=True),
        says("CHÁNH VĂN PHÒNG", "Chánh Văn phòng"),
        lines("TL. CHỦ TỊCH", alignment=ALIGN.LEFT),
        lambda document: (gone("TL. CHỦ TỊCH")(document), gone("CHÁNH VĂN")(document))[0],
    ],
    "signer": [
        letters("Trần Văn Bình", bold=False),
        letters("Trần Văn Bình", size=12),
        letters("Trần Văn Bình", italic=True),
        says("Trần Văn Bình", "TRẦN VĂN BÌNH"),
        lines("Trần Văn Bình", alignment=ALIGN.RIGHT),
        gone("Trần Văn Bình"),
    ],
    "addressees": [
        letters("Kính gửi", size=12),
        letters("- Thường trực", italic=True),
        letters("- Thường trực", bold=True),
        says("Kính gửi", "Kính gửi"),
        says("- Thường trực", "- Thường trực Huyện ủy."),
        says("- Chủ tịch", "- Chủ tịch UBND huyện;"),
    ],
    "recipients": [
        letters("Nơi nhận", size=11),
        letters("Nơi nhận", bold=False),
        letters("Nơi nhận", italic=False),
        says("Nơi nhận", "Nơi nhận"),
        lines("Nơi nhận", left_indent=Mm(10)),
        lines("Nơi nhận", alignment=ALIGN.CENTER),
    ],
    "recipient_list": [
        letters("- Các phòng", size=12),
        letters("- Các phòng", italic=True),
        letters("- Lưu:", bold=True),
        says("- Các phòng", "Các phòng, ban;"),
        says("- Các phòng", "- Các phòng, ban."),
        says("- Lưu:", "- Lưu: VT, TH;"),
        gone("- Lưu:"),
    ],
    "appendix": [
        letters("Phụ lục", size=13),
        letters("Phụ lục", bold=False),
        lines("Phụ lục", alignment=ALIGN.LEFT),
    ],
    "appendix_name": [
        letters("DANH SÁCH", bold=False),
        letters("DANH SÁCH", size=12),
        says("DANH SÁCH", "Danh sách nhiệm vụ"),
    ],
    "appendix_note": [letters("(Kèm theo", italic=False), letters("(Kèm theo", size=12)],
}
ELSEWHERE = {"orientation", "dispatch_summary"}
"""Points of which another letter is spoilt, further down."""


@pytest.fixture(scope="module")
def unspoilt() -> bytes:
    return written()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "letter.docx"


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"number": None, "day": None},
        {"number": 5},
        {"addressees": ()},
        {"addressees": ("Chủ tịch UBND huyện",)},
        {"basis": ()},
        {"parent": None},
        {"appendices": ()},
        {"appendices": LETTER.appendices * 4},
        {"organ": "UBND xã Xuân Hòa"},
        {"organ": "Điện lực Yên Thế"},
        {"summary": "Về tiến độ"},
        {"signing": ("Chánh Văn phòng",)},
        {"recipients": ()},
    ],
    ids=str,
)
def test_a_letter_as_dondoc_writes_it_keeps_every_point(changed: Any, path: Path) -> None:
    assert check(written(**changed), path) == []


def test_every_point_is_spoilt_somewhere() -> None:
    assert SPOILT.keys() | ELSEWHERE == POINTS.keys()


@pytest.mark.parametrize(
    ("point", "number"),
    [(point, number) for point, several in SPOILT.items() for number in range(len(several))],
)
def test_a_letter_spoilt_in_one_point_alone_is_found(
    point: str, number: int, unspoilt: bytes, path: Path
) -> None:
    document = docx.Document(io.BytesIO(unspoilt))
    SPOILT[point][number](document)
    saved = io.BytesIO()
    document.save(saved)
    assert {found for found, _ in check(saved.getvalue(), path)} == {point}


def test_pages_may_lie_across_only_for_tables(path: Path) -> None:
    tables = {"content": LETTER.content[:1], "appendices": ()}
    for changed, expected in (({}, set()), (tables, {"orientation"})):
        document = docx.Document(io.BytesIO(written(**changed)))
        first = document.sections[0]
        first.orientation = WD_ORIENT.LANDSCAPE
        first.page_width, first.page_height = Mm(297), Mm(210)
        saved = io.BytesIO()
        document.save(saved)
        found = {point for point, _ in check(saved.getvalue(), path)}
        assert found & {"orientation"} == expected


def test_what_a_dispatch_is_about_stands_under_its_number(path: Path) -> None:
    for size, expected in ((12, set()), (14, {"dispatch_summary"})):
        document = docx.Document(io.BytesIO(written(basis=())))
        for begins in ("BÁO CÁO", "Kết quả theo"):
            gone(begins)(document)
        about = copy.deepcopy(at(document, "Số: 15")._element)
        at(document, "Số: 15")._element.addnext(about)
        paragraph = Paragraph(about, document)
        paragraph.runs[0].text = "V/v đôn đốc thực hiện nhiệm vụ"
        paragraph.runs[0].font.size = Pt(size)
        says("Số: 15", "Số: 15/VP-TH")
        saved = io.BytesIO()
        document.save(saved)
        assert {found for found, _ in check(saved.getvalue(), path)} == expected


def test_a_finding_says_where_and_by_which_point_of_the_appendix(
    unspoilt: bytes, path: Path
) -> None:
    document = docx.Document(io.BytesIO(unspoilt))
    letters("CỘNG HÒA", size=11)(document)
    document.save(str(path))
    [finding] = check_file(path)
    assert finding.place_in_law == "điểm a khoản 1 Mục II Phần I Phụ lục I"
    assert (finding.found, finding.wanted) == ("11 pt", "12–13 pt")
    assert finding.excerpt == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert finding.cell is not None
    assert (finding.cell.table, finding.cell.row, finding.cell.column) == (1, 1, 2)


def test_the_same_fault_is_told_once_with_how_often_it_is_there(path: Path) -> None:
    document = docx.Document(io.BytesIO(written()))
    for each in every_paragraph(document):
        if each.style.name == "Nội dung văn bản" and each.text:
            each.paragraph_format.first_line_indent = Mm(0)
    document.save(str(path))
    [finding] = check_file(path)
    assert (finding.point, finding.times) == ("first_line", 5)


def test_the_page_has_every_point_with_its_place() -> None:
    rows = table(ROOT / "docs" / "decree-30.md", "## The points")
    told = [(code(row[0])[0], f"{row[1]} Phần I Phụ lục I") for row in rows]
    assert told == [(key, point.place) for key, point in POINTS.items()]


def test_the_letter_of_these_tests_has_every_part() -> None:
    assert all((LETTER.parent, LETTER.basis, LETTER.addressees, letter().appendices))
