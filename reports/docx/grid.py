"""Tables of a letter: widths that every program keeps, the header again on every page, and rows
that stay whole on one page where they fit one.

Rows are copies of the first one with other texts: what python-docx offers for a cell looks
through the whole table for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from ..decree30.metrics import text_width
from .elements import make, paragraph, twips
from .letter import Grid
from .styles import CELL, CELL_CENTRED, CELL_HEAD, CELL_STRONG, TABLE_SIZES
from .text import clean, shortened

MOST_CHARACTERS = 2000
"""Of one cell; a longer text is cut, and its end says so."""
_WHOLE = 600
"""Characters of a cell up to which its row is kept on one page."""
_PADDING = 57
"""Left and right of the text of a cell, in twentieths of a point: a millimetre."""
_ABOVE_AND_BELOW = 20
_SLACK = 20
"""By which programs differ in how wide they find a text."""
_LOOKED_AT = 200
"""Rows whose words say how wide a column has to be."""
_MOST_NEEDED_MM = 26


def grid(table: Grid, width_mm: float) -> Iterator[BaseOxmlElement]:
    """*table* as wide as *width_mm*: one element, which gets its rows when the next one is asked
    for, and so where it has been put. To move one with rows costs the square of their number."""
    widths = _widths(table, twips(width_mm))
    made = make("w:tbl", _properties(sum(widths)))
    made.append(make("w:tblGrid", *(make("w:gridCol", w=width) for width in widths)))
    labels = [clean(column.label) for column in table.columns]
    made.append(_row(widths, [CELL_HEAD] * len(widths), labels, header=True))
    yield made
    made.extend(_rows(table, widths))


def _rows(table: Grid, widths: Sequence[int]) -> Iterator[BaseOxmlElement]:
    styles = [CELL_CENTRED if column.centred else CELL for column in table.columns]
    bold = [CELL_HEAD if column.centred else CELL_STRONG for column in table.columns]
    blank = [""] * len(widths)
    pattern, strong = _row(widths, styles, blank), _row(widths, bold, blank)
    text = qn("w:t")
    for number, row in enumerate(table.rows):
        texts = [shortened(each, MOST_CHARACTERS) for each in row]
        copy = deepcopy(strong if number in table.strong else pattern)
        for words, said in zip(copy.iter(text), texts, strict=True):
            words.text = said
        long = max(map(len, texts)) > _WHOLE
        for column, grounds in table.grounds.items():
            if ground := grounds[number]:
                _shade(copy[1 + column], ground, alone=long)
        if long:
            copy.remove(copy[0])
        yield copy


def _shade(cell: BaseOxmlElement, ground: str, *, alone: bool) -> None:
    """Put *ground* behind *cell*, or behind its words *alone*, so that where a row goes on on the
    next page no colour stands without its word."""
    properties = cell[1][0] if alone else cell[0]
    # The schema has it after the width, and after the style of a paragraph.
    properties.insert(1, make("w:shd", val="clear", color="auto", fill=ground))


def _widths(table: Grid, width: int) -> list[int]:
    """The widths of the columns, which together make *width* exactly: of each what its longest word
    needs, and of the rest its share."""
    needed = [_needed(table, number) for number in range(len(table.columns))]
    rest = width - sum(needed)
    if rest < 0:
        widths = [int(each * width / sum(needed)) for each in needed]
    else:
        whole = sum(column.share for column in table.columns)
        shares = [width * column.share / whole for column in table.columns]
        # What a column needs is not given to it once more on top of its share.
        more = [max(0.0, share - least) for share, least in zip(shares, needed, strict=True)]
        widths = [
            least + int(rest * each / (sum(more) or 1))
            for least, each in zip(needed, more, strict=True)
        ]
    widths[-1] += width - sum(widths)
    return widths


def _needed(table: Grid, number: int) -> int:
    """The width of the longest word of column *number*, as far as it may claim one."""
    size = TABLE_SIZES.written
    words = [(word, True) for word in clean(table.columns[number].label).split()]
    for row in table.rows[:_LOOKED_AT]:
        words += [(word, number == 0) for word in row[number][:_WHOLE].split()]
    longest = max((text_width(word, size, bold) for word, bold in words), default=0.0)
    return min(twips(_MOST_NEEDED_MM), round(longest * 20) + 2 * _PADDING + _SLACK)


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
