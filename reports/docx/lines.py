"""The plain lines under a motto, a name or a title: a small paragraph with a border above it, as
long as the text asks, which no program that opens the file shifts or loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docx.oxml.xmlchemy import BaseOxmlElement

from ..decree30.metrics import balanced, text_width
from ..decree30.requirements import LOOKS, Span, TextLook
from .elements import make, run
from .styles import LINE, STYLES

_MOST = 1000
"""Characters of a text whose lines are worth measuring."""
_THICKNESS = 6
"""In eighths of a point."""


def underlined(key: str, text: str, part: Span, width_pt: float) -> Iterator[BaseOxmlElement]:
    """*text* in the look of *key*, in lines of like length where *width_pt* points of room are too
    little for one, and the line under it: as long as *part* of its longest, in the middle."""
    look = LOOKS[key]
    lines = _lines(text, look, width_pt)
    yield _broken(key, lines)
    widths = [text_width(line, look.size.written, look.bold) for line in lines]
    side = max(0, round((width_pt - part.written * max(widths, default=0)) * 10))
    yield _line(side)


def evenly_broken(key: str, text: str, width_pt: float) -> BaseOxmlElement:
    """*text* in the look of *key*, in lines of like length where *width_pt* points of room are too
    little for one."""
    return _broken(key, _lines(text, LOOKS[key], width_pt))


def _broken(key: str, lines: Sequence[str]) -> BaseOxmlElement:
    made = make("w:p", make("w:pPr", make("w:pStyle", val=STYLES[key][0])))
    for number, line in enumerate(lines):
        piece = run(line)
        if number:
            piece.insert(0, make("w:br"))
        made.append(piece)
    return made


def _lines(text: str, look: TextLook, width_pt: float) -> tuple[str, ...]:
    if text_width(text[:_MOST], look.size.written, look.bold) <= width_pt:
        return (text,)
    return balanced(text, look.size.written, look.bold, width_pt) if len(text) <= _MOST else (text,)


def _line(side: int) -> BaseOxmlElement:
    """A line that leaves *side* twentieths of a point free on both sides."""
    border = make("w:top", val="single", sz=_THICKNESS, space=1, color="000000")
    return make(
        "w:p",
        make(
            "w:pPr",
            make("w:pStyle", val=LINE),
            make("w:pBdr", border),
            make("w:ind", left=side, right=side),
        ),
    )
