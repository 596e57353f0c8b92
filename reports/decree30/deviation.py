"""What is off in a document: the point of the appendix, the place, what was found there and what
the appendix asks. Values alone; the words that people read are the command's."""

from __future__ import annotations

from dataclasses import dataclass

from .requirements import POINTS, Span
from .values import Paragraph, TableCell

MISSING = "missing"
SIZE, BOLD, ITALIC, CAPITALS, ALIGN = "size", "bold", "italic", "capitals", "align"
WORDS, LENGTH, MEASURE, ORDER = "words", "length", "measure", "order"
FAULTS = (MISSING, SIZE, BOLD, ITALIC, CAPITALS, ALIGN, WORDS, LENGTH, MEASURE, ORDER)
"""What can be wrong: the part is not there, its letters, the side it stands on, what it says, how
long its line is, another measure, where it stands."""

_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something off. ``point`` is a key of `requirements.POINTS`, ``fault`` one of `FAULTS`.

    ``found`` and ``wanted`` are short and without words of one language where they can be;
    ``paragraph`` (0: none) and ``cell`` say where, ``section`` counts from 1, ``excerpt`` is how
    the text there begins; ``times`` is in how many paragraphs; ``detail`` tells parts of one point
    apart ("top", of margins).
    """

    point: str
    fault: str
    found: str = ""
    wanted: str = ""
    section: int = 0
    paragraph: int = 0
    cell: TableCell | None = None
    excerpt: str = ""
    times: int = 1
    detail: str = ""

    @property
    def place_in_law(self) -> str:
        """The point as officials cite it."""
        return POINTS[self.point].place


def off(
    point: str, fault: str, paragraph: Paragraph | None = None, found: str = "", wanted: str = ""
) -> Deviation:
    """The finding that *paragraph* does not keep *point*."""
    if paragraph is None:
        return Deviation(point, fault, found, wanted)
    text = paragraph.text
    short = text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN].rstrip() + "…"
    return Deviation(
        point,
        fault,
        found,
        wanted,
        section=paragraph.section + 1,
        paragraph=paragraph.number,
        cell=paragraph.cell,
        excerpt=short,
    )


def shown(number: float) -> str:
    """*number* without needless places."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def span_shown(span: Span, unit: str) -> str:
    """What *span* allows, such as "13–14 pt"."""
    least, most = shown(span.least), shown(span.most)
    return f"{least} {unit}" if least == most else f"{least}–{most} {unit}"
