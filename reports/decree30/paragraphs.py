"""A paragraph read: its runs with the look that they have, how its lines stand, and the straight
lines that were drawn at it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from .looks import Looks, W, number
from .values import Paragraph, Run, TableCell

_EMU = 12700
"""English metric units in a point."""
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V = "{urn:schemas-microsoft-com:vml}"
_STRAIGHT = frozenset({"line", "straightConnector1"})
_FLAT = 0.1
"""Height by length up to which a drawn line counts as level."""
_MOST_TEXT = 20_000
"""Characters of a paragraph that are kept."""
_OTHERS = (f"{W}txbxContent", f"{W}del", f"{W}moveFrom")
"""What stands inside of a paragraph and is not its text."""
_UNITS = {"pt": 1.0, "in": 72.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "px": 0.75, "": 0.75}
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(pt|in|mm|cm|px|)")


class ParagraphReader:
    """Reads the paragraphs of one document."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks

    def paragraph(
        self, element: etree._Element, place_number: int, cell: TableCell | None, table_style: str
    ) -> Paragraph:
        """The paragraph that *element* is, the *place_number*-th of its part."""
        properties = element.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        style = self._looks.known(None if named is None else named.get(f"{W}val"), "paragraph")
        lines = self._looks.lines(table_style, style, properties)
        fields: list[str] = []
        runs = tuple(self._runs(element, table_style, style, fields))
        return Paragraph(
            place_number,
            runs,
            lines,
            style,
            cell,
            drawn=tuple(_drawn(element)),
            fields=tuple(fields),
            boxed=next(element.iterancestors(f"{W}txbxContent"), None) is not None,
        )

    def _runs(
        self, element: etree._Element, table: str, style: str, fields: list[str]
    ) -> Iterator[Run]:
        kept = 0
        for run in _own(element, f"{W}r"):
            text = "".join(_text(run))
            for code in run.iter(f"{W}instrText"):
                fields.append((code.text or "").strip().upper()[:100])
            if kept >= _MOST_TEXT:
                break
            if not text:
                continue
            letters = self._looks.letters(table, style, run.find(f"{W}rPr"))
            if not letters.hidden:
                yield Run(text[: _MOST_TEXT - kept], letters)
                kept += len(text)
        for simple in _own(element, f"{W}fldSimple"):
            fields.append((simple.get(f"{W}instr") or "").strip().upper()[:100])


def _own(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The elements *tag* of a paragraph, without those of text boxes in it and of deleted text."""
    for each in element.iter(tag):
        around = next(each.iterancestors(*_OTHERS, f"{_MC}Fallback", f"{W}p"), None)
        if around is element:
            yield each


def _text(run: etree._Element) -> Iterator[str]:
    for each in run:
        if each.tag == f"{W}t":
            yield each.text or ""
        elif each.tag in (f"{W}tab", f"{W}ptab"):
            yield "\t"
        elif each.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif each.tag == f"{W}noBreakHyphen":
            yield "-"


def _drawn(element: etree._Element) -> Iterator[float]:
    """The lengths of the level lines that are drawn at a paragraph."""
    for kind in ("anchor", "inline"):
        for drawing in element.iter(f"{_WP}{kind}"):
            shape = next(drawing.iter(f"{_A}prstGeom"), None)
            extent = drawing.find(f"{_WP}extent")
            if shape is None or extent is None or shape.get("prst") not in _STRAIGHT:
                continue
            yield from _level(number(extent.get("cx")) / _EMU, number(extent.get("cy")) / _EMU)
    for shape in element.iter(f"{_V}line"):
        if next(shape.iterancestors(f"{_MC}Fallback"), None) is None:
            ends = [_point(shape.get(name)) for name in ("from", "to")]
            (left, top), (right, bottom) = ends
            yield from _level(abs(right - left), abs(bottom - top))
    for shape in element.iter(f"{_V}shape"):
        kind = (shape.get("type") or "").removeprefix("#")
        if kind == "_x0000_t32" and next(shape.iterancestors(f"{_MC}Fallback"), None) is None:
            style = dict(
                part.split(":", 1) for part in (shape.get("style") or "").split(";") if ":" in part
            )
            yield from _level(_length(style.get("width")), _length(style.get("height")))


def _level(length: float, height: float) -> Iterator[float]:
    if length > 0 and height <= max(2.0, length * _FLAT):
        yield length


def _point(text: str | None) -> tuple[float, float]:
    across, _, down = (text or "").partition(",")
    return _length(across), _length(down)


def _length(text: str | None) -> float:
    """A length of VML, in points."""
    found = _LENGTH.fullmatch((text or "")[:40].strip())
    return 0.0 if found is None else float(found[1]) * _UNITS[found[2]]
