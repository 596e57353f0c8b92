"""Where in which table a paragraph stands while a document is read, and how wide its cell is."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from .looks import Looks, W, number
from .values import TableCell

_WORDS_PADDING = 108.0
"""Left and right of a cell's text, in twentieths of a point, where nobody says."""


@dataclass(slots=True)
class _Open:
    """A table that has begun. ``seen``: columns of the grid that this row's cells have taken."""

    number: int
    style: str = ""
    grid: tuple[float, ...] | None = None
    padding: float = 2 * _WORDS_PADDING
    row: int = 0
    cell: int = 0
    seen: int = 0
    width: float | None = None
    read: bool = False


class Tables:
    """The tables that are open, the innermost last."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._open: list[_Open] = []
        self._begun = 0

    def take(self, event: str, element: etree._Element) -> None:
        """Note the beginning of a table, row or cell, or the end of a table."""
        if element.tag == f"{W}tbl":
            if event == "start":
                self._begun += 1
                self._open.append(_Open(self._begun))
            elif self._open:
                self._open.pop()
        elif not self._open:
            return
        elif element.tag == f"{W}tr":
            table = self._open[-1]
            table.row, table.cell, table.seen, table.width = table.row + 1, 0, 0, None
        else:
            table = self._open[-1]
            table.cell, table.width = table.cell + 1, None

    def place(self, paragraph: etree._Element) -> tuple[TableCell | None, str]:
        """The cell that *paragraph* stands in, if any, and the style of its table."""
        inside = next(paragraph.iterancestors(f"{W}tc", f"{W}body", f"{W}hdr"), None)
        if not self._open or inside is None or inside.tag != f"{W}tc":
            return None, ""
        table = self._open[-1]
        if not table.read:
            self._read(table, inside)
        if table.width is None:
            table.width = self._width(table, inside)
        width = table.width if table.width > 0 else None
        return TableCell(table.number, table.row, table.cell, width), table.style

    def _read(self, table: _Open, inside: etree._Element) -> None:
        """Read the properties of *table* once: they stand before its first cell."""
        table.read = True
        element = next(inside.iterancestors(f"{W}tbl"), None)
        if element is None:
            return
        grid = element.find(f"{W}tblGrid")
        if grid is not None:
            table.grid = tuple(number(each.get(f"{W}w")) for each in grid.iter(f"{W}gridCol"))
        style = element.find(f"{W}tblPr/{W}tblStyle")
        named = None if style is None else style.get(f"{W}val")
        table.style = self._looks.known(named, "table")
        properties = [each.find(f"{W}tblPr") for each in self._looks.chain(table.style)]
        table.padding = sum(
            _padding([*properties, element.find(f"{W}tblPr")], sides)
            for sides in (("left", "start"), ("right", "end"))
        )

    def _width(self, table: _Open, cell: etree._Element) -> float:
        """The width of the text of *cell*, in points; 0 where nobody says."""
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        columns = max(1, round(number(None if span is None else span.get(f"{W}val"), 1)))
        first, table.seen = table.seen, table.seen + columns
        said = cell.find(f"{W}tcPr/{W}tcW")
        if said is not None and said.get(f"{W}type", "dxa") == "dxa":
            width = number(said.get(f"{W}w"))
        else:
            width = sum((table.grid or ())[first : first + columns])
        return max(0.0, width - table.padding) / 20


def _padding(several: list[etree._Element | None], sides: tuple[str, str]) -> float:
    found = _WORDS_PADDING
    for properties in several:
        for side in sides:
            cell = None if properties is None else properties.find(f"{W}tblCellMar/{W}{side}")
            if cell is not None:
                found = number(cell.get(f"{W}w"), _WORDS_PADDING)
    return found
