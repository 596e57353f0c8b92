"""A table for a person, as wide as the terminal is: what may be cut is cut, and says so.

Widths are those that a terminal shows: a combining mark takes none, a wide character two. Where
the output is no terminal, nothing is cut. Nothing is computed here.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .presentation import clean

_BETWEEN = "  "
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its *heading*. One with a *least* width may be cut down to it; *right*: it
    holds numbers."""

    heading: str
    least: int | None = None
    right: bool = False


def room() -> int | None:
    """How many columns the terminal has, or COLUMNS says; None where there is neither."""
    return shutil.get_terminal_size((0, 0)).columns or None


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[object]], width: int | None) -> str:
    """*rows* under *columns*, in lines of at most *width* (None: as wide as they are)."""
    cells = [[clean(cell) for cell in row] for row in rows]
    headings = [column.heading for column in columns]
    widths = [max(map(width_of, each)) for each in zip(headings, *cells, strict=True)]
    if width is not None:
        _narrow(widths, columns, width)
    lines = [
        _line(headings, widths, columns),
        _line(["─" * each for each in widths], widths, columns),
    ]
    return "\n".join([*lines, *(_line(row, widths, columns) for row in cells)])


def _narrow(widths: list[int], columns: Sequence[Column], width: int) -> None:
    """Take from the widest column that may be cut, until all fit or none may be cut any more."""
    over = sum(widths) + len(_BETWEEN) * (len(widths) - 1) - width
    while over > 0:
        free = [
            place
            for place, column in enumerate(columns)
            if column.least is not None and widths[place] > max(column.least, 1)
        ]
        if not free:
            return
        widths[max(free, key=lambda place: widths[place])] -= 1
        over -= 1


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    shown = []
    for cell, width, column in zip(cells, widths, columns, strict=True):
        text = cut(cell, width)
        blank = " " * (width - width_of(text))
        shown.append(f"{blank}{text}" if column.right else f"{text}{blank}")
    return _BETWEEN.join(shown).rstrip()


def cut(text: str, width: int) -> str:
    """*text* in at most *width* columns, ending in … where something is left out."""
    if width_of(text) <= width:
        return text
    left, taken = width - 1, []
    for character in text:
        left -= _width(character)
        if left < 0:
            break
        taken.append(character)
    return "".join(taken).rstrip() + _CUT


def width_of(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
