"""Checks of pages: paper, margins, and the number of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .deviation import ALIGN, MEASURE, MISSING, ORDER, Deviation, off, shown, span_shown
from .letters_check import check_look
from .requirements import LOOKS, MARGINS_MM, PAPER_MM
from .values import PageSection, Paragraph, ReadDocument

_MM = 25.4 / 72
_ROUGH = 0.6
"""Millimetres by which measures in whole points, and paper of printers, differ."""
_PAGE = "PAGE"


def check_pages(document: ReadDocument, has_tables: bool) -> Iterator[Deviation]:
    """What is off in the pages of *document*; across they may lie where it *has_tables*."""
    for number, section in enumerate(document.sections, 1):
        for finding in (*_paper(section, has_tables or number > 1), *_margins(section)):
            yield replace(finding, section=number)
    if document.pages != 1:
        yield from _numbers(document)


def _paper(section: PageSection, across_allowed: bool) -> Iterator[Deviation]:
    sides = sorted((section.width * _MM, section.height * _MM))
    if any(abs(side - wanted) > _ROUGH for side, wanted in zip(sides, PAPER_MM, strict=True)):
        found = f"{shown(section.width * _MM)} x {shown(section.height * _MM)} mm"
        yield off("paper", MEASURE, None, found, "210 x 297 mm")
    if section.width > section.height and not across_allowed:
        yield off("orientation", ORDER)


def _margins(section: PageSection) -> Iterator[Deviation]:
    for side, span in MARGINS_MM.items():
        found = getattr(section, side) * _MM
        if not span.holds(found, _ROUGH / 4):
            wanted = span_shown(span, "mm")
            measured = off("margins", MEASURE, None, f"{shown(round(found, 1))} mm", wanted)
            yield replace(measured, detail=side)


def _numbers(document: ReadDocument) -> Iterator[Deviation]:
    first = document.sections[0]
    # Without a header of its own the first page shows what the others show.
    on_first = first.headers.get("first" if first.own_first else "default", ())
    if _counted(on_first):
        yield replace(off("page_number", ORDER), section=1)
    if first.starts_at not in (None, 0, 1):
        yield replace(
            off("page_number", MEASURE, None, str(first.starts_at), "1"),
            section=1,
        )
    for number, section in enumerate(document.sections, 1):
        kinds = ("default", "even") if document.even_differ else ("default",)
        for kind in kinds:
            counted = _counted(section.headers.get(kind, ()))
            if not counted:
                yield replace(off("page_number", MISSING), section=number)
            for paragraph in counted:
                for finding in _look(paragraph, section):
                    yield replace(finding, section=number)


def _counted(paragraphs: tuple[Paragraph, ...]) -> list[Paragraph]:
    return [each for each in paragraphs if any(code.split(" ")[0] == _PAGE for code in each.fields)]


def _look(paragraph: Paragraph, section: PageSection) -> Iterator[Deviation]:
    look = LOOKS["page_number"]
    for finding in check_look("page_number", paragraph, side=False):
        yield replace(finding, paragraph=0)
    lines = paragraph.lines
    tabbed = lines.tabbed_to_centre and any(run.text.startswith("\t") for run in paragraph.runs)
    if not (lines.align == look.align or lines.framed_in_centre or tabbed or paragraph.boxed):
        yield replace(off("page_number", ALIGN, None, lines.align, look.align or ""), paragraph=0)
    if section.number_form != "decimal":
        yield off("page_number", MEASURE, None, section.number_form, "1, 2, 3")
