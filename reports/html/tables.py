"""Tables as values: what a page shows in rows, whatever it is about.

One macro (templates/tables.html) makes all of them: with caption and scope, sortable, and as one
card a row where the screen is narrow. Nothing here knows HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

TEXT, NUMBER = "text", "number"
"""Kinds of column; dates are text with a key to sort by."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``kind`` is TEXT or NUMBER, which stands right."""

    heading: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place. ``key``: what it is sorted by, where that is not its text;
    ``href``: where it leads, a relative address of our own; ``note``: smaller text below it;
    ``mark``: "late" or "soon", a colour beside what the words say."""

    text: str
    key: str = ""
    href: str = ""
    note: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the cell at ``header`` of each row names the row. ``empty`` is said where there are
    no rows; ``foot``: a last row of totals, which is not sorted."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    empty: str
    header: int = 0
    foot: Sequence[Cell] = field(default=())
