"""Whether the letters of a part look as the appendix has it, and on which side the part stands."""

from __future__ import annotations

from collections.abc import Iterator

from .deviation import ALIGN, BOLD, CAPITALS, ITALIC, SIZE, Deviation, off, shown, span_shown
from .requirements import LEFT, LOOKS, TextLook
from .values import Lettering, Paragraph

_HALF_A_STEP = 0.01
_YES, _NO = "+", "-"
_SIDES = {"left": "left", "start": "left"}


def check_look(
    point: str, paragraph: Paragraph, look: TextLook | None = None, *, side: bool = True
) -> Iterator[Deviation]:
    """What is off in the letters of *paragraph*, and in its side where that is asked for."""
    asked = look or LOOKS[point]
    for fault, found, wanted in sorted(_letters_off(paragraph, asked)):
        yield off(point, fault, paragraph, found, wanted)
    if asked.capitals and not paragraph.text.isupper():
        yield off(point, CAPITALS, paragraph)
    align = paragraph.lines.align
    if side and asked.align and not stands(paragraph, asked.align):
        yield off(point, ALIGN, paragraph, align, asked.align)


def _letters_off(paragraph: Paragraph, look: TextLook) -> set[tuple[str, str, str]]:
    found = set()
    for letters in letters_of(paragraph):
        if not look.size.holds(letters.size, _HALF_A_STEP):
            found.add((SIZE, f"{shown(letters.size)} pt", span_shown(look.size, "pt")))
        if letters.bold != look.bold:
            found.add((BOLD, _sign(letters.bold), _sign(look.bold)))
        if letters.italic != look.italic:
            found.add((ITALIC, _sign(letters.italic), _sign(look.italic)))
    return found


def letters_of(paragraph: Paragraph) -> set[Lettering]:
    """The looks of what is seen in *paragraph*."""
    return {run.letters for run in paragraph.runs if run.text.strip()}


def stands(paragraph: Paragraph, align: str) -> bool:
    """Whether *paragraph* stands as *align* has it; what fills no line on the left is as good as
    justified."""
    found = _SIDES.get(paragraph.lines.align, paragraph.lines.align)
    if align == LEFT:
        return found in (LEFT, "both")
    return found == align


def _sign(value: bool) -> str:
    return _YES if value else _NO
