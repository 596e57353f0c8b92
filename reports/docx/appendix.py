"""Appendices of a letter: tables too wide for it, on pages of their own that lie across."""

from __future__ import annotations

from collections.abc import Iterator

from docx.oxml.xmlchemy import BaseOxmlElement

from .elements import paragraph
from .grid import grid
from .heading import dated, numbered
from .letter import Grid, OfficeLetter
from .page import width_mm
from .roman import roman
from .styles import STYLES
from .text import clean


def appendix(letter: OfficeLetter, number: int, table: Grid) -> Iterator[BaseOxmlElement]:
    """Appendix *number* of *letter*, counted from 1: its name, whose it is, and *table*."""
    alone = len(letter.appendices) == 1
    yield _part("appendix", "Phụ lục" if alone else f"Phụ lục {roman(number)}")
    yield _part("appendix_name", clean(table.title).upper())
    kind = clean(letter.kind).capitalize()
    symbol = numbered(letter).removeprefix("Số: ")
    note = f"(Kèm theo {kind} số {symbol} {dated(letter.day)} của {clean(letter.organ)})"
    yield _part("appendix_note", note)
    yield from grid(table, width_mm(across=True))


def _part(key: str, text: str) -> BaseOxmlElement:
    return paragraph(STYLES[key][0], text)
