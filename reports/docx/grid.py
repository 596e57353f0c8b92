"""Tables of a letter: widths that every program keeps, the header again on every page, and rows
that stay whole on one page where they fit one.

Rows are copies of the first one with other texts: what python-docx offers for a cell looks
through the whole table for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from .elements import make, paragraph, twips
from .letter import Grid
from .styles import CELL, CELL_CENTRED, CELL_HEAD
from .text import clean, shortened

MOST_CHARACTERS = 2000
"""Of one cell; a longer text is cut, and its end says so."""
_WHOLE = 600
"""Characters of a cell up to which its row is kept on one page."""
_PADDING = 57
"""Left and right of the text of a cell, in twentieths of a point: a millimetre."""
_ABOVE_AND_BELOW = 20


def grid(table: Grid, width_mm: float) -> BaseOxmlElement:
    """*table* as wide as *width_mm*."""
    widths = _widths(table, twips(width_mm))
    made = make("w:tbl", _properties(sum(widths)))
    made.append(make("w:tblGrid", *(make("w:gridCol", w=width) for width in widths)))
    labels = [clean(column.label) for column in table.columns]
    made.append(_row(widths, [CELL_HEAD] * len(widths), labels, header=True))
    styles = [CELL_CENTRED if column.centred else CELL for column in table.columns]
    pattern = _row(widths, styles, [""] * len(widths))
    text, rows = qn("w:t"), []
    for row in table.rows:
        texts = [shortened(each, MOST_CHARACTERS) for each in row]
        copy = deepcopy(pattern)
        for words, said in zip(copy.iter(text), texts, strict=True):
            words.text = said
        if max(map(len, texts)) > _WHOLE:
            copy.remove(copy[0])
        rows.append(copy)
    made.extend(rows)
    return made


def _widths(table: Grid, width: int) -> list[int]:
    """The widths of the columns, which together make *width* exactly."""
    whole = sum(column.share for column in table.columns)
    widths = [int(width * column.share / whole) for column in table.columns]
    widths[-1] += width - sum(widths)
    return widths


def _properties(width: int) -> BaseOxmlElement:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = [make(f"w:{side}", val="single", sz=4, space=0, color="000000") for side in sides]
    padding = [
        make(f"w:{side}", w=_PADDING if side in ("left", "right") else _ABOVE_AND_BELOW, type="dxa")
        for side in sides[:4]
    ]
    return make(
        "w:tblPr",
        make("w:tblW", w=width, type="dxa"),
        make("w:jc", val="center"),
        make("w:tblBorders", *borders),
        make("w:tblLayout", type="fixed"),
        make("w:tblCellMar", *padding),
    )


def _row(
    widths: Sequence[int], styles: Sequence[str], texts: Sequence[str], *, header: bool = False
) -> BaseOxmlElement:
    properties = make("w:trPr", make("w:cantSplit"))
    if header:
        properties.append(make("w:tblHeader"))
    cells = [
        make(
            "w:tc",
            make("w:tcPr", make("w:tcW", w=width, type="dxa"), make("w:vAlign", val="center")),
            paragraph(style, text),
        )
        for width, style, text in zip(widths, styles, texts, strict=True)
    ]
    return make("w:tr", properties, *cells)
