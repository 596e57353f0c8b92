"""How wide text is on a terminal, and how it is cut, padded and wrapped to a width.

Vietnamese in whatever form, and what takes two columns, is measured as it is drawn. A letter and
its marks are never parted. Nothing here looks at a terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"


def width_of(text: str) -> int:
    """How many columns of a terminal *text* takes; marks take none, ideographs and most emoji
    two."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """*text* in at most *width* columns; where it is longer, its beginning and an ellipsis."""
    if width_of(text) <= width:
        return text
    return f"{_beginning(text, width - 1).rstrip()}{ELLIPSIS}" if width > 0 else ""


def _beginning(text: str, width: int) -> str:
    used = 0
    for place, character in enumerate(text):
        used += _columns(character)
        if used > width:
            return text[:place]
    return text


def padded(text: str, width: int) -> str:
    """*text* cut to *width* columns, and blanks up to that."""
    shown = cut(text, width)
    return shown + " " * (width - width_of(shown))


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """*text* over lines of at most *width* columns, parted at blanks; those after the first begin
    with *indent*. A word that is longer than a line is parted."""
    return list(_wrapped(text, max(width, width_of(indent) + 2), indent)) or [""]


def _wrapped(text: str, width: int, indent: str) -> Iterator[str]:
    line, used = "", 0
    start = text[: len(text) - len(text.lstrip(" "))]
    for word in text.split():
        begin = "" if line else start
        gap = " " if line and line != indent else begin
        if line and used + width_of(gap) + width_of(word) > width:
            yield line
            line, used, gap = indent, width_of(indent), ""
        rest = word
        while used + width_of(gap) + width_of(rest) > width:
            piece = _beginning(rest, width - used - width_of(gap)) or rest[0]
            yield line + gap + piece
            rest, line, used, gap = rest[len(piece) :], indent, width_of(indent), ""
        line, used = line + gap + rest, used + width_of(gap) + width_of(rest)
    if line.strip():
        yield line
