"""The content of a letter: what it rests on, whom it is for, its headings and paragraphs."""

from __future__ import annotations

from collections.abc import Iterator

from docx.oxml.xmlchemy import BaseOxmlElement

from ..decree30.requirements import TO
from .elements import make, paragraph, twips
from .grid import grid
from .letter import Block, Grid, Heading, OfficeLetter
from .page import width_mm
from .styles import CONTENT, GRID_TITLE, HEADING, LINE, STYLES
from .text import clean

_TO_MM = 40
"""From the edge of the text to "Kính gửi", and from there to the dashes under its colon."""
_TO_LIST_MM = 60


def body(letter: OfficeLetter) -> Iterator[BaseOxmlElement]:
    """What stands between the title and the signature of *letter*, each to be put into its place
    before the next is asked for."""
    yield from _addressees(tuple(map(clean, letter.addressees)))
    for number, basis in enumerate(letter.basis, 1):
        end = "." if number == len(letter.basis) else ";"
        yield paragraph(STYLES["basis"][0], clean(basis) + end)
    last = None
    for block in letter.content:
        for last in _block(block):
            yield last
    # The signature does not stand on a page alone.
    if last is not None:
        last[0].insert(1, make("w:keepNext"))


def _addressees(names: tuple[str, ...]) -> Iterator[BaseOxmlElement]:
    """One on the line of "Kính gửi", or several below it with dashes under its colon."""
    style = STYLES["addressees"][0]
    if not names:
        return
    yield _indented(style, f"{TO} {names[0]}" if len(names) == 1 else TO, _TO_MM)
    for number, name in enumerate(names if len(names) > 1 else (), 1):
        yield _indented(style, f"- {name}{'.' if number == len(names) else ';'}", _TO_LIST_MM)


def _indented(style: str, text: str, left_mm: float) -> BaseOxmlElement:
    made = paragraph(style, text)
    made[0].append(make("w:ind", left=twips(left_mm)))
    return made


def _block(block: Block) -> Iterator[BaseOxmlElement]:
    if isinstance(block, Grid):
        if block.title:
            yield paragraph(GRID_TITLE, clean(block.title))
        yield from grid(block, width_mm(across=False))
        yield make("w:p", make("w:pPr", make("w:pStyle", val=LINE)))
    elif isinstance(block, Heading):
        text = clean(block.text)
        yield paragraph(HEADING, text.upper() if block.chief else text)
    else:
        yield paragraph(CONTENT, clean(block.text))
