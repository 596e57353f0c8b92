"""Checks of the content: what the document rests on, its paragraphs, and the room between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from .deviation import ALIGN, ITALIC, MEASURE, SIZE, WORDS, Deviation, off, shown, span_shown
from .letters_check import check_look, letters_of
from .lines_check import is_longer_than_a_line
from .recognising import Parts
from .requirements import (
    FIRST_LINE_MM,
    GAP_PT,
    JUSTIFIED,
    LINE_SPACING,
    LOOKS,
    SINGLE_LINE,
    TO,
)
from .seeing import is_stroke
from .values import SINGLE, PageSection, Paragraph

_MM = 72 / 25.4
_ROUGH = 0.6
"""Points by which an indent may differ."""
_TAB = 36.0
"""Where a tab without a stop of its own leads to: 1.27 cm."""
_SLACK = 0.02


def check_content(parts: Parts, sections: Sequence[PageSection]) -> Iterator[Deviation]:
    """What is off in the content of a document."""
    yield from _addressees(parts.addressees)
    yield from _basis(parts.basis)
    flow = [each for each in parts.flow if each.cell is None and not each.boxed]
    said = [each for each in flow if each.text and not is_stroke(each)]
    for paragraph in said:
        yield from _letters(paragraph)
        if not _is_caption(paragraph, sections):
            yield from _lines(paragraph, sections)
        yield from _spacing(paragraph)
    for above, below in pairwise([*parts.basis, *flow]):
        if above.number + 1 == below.number and above.text and below.text:
            yield from _gap(above, below)


def _addressees(several: Sequence[Paragraph]) -> Iterator[Deviation]:
    for paragraph in several:
        yield from check_look("addressees", paragraph)
    if several and not several[0].text.startswith(TO):
        yield off("addressees", WORDS, several[0], wanted=TO)
    listed = several[1:]
    for paragraph in listed:
        end = "." if paragraph is listed[-1] else ";"
        if not paragraph.text.startswith("-") or not paragraph.text.endswith(end):
            yield off("addressees", WORDS, paragraph, wanted=f"- …{end}")


def _basis(several: Sequence[Paragraph]) -> Iterator[Deviation]:
    for paragraph in several:
        yield from check_look("basis", paragraph, side=False)
        end = "." if paragraph is several[-1] else ";"
        if not paragraph.text.endswith(end):
            yield off("basis", WORDS, paragraph, paragraph.text[-1:], end)


def _letters(paragraph: Paragraph) -> Iterator[Deviation]:
    size = LOOKS["content"].size
    found = letters_of(paragraph)
    for letters in sorted(found, key=lambda letters: letters.size):
        if not size.holds(letters.size, 0.01):
            given = f"{shown(letters.size)} pt"
            yield off("content", SIZE, paragraph, given, span_shown(size, "pt"))
    slanted = all(letters.italic for letters in found)
    if slanted and paragraph.lines.align not in ("center", "right"):
        yield off("content", ITALIC, paragraph, "+", "-")


def _is_caption(paragraph: Paragraph, sections: Sequence[PageSection]) -> bool:
    """Whether *paragraph* is a heading or a note that stands in the middle or on the right."""
    if paragraph.lines.align not in ("center", "right"):
        return False
    bold = all(letters.bold for letters in letters_of(paragraph))
    return bold or not is_longer_than_a_line(paragraph, sections)


def _lines(paragraph: Paragraph, sections: Sequence[PageSection]) -> Iterator[Deviation]:
    lines = paragraph.lines
    if lines.align != JUSTIFIED and is_longer_than_a_line(paragraph, sections):
        yield off("content", ALIGN, paragraph, lines.align, JUSTIFIED)
    first = lines.left + lines.first
    tabbed = "".join(run.text for run in paragraph.runs).startswith("\t")
    if tabbed and abs(first) < _ROUGH:
        first = _TAB
    if not any(abs(first - wanted * _MM) < _ROUGH for wanted in FIRST_LINE_MM):
        wanted = f"{shown(FIRST_LINE_MM[0] / 10)} / {shown(FIRST_LINE_MM[1] / 10)} cm"
        yield off("first_line", MEASURE, paragraph, f"{shown(first / _MM / 10)} cm", wanted)


def _spacing(paragraph: Paragraph) -> Iterator[Deviation]:
    lines = paragraph.lines
    size = max((letters.size for letters in letters_of(paragraph)), default=0.0)
    if lines.rule == "auto":
        found = lines.line / SINGLE
    else:
        found = lines.line / 20 / (size * SINGLE_LINE or 1)
    # What is the least grows with the letters: a single line is what there is then.
    if lines.rule == "atLeast":
        found = max(1.0, found)
    if not LINE_SPACING.holds(found, _SLACK):
        yield off(
            "line_spacing", MEASURE, paragraph, shown(found), span_shown(LINE_SPACING, "").strip()
        )


def _gap(above: Paragraph, below: Paragraph) -> Iterator[Deviation]:
    alike = above.style == below.style
    after = 0.0 if alike and above.lines.contextual else above.lines.after
    before = 0.0 if alike and below.lines.contextual else below.lines.before
    if not GAP_PT.holds(after + before, 0.05):
        found = f"{shown(after + before)} pt"
        yield replace(off("gap", MEASURE, below, found), wanted=f">= {shown(GAP_PT.least)} pt")
