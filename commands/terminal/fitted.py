"""A table for a person, as wide as the terminal is: what may be cut is cut, and says so.

Where the output is no terminal, nothing is cut and nothing is paged. Nothing is computed here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from .presentation import clean, emit
from .screen import screen_for, show
from .widths import cut, width_of, wrapped

_BETWEEN, _INDENT = "  ", "     "
_Row = TypeVar("_Row")


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


def fitted(
    columns: Sequence[Column],
    rows: Sequence[Sequence[object]],
    width: int | None,
    below: Sequence[str] = (),
) -> str:
    """*rows* under *columns*, in lines of at most *width* (None: as wide as they are); set in under
    each its line of *below*, where there are some."""
    cells = [[clean(cell) for cell in row] for row in rows]
    headings = [column.heading for column in columns]
    widths = [max(map(width_of, each)) for each in zip(headings, *cells, strict=True)]
    if width is not None:
        _narrow(widths, columns, width)
    rules = ["─" * each for each in widths]
    lines = [_line(line, widths, columns) for line in (headings, rules)]
    for place, line in enumerate(cells):
        lines.append(_line(line, widths, columns))
        lines += _set_in(below[place], width) if below else ()
    return "\n".join(lines)


def _set_in(text: str, width: int | None) -> list[str]:
    line = f"{_INDENT}{clean(text)}"
    return [line] if width is None else wrapped(line, width, _INDENT)


def most_wanted(limit: int | None, form: str, most: int) -> int | None:
    """How many rows to ask for in *form*; None: all. For a person one more than are shown (see
    `first_of`), by which it is known whether there are more."""
    if form != "table":
        return limit or None
    return None if limit == 0 else (limit or most) + 1


def first_of(found: Iterable[_Row], limit: int | None, most: int) -> tuple[list[_Row], bool]:
    """The rows of *found* that a person is shown, and whether there are more: *limit* of them, 0
    for all, *most* where no limit was given."""
    coming = iter(found)
    shown = list(islice(coming, None if limit == 0 else limit or most))
    return shown, next(coming, None) is not None


def present(parts: Sequence[str], output: Path | None) -> None:
    """Show *parts*, as far as there are any, with a line between them: through the pager on a
    terminal, otherwise as they are, or in the file *output*."""
    text = "\n\n".join(part for part in parts if part)
    screen = screen_for("auto") if output is None else None
    if screen is None:
        emit(text, output)
    else:
        show(text.split("\n"), screen)


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
