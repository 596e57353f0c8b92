"""Reads a DOCX into the values of `values`, whichever program made it.

Of tables only as much is kept as the head and the end of a document can be; the fonts and colours
of all of it are looked at on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from .archive import Archive, open_archive
from .looks import Looks, W, fonts_of_theme, indents_of_numbering, on
from .odd import OddLetters
from .paragraphs import ParagraphReader
from .sections import section_of
from .streaming import pieces
from .tables import Tables
from .values import PageSection, Paragraph, ReadDocument

MOST_PARAGRAPHS = 200_000
_MOST_KEPT = 50_000
_MOST_OF_A_TABLE = 300
"""Paragraphs of one table that are kept."""


def read_document(path: Path) -> ReadDocument:
    """The document in the DOCX *path*. Raises `archive.NotReadable`, one line."""
    with open_archive(path) as archive:
        main = archive.related_as("", "officeDocument")
        if main is None:
            raise archive.refusal("is no DOCX: it holds no document")
        return _Reader(archive, main).read()


class _Reader:
    def __init__(self, archive: Archive, main: str) -> None:
        self._archive, self._main = archive, main
        self._related = archive.related(main)
        theme = fonts_of_theme(self._tree("theme"))
        numbering = indents_of_numbering(self._tree("numbering"))
        self._looks = Looks(self._tree("styles"), theme, numbering)
        self._reader = ParagraphReader(self._looks)
        self._odd = OddLetters()
        self._kept: list[Paragraph] = []
        self._sections: list[PageSection] = []

    def _tree(self, kind: str) -> etree._Element | None:
        part = self._archive.related_as(self._main, kind)
        return None if part is None else self._archive.tree(part)

    def read(self) -> ReadDocument:
        """The whole document."""
        tables, number, of_table = Tables(self._looks), 0, 0
        for event, element in pieces(self._archive, self._main):
            if event == "start" or element.tag == f"{W}tbl":
                tables.take(event, element)
                continue
            if element.tag == f"{W}sectPr":
                if next(element.iterancestors(f"{W}p", f"{W}sectPrChange"), None) is None:
                    self._end_section(element)
                continue
            if element.tag != f"{W}p" or _is_fallback(element):
                continue
            number += 1
            if number > MOST_PARAGRAPHS:
                raise self._archive.refusal("has more paragraphs than can be checked")
            place, style = tables.place(element)
            paragraph = replace(
                self._reader.paragraph(element, number, place, style), section=len(self._sections)
            )
            self._odd.look_at(paragraph)
            of_table = of_table + 1 if place and place.row > 1 else 0
            if place is None or of_table < _MOST_OF_A_TABLE:
                self._keep(paragraph)
            ending = element.find(f"{W}pPr/{W}sectPr")
            if ending is not None:
                self._end_section(ending)
        return self._read(number)

    def _read(self, number: int) -> ReadDocument:
        if not number:
            raise self._archive.refusal("holds no text")
        settings = self._tree("settings")
        differ = settings.find(f"{W}evenAndOddHeaders") if settings is not None else None
        return ReadDocument(
            tuple(self._kept),
            tuple(self._sections) or (PageSection(),),
            self._odd.found(),
            self._pages(),
            differ is not None and on(differ),
        )

    def _keep(self, paragraph: Paragraph) -> None:
        if len(self._kept) >= _MOST_KEPT:
            raise self._archive.refusal("has more paragraphs than can be checked")
        self._kept.append(paragraph)

    def _end_section(self, properties: etree._Element) -> None:
        """A section ends here: its headers are its own, or those of the one before."""
        headers = dict(self._sections[-1].headers) if self._sections else {}
        for kind, target in self._headers_in(properties):
            headers[kind] = self._header(target)
        self._sections.append(section_of(properties, headers))

    def _headers_in(self, properties: etree._Element) -> Iterator[tuple[str, str]]:
        r = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
        for each in properties.findall(f"{W}headerReference"):
            kind, target = self._related.get(each.get(f"{r}id") or "", ("", ""))
            if kind == "header" and self._archive.has(target):
                yield each.get(f"{W}type") or "default", target

    def _header(self, target: str) -> tuple[Paragraph, ...]:
        found = self._archive.tree(target).iter(f"{W}p")
        read = [
            self._reader.paragraph(each, number, None, "")
            for number, each in enumerate(found, 1)
            if not _is_fallback(each)
        ]
        for paragraph in read:
            self._odd.look_at(paragraph)
        return tuple(read)

    def _pages(self) -> int | None:
        """How many pages the program that saved the document counted."""
        part = self._archive.related_as("", "extended-properties")
        if part is None:
            return None
        text = self._archive.tree(part).findtext(
            "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}Pages"
        )
        return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None


def _is_fallback(element: etree._Element) -> bool:
    """Whether *element* says once more, for older programs, what stands beside it."""
    mc = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
    return next(element.iterancestors(f"{mc}Fallback"), None) is not None
