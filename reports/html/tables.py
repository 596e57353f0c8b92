"""Tables as values: what a page shows in rows, whatever it is about.

One macro (templates/tables.html) makes all of them: with caption and scope, sortable, and as one
card a row where the screen is narrow. Nothing here knows HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

TEXT, NUMBER, DAY = "text", "number", "day"
"""Kinds of column. A day needs a key to be sorted by."""


@dataclass(frozen=True, slots=True)
class PageColumn:
    """A column; ``kind`` is TEXT, NUMBER, which stands right, or DAY, which is never broken."""

    heading: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class PageCell:
    """What stands in one place. ``key``: what it is sorted by, where that is not its text;
    ``href``: where it leads, a relative address of our own; ``note``: smaller text below it;
    ``mark``: "late" or "soon", a colour beside what the words say; ``light``: the word of a light,
    which stands last and in its ``colour``."""

    text: str
    key: str = ""
    href: str = ""
    note: str = ""
    mark: str = ""
    light: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table: the cell at ``header`` of each row names the row. ``empty`` is said where there are
    no rows; ``foot``: a last row of totals, which is not sorted; ``anchors``: by what name each row
    can be led to, "" by none."""

    caption: str
    columns: Sequence[PageColumn]
    rows: Sequence[Sequence[PageCell]]
    empty: str
    header: int = 0
    foot: Sequence[PageCell] = field(default=())
    anchors: Sequence[str] = field(default=())
