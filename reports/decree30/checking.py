"""Whether a document keeps Phụ lục I of Nghị định 30/2020/NĐ-CP: all that is off, by point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .content_check import check_content
from .deviation import MEASURE, Deviation, off
from .end_check import check_end
from .head_check import check_head
from .page_check import check_pages
from .reading import read_document
from .recognising import recognised
from .requirements import FONT, POINTS
from .values import ReadDocument


def check_file(path: Path) -> tuple[Deviation, ...]:
    """What is off in the DOCX *path*, in the order of the appendix; nothing where all is right.

    Raises `archive.NotReadable`, one line, where it is no document that can be read.
    """
    return check_document(read_document(path))


def check_document(document: ReadDocument) -> tuple[Deviation, ...]:
    """What is off in *document*, in the order of the appendix and then of the document."""
    parts = recognised(document)
    tables = any(paragraph.cell for paragraph in parts.flow)
    found = [
        *check_pages(document, tables),
        *_odd(document),
        *check_head(parts, document.sections),
        *check_content(parts, document.sections),
        *check_end(parts),
    ]
    order = list(POINTS)
    return tuple(sorted(_gathered(found), key=lambda each: order.index(each.point)))


def _odd(document: ReadDocument) -> Iterable[Deviation]:
    for odd in document.odd:
        wanted = FONT if odd.point == "font" else "000000"
        yield replace(off(odd.point, MEASURE, odd.paragraph, odd.found, wanted), times=odd.times)


def _gathered(found: Iterable[Deviation]) -> Iterable[Deviation]:
    """The same fault of one point once, at its first place, with how often it is there."""
    first: dict[tuple[str, ...], Deviation] = {}
    for each in found:
        key = (each.point, each.fault, each.found, each.wanted, each.detail)
        before = first.get(key)
        first[key] = each if before is None else replace(before, times=before.times + each.times)
    return first.values()
