"""Lines of a dialect's commands within the width of a terminal: what is too long goes on below.

Where the output is no terminal and nothing says a width, every line is as long as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..terminal.fitted import room
from ..terminal.widths import width_of, wrapped

_BETWEEN = "  "
_LEAST = 20
"""Columns that a value has at least, however long the names are."""
_PIECE = re.compile(r"(?<=[,;]) ")


def folded_line(text: str, indent: str = "    ", *, lists: bool = False) -> list[str]:
    """*text* over as many lines as it needs; those after the first begin with *indent*. *lists*:
    it is parted between its items first."""
    width = room()
    if width is None or width_of(text) <= width:
        return [text]
    if not lists:
        return wrapped(text, width, indent)
    first, *more = _lines(text, width - len(indent), lists=True)
    return [first, *(f"{indent}{line}" for line in more)]


def pairs(
    rows: Sequence[tuple[str, str]], indent: str = "", *, lists: bool = False, least: int = 0
) -> Iterator[str]:
    """A line for the name and the value of each of *rows*, the values below each other and each
    going on below its beginning. Names take *least* columns, or more where one is wider. *lists*:
    values are parted between their items first."""
    widest = max(least, *(width_of(name) for name, _ in rows)) if rows else least
    before = " " * (len(indent) + widest + len(_BETWEEN))
    width = room()
    for name, value in rows:
        first, *more = _lines(value, None if width is None else width - len(before), lists=lists)
        blank = " " * (widest - width_of(name))
        yield f"{indent}{name}{blank}{_BETWEEN}{first}".rstrip()
        yield from (f"{before}{line}" for line in more)


def _lines(value: str, width: int | None, *, lists: bool) -> list[str]:
    if width is None or width_of(value) <= max(width, _LEAST):
        return [value]
    if not lists:
        return wrapped(value, max(width, _LEAST))
    lines = [""]
    for piece in _PIECE.split(value):
        joined = f"{lines[-1]} {piece}".lstrip(" ")
        if width_of(joined) <= max(width, _LEAST):
            lines[-1] = joined
        else:
            lines += wrapped(piece, max(width, _LEAST))
    return lines if lines[0] else lines[1:]
