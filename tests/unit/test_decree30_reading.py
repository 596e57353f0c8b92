"""Documents of other programs: the look that text has in the end, and which part is which.

Their XML is written here as Word and LibreOffice write theirs: themes, defaults, chains of styles,
properties of the text itself, drawn lines, tabs in place of tables.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from dondoc.reports.decree30.checking import check_document
from dondoc.reports.decree30.reading import read_document
from dondoc.reports.decree30.recognising import recognised
from dondoc.reports.decree30.values import Paragraph, ReadDocument

SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
PAGES = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rheader"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:bottom="1134" w:left="1701" '
    'w:right="851" w:gutter="0"/><w:titlePg/></w:sectPr>'
)
# As Word has them where somebody typed a letter without touching a style.
DEFAULTS = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" '
    'w:hAnsiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:cstheme="minorBidi"/>'
    '<w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160" '
    'w:line="259" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
)
TIMES = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
NORMAL = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    f'<w:pPr><w:spacing w:after="0" w:line="240"/></w:pPr><w:rPr>{TIMES}<w:sz w:val="28"/></w:rPr>'
    "</w:style>"
)
THEME = (
    '<a:theme><a:themeElements><a:fontScheme><a:majorFont><a:latin typeface="Calibri Light"/>'
    '<a:ea typeface=""/><a:cs typeface=""/></a:majorFont><a:minorFont><a:latin typeface="Calibri"/>'
    '<a:ea typeface=""/><a:cs typeface=""/></a:minorFont></a:fontScheme></a:themeElements>'
    "</a:theme>"
)
NUMBERED_PAGE = (
    '<w:sdt><w:sdtContent><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:fldSimple w:instr=" PAGE '
    '\\* MERGEFORMAT "><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p></w:sdtContent></w:sdt>'
)


def document(
    body: str,
    folder: Path,
    styles: str = DEFAULTS + NORMAL,
    header: str = NUMBERED_PAGE,
    numbering: str = "",
) -> ReadDocument:
    """The document of *body*, read."""
    parts = {
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}{PAGES}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
        "word/theme/theme1.xml": THEME.replace("<a:theme>", f"<a:theme {SPACES}>"),
        "word/header1.xml": f"<w:hdr {SPACES}>{header}</w:hdr>",
        "word/numbering.xml": f"<w:numbering {SPACES}>{numbering}</w:numbering>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{KIND}/officeDocument" Target="/word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        + "".join(
            f'<Relationship Id="r{kind}" Type="{KIND}/{kind}" Target="{target}"/>'
            for kind, target in (
                ("styles", "styles.xml"),
                ("theme", "theme/theme1.xml"),
                ("header", "header1.xml"),
                ("numbering", "../word/numbering.xml"),
            )
        )
        + "</Relationships>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    path = folder / "document.docx"
    path.write_bytes(made.getvalue())
    return read_document(path)


def paragraph(text: str, properties: str = "", letters: str = "") -> str:
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{letters}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def style(
    name: str, based: str, paragraph: str = "", letters: str = "", kind: str = "paragraph"
) -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:basedOn w:val="{based}"/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def only(read: ReadDocument) -> Paragraph:
    [found] = [each for each in read.paragraphs if each.text]
    return found


# The look in the end


def test_the_font_of_the_theme_holds_until_a_style_names_another(tmp_path: Path) -> None:
    plain = only(document(paragraph("a"), tmp_path, styles=DEFAULTS)).runs[0].letters
    named = only(document(paragraph("a"), tmp_path)).runs[0].letters
    assert (plain.ascii, plain.size) == ("Calibri", 11)
    assert (named.ascii, named.other, named.size) == ("Times New Roman", "Times New Roman", 14)


def test_a_theme_beside_a_font_wins_as_in_word(tmp_path: Path) -> None:
    both = '<w:rFonts w:ascii="Times New Roman" w:asciiTheme="majorHAnsi"/>'
    assert (
        only(document(paragraph("a", "", both), tmp_path)).runs[0].letters.ascii == "Calibri Light"
    )


def test_bold_of_two_kinds_of_styles_is_turned_over_and_the_text_decides(tmp_path: Path) -> None:
    styles = DEFAULTS + NORMAL + style("Head", "Normal", letters="<w:b/>")
    styles += style("Deeper", "Head") + style("Strong", "", letters="<w:b/>", kind="character")
    run = "<w:r><w:rPr>{}</w:rPr><w:t>{}</w:t></w:r>"
    body = '<w:p><w:pPr><w:pStyle w:val="Deeper"/></w:pPr>'
    body += run.format("", "bold") + run.format('<w:rStyle w:val="Strong"/>', "not")
    body += run.format('<w:rStyle w:val="Strong"/><w:b/>', "yes") + run.format(
        '<w:b w:val="0"/>', "no"
    )
    found = only(document(body + "</w:p>", tmp_path, styles=styles))
    assert [each.letters.bold for each in found.runs] == [True, False, True, False]


def test_styles_that_are_based_on_each_other_in_a_circle_are_read(tmp_path: Path) -> None:
    styles = NORMAL + style("A", "B", letters="<w:i/>") + style("B", "A")
    found = only(document(paragraph("a", '<w:pStyle w:val="A"/>'), tmp_path, styles=styles))
    assert found.runs[0].letters.italic


def test_spacing_and_indents_are_taken_one_by_one_along_the_chain(tmp_path: Path) -> None:
    styles = DEFAULTS + NORMAL
    styles += style("Body", "Normal", '<w:spacing w:after="120"/><w:ind w:firstLine="720"/>')
    own = '<w:pStyle w:val="Body"/><w:spacing w:before="60"/><w:ind w:left="100"/>'
    lines = only(document(paragraph("a", own), tmp_path, styles=styles)).lines
    assert (lines.before, lines.after, lines.line) == (3, 6, 240)
    assert (lines.left, lines.first) == (5, 36)


def test_the_level_of_a_list_gives_its_indents(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:pPr><w:ind w:left="720" '
        'w:hanging="360"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId="7">'
        '<w:abstractNumId w:val="3"/></w:num>'
    )
    own = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>'
    lines = only(document(paragraph("a", own), tmp_path, numbering=numbering)).lines
    assert (lines.left, lines.first) == (36, -18)


def test_hidden_and_deleted_text_and_what_is_said_twice_is_not_seen(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:del><w:r><w:t>deleted</w:t></w:r></w:del><w:ins><w:r><w:t> too</w:t></w:r></w:ins>"
        "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
        f"{paragraph('boxed')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
        f"{paragraph('boxed')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [each.text for each in document(body, tmp_path).paragraphs] == ["boxed", "seen too"]


@pytest.mark.parametrize(
    ("letters", "text", "found"),
    [
        ('<w:rFonts w:hAnsi="Arial"/>', "chữ", {"Arial"}),
        ('<w:rFonts w:hAnsi="Arial"/>', "plain", set()),
        ('<w:rFonts w:ascii="Arial"/>', "ữ", set()),
        ('<w:rFonts w:eastAsia="MS Mincho"/>', "“chữ”", set()),
        ('<w:rFonts w:eastAsia="MS Mincho" w:hint="eastAsia"/>', "“chữ”", {"MS Mincho"}),
        ('<w:rFonts w:cs="Arial"/><w:rtl/>', "chữ", {"Arial"}),
        ('<w:rFonts w:ascii="Wingdings"/>', "😀 → \uf0e0", set()),
        ('<w:rFonts w:ascii="times new roman"/>', "a", set()),
    ],
)
def test_the_font_is_that_in_which_a_letter_is_shown(
    letters: str, text: str, found: set[str], tmp_path: Path
) -> None:
    read = document(paragraph(text, "", letters), tmp_path)
    assert {odd.found for odd in read.odd if odd.point == "font"} == found


def test_black_of_the_theme_is_black_and_a_shade_of_it_is_not(tmp_path: Path) -> None:
    for shade, odd in (("", 0), ('w:themeTint="80"', 1)):
        color = f'<w:color w:val="808080" w:themeColor="text1" {shade}/>'
        assert len(document(paragraph("a", "", color), tmp_path).odd) == odd


def test_the_gutter_counts_as_left_margin(tmp_path: Path) -> None:
    read = document(paragraph("a"), tmp_path)
    assert read.sections[0].left == 1701 / 20
    assert [each.fields for each in read.sections[0].headers["default"]] == [
        ("PAGE \\* MERGEFORMAT",)
    ]


# Which part is which

CENTRED, JUSTIFIED = '<w:jc w:val="center"/>', '<w:jc w:val="both"/>'
BODY_LINES = f'{JUSTIFIED}<w:ind w:firstLine="567"/><w:spacing w:before="120"/>'
LONG = (
    "Thực hiện nhiệm vụ được giao, cơ quan báo cáo kết quả thực hiện như sau, đầy đủ từng việc. "
    * 2
)


def size(points: float, more: str = "") -> str:
    return f'{more}<w:sz w:val="{int(points * 2)}"/>'


def drawn(length: float) -> str:
    """A line as Word draws it, and once more as it was drawn before 2010."""
    width = int(length * 12700)
    shape = f'<a:prstGeom prst="line"/><a:ext cx="{width}" cy="0"/>'
    return (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:anchor>"
        f'<wp:extent cx="{width}" cy="0"/><a:graphic><wps:wsp>{shape}</wps:wsp></a:graphic>'
        "</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        '<v:line from="0,0" to="9pt,0"/></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    )


def with_line(paragraph_: str, line: str) -> str:
    return paragraph_.removesuffix("</w:p>") + line + "</w:p>"


def cell(width: int, *paragraphs: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(paragraphs)}</w:tc>'


NAME = paragraph("UBND XÃ XUÂN HÒA", CENTRED, size(13, "<w:b/>"))
COUNTRY = paragraph("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", CENTRED, size(13, "<w:b/>"))
MOTTO = paragraph("Độc lập - Tự do - Hạnh phúc", CENTRED, size(14, "<w:b/>"))
NUMBER = paragraph("Số: 05/BC-UBND", CENTRED, size(13))
PLACE = paragraph("Xuân Hòa, ngày 05 tháng 02 năm 2026", CENTRED, size(14, "<w:i/>"))
TITLE = paragraph("BÁO CÁO", CENTRED, "<w:b/>")
SUMMARY = paragraph("Kết quả thực hiện nhiệm vụ", CENTRED, "<w:b/>")
PASSAGE = paragraph(LONG, BODY_LINES)
CONTENT = PASSAGE + PASSAGE
TO = paragraph("Nơi nhận:", "", size(12, "<w:b/><w:i/>"))
LISTED = paragraph("- UBND huyện;", "", size(11)) + paragraph("- Lưu: VT.", "", size(11))
OFFICE = paragraph("TM. ỦY BAN NHÂN DÂN", CENTRED, "<w:b/>") + paragraph(
    "CHỦ TỊCH", CENTRED, "<w:b/>"
)
SIGNER = paragraph("Trần Văn Bình", CENTRED, "<w:b/>")
SIGNED = cell(4800, OFFICE, paragraph(""), SIGNER)
END = f"<w:tbl><w:tr>{cell(4500, TO, LISTED)}{SIGNED}</w:tr></w:tbl>"
HEAD = (
    f"<w:tbl><w:tr>{cell(3600, with_line(NAME, drawn(55)))}"
    f"{cell(5700, COUNTRY, with_line(MOTTO, drawn(172)))}</w:tr>"
    f"<w:tr>{cell(3600, NUMBER)}{cell(5700, PLACE)}</w:tr></w:tbl>"
)


def points(read: ReadDocument) -> list[tuple[str, str, str]]:
    return [(each.point, each.fault, each.found) for each in check_document(read)]


def test_a_letter_typed_in_word_with_drawn_lines_passes(tmp_path: Path) -> None:
    letter = HEAD + TITLE + with_line(SUMMARY, drawn(75)) + CONTENT + END
    assert points(document(letter, tmp_path)) == []


def test_a_drawn_line_may_hang_on_the_paragraph_beside_it(tmp_path: Path) -> None:
    for body in (
        HEAD + with_line(TITLE, drawn(75)) + SUMMARY + CONTENT + END,
        HEAD + TITLE + SUMMARY + with_line(PASSAGE, drawn(75)) + PASSAGE + END,
    ):
        assert points(document(body, tmp_path)) == []


@pytest.mark.parametrize(
    ("length", "found"), [(20, [("summary_line", "length")]), (170, [("summary_line", "length")])]
)
def test_a_drawn_line_of_another_length_is_off(
    length: float, found: list[tuple[str, str]], tmp_path: Path
) -> None:
    letter = HEAD + TITLE + with_line(SUMMARY, drawn(length)) + CONTENT + END
    assert [each[:2] for each in points(document(letter, tmp_path))] == found


def test_strokes_and_underlined_text_are_lines_too(tmp_path: Path) -> None:
    motto = paragraph(
        "Độc lập - Tự do - Hạnh phúc", CENTRED, size(14, '<w:b/><w:u w:val="single"/>')
    )
    strokes = paragraph("_______", CENTRED, size(13))
    head = (
        f"<w:tbl><w:tr>{cell(3600, NAME, strokes)}{cell(5700, COUNTRY, motto)}</w:tr>"
        f"<w:tr>{cell(3600, NUMBER)}{cell(5700, PLACE)}</w:tr></w:tbl>"
    )
    below = paragraph("___________", CENTRED)
    assert points(document(head + TITLE + SUMMARY + below + CONTENT + END, tmp_path)) == []


def test_a_head_set_with_tabs_is_known_by_what_it_says(tmp_path: Path) -> None:
    def beside(left: str, right: str) -> str:
        return f"<w:p>{left}<w:r><w:tab/></w:r>{right}</w:p>"

    def run(text: str, letters: str) -> str:
        return f"<w:r><w:rPr>{letters}</w:rPr><w:t>{text}</w:t></w:r>"

    body = (
        beside(
            run("UBND XÃ XUÂN HÒA", size(13, "<w:b/>")),
            run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size(13, "<w:b/>")),
        )
        + beside(drawn(55), run("Độc lập - Tự do - Hạnh phúc", size(14, "<w:b/>")) + drawn(172))
        + beside(
            run("Số: 05/BC-UBND", size(13)),
            run("Xuân Hòa, ngày 05 tháng 02 năm 2026", size(14, "<w:i/>")),
        )
        + TITLE
        + with_line(SUMMARY, drawn(75))
        + CONTENT
        + END
    )
    read = document(body, tmp_path)
    parts = recognised(read)
    assert [each.text for each in parts.organ] == ["UBND XÃ XUÂN HÒA"]
    assert parts.number
    assert parts.number.text == "Số: 05/BC-UBND"
    # No side is seen where tabs hold the parts in place.
    assert {(point, fault) for point, fault, _ in points(read)} <= {
        (point, "align") for point in ("country", "motto", "organ", "number", "place_and_date")
    }


def test_what_stands_on_two_lines_of_one_paragraph_is_two_parts(tmp_path: Path) -> None:
    def folded(one: str, other: str) -> str:
        first, second = (each.partition("<w:r>")[2] for each in (one, other))
        return (
            one.partition("<w:r>")[0]
            + "<w:r>"
            + first.removesuffix("</w:p>")
            + "<w:r><w:br/></w:r><w:r>"
            + second
        )

    head = (
        f"<w:tbl><w:tr>{cell(3600, with_line(NAME, drawn(55)))}"
        f"{cell(5700, with_line(folded(COUNTRY, MOTTO), drawn(172)))}</w:tr>"
        f"<w:tr>{cell(3600, NUMBER)}{cell(5700, PLACE)}</w:tr></w:tbl>"
    )
    body = head + with_line(folded(TITLE, SUMMARY), drawn(75)) + CONTENT + END
    assert points(document(body, tmp_path)) == []


def test_a_text_that_is_no_letter_lacks_its_parts(tmp_path: Path) -> None:
    found = {point for point, fault, _ in points(document(CONTENT, tmp_path)) if fault == "missing"}
    assert {"country", "motto", "organ", "number", "title", "signing", "recipients"} <= found
