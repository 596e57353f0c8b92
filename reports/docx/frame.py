"""Tables without lines that hold what stands side by side: the head of a letter, and its end."""

from __future__ import annotations

from collections.abc import Sequence

from docx.oxml.xmlchemy import BaseOxmlElement

from .elements import make, twips


def side_by_side(
    widths_mm: Sequence[float], rows: Sequence[Sequence[Sequence[BaseOxmlElement]]]
) -> BaseOxmlElement:
    """A table of cells of paragraphs, of *widths_mm*, that no program draws lines around."""
    widths = [twips(each) for each in widths_mm]
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    table = make(
        "w:tbl",
        make(
            "w:tblPr",
            make("w:tblW", w=sum(widths), type="dxa"),
            make("w:tblInd", w=0, type="dxa"),
            make("w:tblBorders", *(make(f"w:{side}", val="nil") for side in sides)),
            make("w:tblLayout", type="fixed"),
            make("w:tblCellMar", *(make(f"w:{side}", w=0, type="dxa") for side in sides[1:4:2])),
        ),
        make("w:tblGrid", *(make("w:gridCol", w=width) for width in widths)),
    )
    for row in rows:
        cells = [
            make("w:tc", make("w:tcPr", make("w:tcW", w=width, type="dxa")), *paragraphs)
            for width, paragraphs in zip(widths, row, strict=True)
        ]
        table.append(make("w:tr", make("w:trPr", make("w:cantSplit")), *cells))
    return table
