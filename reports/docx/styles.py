"""The styles of a letter: one for each part of the appendix, named in Vietnamese for who edits it.

Every look stands in a style and none in a paragraph, so that a clerk who changes one changes all
of its kind.
"""

from __future__ import annotations

from dataclasses import replace

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from ..decree30.requirements import (
    CENTRE,
    FIRST_LINE_WRITTEN_MM,
    GAP_PT,
    LINE_SPACING,
    LOOKS,
    Span,
    TextLook,
)
from .elements import fonts, make, run_look, twips

LINE, GRID_TITLE = "Ke", "TenBang"
CELL, CELL_CENTRED, CELL_STRONG, CELL_HEAD = "O", "OGiua", "ODam", "ODau"
CONTENT, HEADING = "NoiDung", "DeMuc"
STYLES = {
    "country": ("QuocHieu", "Quốc hiệu"),
    "motto": ("TieuNgu", "Tiêu ngữ"),
    "parent_organ": ("CoQuanChuQuan", "Cơ quan chủ quản"),
    "organ": ("CoQuan", "Cơ quan ban hành"),
    "number": ("SoKyHieu", "Số, ký hiệu"),
    "place_and_date": ("DiaDanh", "Địa danh, thời gian"),
    "title": ("TenLoai", "Tên loại văn bản"),
    "summary": ("TrichYeu", "Trích yếu"),
    "basis": ("CanCu", "Căn cứ"),
    "addressees": ("KinhGui", "Kính gửi"),
    "content": (CONTENT, "Nội dung văn bản"),
    "signing": ("ChucVu", "Quyền hạn, chức vụ"),
    "signer": ("HoTen", "Họ tên người ký"),
    "recipients": ("NoiNhan", "Nơi nhận"),
    "recipient_list": ("NoiNhanDanhSach", "Danh sách nơi nhận"),
    "page_number": ("SoTrang", "Số trang"),
    "appendix": ("PhuLuc", "Phụ lục"),
    "appendix_name": ("TenPhuLuc", "Tên phụ lục"),
    "appendix_note": ("KemTheo", "Kèm theo văn bản"),
}
"""Id and name of the style of each part, by the key of its look."""
_FLOWING = ("basis", "content")
_ABOVE = {"title": 12, "appendix_name": 0}
_BELOW = {"appendix_note": 6, "addressees": 6}
TABLE_SIZES = Span(11, 13, 11)
"""Of the text of tables, for which the appendix gives no size."""


def set_styles(document: Document) -> None:
    """Give *document* these styles and no other of its own."""
    root = document.styles.element
    for style in root.findall(qn("w:style")):
        if style.get(qn("w:default")) != "1":
            root.remove(style)
        elif style.get(qn("w:type")) == "paragraph":
            root.replace(style, _style("Normal", "Normal", LOOKS["content"], default=True))
    root.replace(root.find(qn("w:docDefaults")), _defaults())
    for key, (style_id, name) in STYLES.items():
        root.append(_style(style_id, name, LOOKS[key], flowing=key in _FLOWING, key=key))
    content = LOOKS["content"]
    root.append(_style(HEADING, "Đề mục", replace(content, bold=True), flowing=True, keep=True))
    cell = TextLook(TABLE_SIZES)
    root.append(_style(LINE, "Đường kẻ", TextLook(Span(4, 4, 4), align=CENTRE), above=2))
    root.append(_style(CELL, "Ô bảng", cell))
    root.append(_style(CELL_CENTRED, "Ô bảng giữa", replace(cell, align=CENTRE)))
    root.append(_style(CELL_STRONG, "Ô bảng đậm", replace(cell, bold=True)))
    root.append(_style(CELL_HEAD, "Đầu bảng", replace(cell, bold=True, align=CENTRE)))
    root.append(
        _style(
            GRID_TITLE, "Tên bảng", replace(content, bold=True, align=CENTRE), keep=True, above=6
        )
    )


def _defaults() -> BaseOxmlElement:
    size = round(LOOKS["content"].size.written * 2)
    letters = make(
        "w:rPr",
        fonts(),
        make("w:sz", val=size),
        make("w:szCs", val=size),
        make("w:lang", val="vi-VN", eastAsia="vi-VN", bidi="ar-SA"),
    )
    lines = make("w:pPr", make("w:spacing", before=0, after=0, line=240, lineRule="auto"))
    return make("w:docDefaults", make("w:rPrDefault", letters), make("w:pPrDefault", lines))


def _style(
    style_id: str,
    name: str,
    look: TextLook,
    *,
    default: bool = False,
    flowing: bool = False,
    keep: bool = False,
    above: int = 0,
    key: str = "",
) -> BaseOxmlElement:
    """A style for paragraphs; *flowing* ones have the indent and the gaps of the content, those to
    *keep* stay with the next, *above* is the room over them in points."""
    if default:
        style = make("w:style", type="paragraph", default=1, styleId=style_id)
        style.extend([make("w:name", val=name), make("w:qFormat")])
    else:
        style = make("w:style", type="paragraph", customStyle=1, styleId=style_id)
        style.extend([make("w:name", val=name), make("w:basedOn", val="Normal"), make("w:qFormat")])
    properties = [make("w:keepNext")] if keep else []
    line = round(240 * LINE_SPACING.written) if flowing else 240
    after = GAP_PT.written if flowing or keep else _BELOW.get(key, 0)
    before = _ABOVE.get(key, above)
    properties.append(
        make("w:spacing", before=before * 20, after=round(after * 20), line=line, lineRule="auto")
    )
    if flowing:
        properties.append(make("w:ind", firstLine=twips(FIRST_LINE_WRITTEN_MM)))
    align = None if default else look.align
    properties.append(make("w:jc", val=align or "left"))
    style.append(make("w:pPr", *properties))
    style.append(run_look(look))
    return style
