"""Pages: paper, margins, and the number in the margin at the top, on every page but the first."""

from __future__ import annotations

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm

from ..decree30.requirements import MARGINS_MM, PAPER_MM
from .elements import make, paragraph
from .styles import LINE, STYLES

_HEADER_MM = 10
"""From the edge of the paper to the number."""


def width_mm(across: bool) -> float:
    """How wide the text is, on a page that lies *across* or stands."""
    return PAPER_MM[across] - MARGINS_MM["left"].written - MARGINS_MM["right"].written


def set_first_page(document: Document) -> None:
    """Set the pages of the letter itself."""
    _set(document.sections[0], across=False)
    _number(document.sections[0])


def add_appendix_page(document: Document) -> None:
    """Begin pages that lie across, numbered on their own as appendices are."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    # What ends the pages before is a paragraph, which must not begin a page of its own.
    end = document.element.body.find(qn("w:sectPr")).getprevious()
    end.find(qn("w:pPr")).insert(0, make("w:pStyle", val=LINE))
    _set(section, across=True)
    kind = section._sectPr.find(qn("w:pgNumType"))
    if kind is None:
        section._sectPr.find(qn("w:pgMar")).addnext(make("w:pgNumType", start=1))


def _set(section: Section, across: bool) -> None:
    short, long = (Mm(each) for each in PAPER_MM)
    section.page_width, section.page_height = (long, short) if across else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.top_margin = Mm(MARGINS_MM["top"].written)
    section.bottom_margin = Mm(MARGINS_MM["bottom"].written)
    section.left_margin = Mm(MARGINS_MM["left"].written)
    section.right_margin = Mm(MARGINS_MM["right"].written)
    section.header_distance = section.footer_distance = Mm(_HEADER_MM)
    section.gutter = 0
    section.different_first_page_header_footer = True
    # A grid of lines, which the template has for other scripts, would change their spacing.
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)


def _number(section: Section) -> None:
    number = paragraph(STYLES["page_number"][0], "")
    number.remove(number[-1])
    parts = [make("w:fldChar", fldCharType=kind) for kind in ("begin", "separate", "end")]
    code, shown = make("w:instrText"), make("w:t")
    code.text, shown.text = "PAGE", "2"
    for part in (parts[0], code, parts[1], shown, parts[2]):
        number.append(make("w:r", part))
    header = section.header
    header.is_linked_to_previous = False
    old = header._element.findall(qn("w:p"))
    header._element.append(number)
    for each in old:
        header._element.remove(each)
