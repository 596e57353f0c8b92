"""Whether the plain line stands under a motto, a name or a title, as long as it should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .deviation import LENGTH, MISSING, Deviation, off, shown
from .metrics import broken, text_width
from .requirements import Span
from .seeing import is_stroke
from .values import PageSection, Paragraph

_TOLERANCE = {True: 0.15, False: 0.06}
"""In lengths of the text: lines as long as the text are drawn by eye, and fonts differ."""


def check_line(
    point: str,
    texts: Sequence[Paragraph],
    rules: Sequence[Paragraph],
    part: Span,
    sections: Sequence[PageSection],
) -> Iterator[Deviation]:
    """What is off in the line under *texts*, which is among *rules*."""
    if not texts:
        return
    widths = [width for text in texts for width in _widths(text, room(text, sections))]
    lengths = [length for rule in rules for length in _lengths(rule, sections)]
    lengths += [length for text in texts for length in _underlined(text)]
    if not lengths:
        yield off(point, MISSING, texts[-1])
        return
    slack = _TOLERANCE[part.least == part.most]
    ratios = [length / width for length in lengths for width in widths if width]
    if not any(part.holds(ratio, slack) for ratio in ratios):
        best = min(ratios, key=lambda ratio: abs(ratio - part.written), default=0.0)
        yield off(point, LENGTH, texts[-1], shown(best), _wanted(part))


def _wanted(part: Span) -> str:
    return "1" if part.least == part.most else "1/3–1/2"


def room(paragraph: Paragraph, sections: Sequence[PageSection]) -> float:
    """How wide the place is that *paragraph* stands in, without its indents."""
    if paragraph.cell is not None and paragraph.cell.width is not None:
        return paragraph.cell.width
    return sections[min(paragraph.section, len(sections) - 1)].text_width


def _widths(paragraph: Paragraph, width: float) -> Iterator[float]:
    """How long each line of *paragraph* is, however it comes to be broken."""
    letters = next((run.letters for run in paragraph.runs if run.text.strip()), None)
    if letters is None:
        return
    text = "".join(run.shown for run in paragraph.runs)
    for piece in text[:2000].split("\n"):
        for line in broken(piece, letters.size, letters.bold, width):
            yield text_width(line, letters.size, letters.bold)


def _lengths(rule: Paragraph, sections: Sequence[PageSection]) -> Iterator[float]:
    yield from rule.drawn
    if rule.lines.ruled:
        yield room(rule, sections) - rule.lines.left - rule.lines.right
    if is_stroke(rule):
        yield sum(text_width(run.text.strip(), run.letters.size) for run in rule.runs)


def _underlined(paragraph: Paragraph) -> Iterator[float]:
    length = 0.0
    for run in paragraph.runs:
        if run.letters.underlined:
            length += text_width(run.text, run.letters.size, run.letters.bold)
        elif length:
            yield length
            length = 0.0
    if length:
        yield length


def is_longer_than_a_line(paragraph: Paragraph, sections: Sequence[PageSection]) -> bool:
    """Whether *paragraph* has more than one line, so that its side can be seen."""
    return len(list(_widths(paragraph, room(paragraph, sections)))) > 1
