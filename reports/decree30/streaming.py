"""The text of a document read piece by piece, so that what it takes of memory does not grow with
it: whatever has been read is let go at the end of each paragraph or row of a table."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .archive import MOST_BYTES, Archive
from .looks import STRICT, W

MOST_AT_ONCE = 4 * 1024 * 1024
"""Bytes of one paragraph, or of one row of a table."""
_KEPT = frozenset(
    f"{W}{name}" for name in ("tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sectPr", "tblPrEx")
)
_ENDS = (f"{W}p", f"{W}tr", f"{W}tbl", f"{W}sectPr")
_STARTS = (f"{W}tbl", f"{W}tr", f"{W}tc")


def pieces(archive: Archive, part: str) -> Iterator[tuple[str, etree._Element]]:
    """The beginnings of tables, rows and cells, and the ends of paragraphs, rows, tables and
    sections of *part*, in their order. An element is whole at its end, and gone after the next."""
    # Tags are looked at here: a parser that was told which ones would give the beginnings of the
    # others no chance to be counted.
    parser = etree.XMLPullParser(
        ("start", "end"),
        tag=(*_STARTS, f"{W}p", f"{W}sectPr"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
    )
    since = 0
    root: etree._Element | None = None
    try:
        for chunk in archive.chunks(part, MOST_BYTES):
            since += len(chunk)
            parser.feed(chunk)
            for event, element in parser.read_events():
                root = _checked(archive, part, element) if root is None else root
                if event == "start":
                    if element.tag in _STARTS:
                        yield "start", element
                    continue
                if element.tag in _ENDS:
                    yield "end", element
                if element.tag == f"{W}tr" or _is_outside(element):
                    _let_go(element)
                    since = 0
            if since > MOST_AT_ONCE:
                raise archive.refusal(f"has a paragraph or a row too large to check ({part})")
        closed = parser.close()
    except etree.LxmlError:
        raise archive.refusal(f"is damaged: {part} is no XML") from None
    _checked(archive, part, closed)


def _checked(archive: Archive, part: str, element: etree._Element) -> etree._Element:
    tree = element.getroottree()
    if tree.docinfo.doctype:
        raise archive.refusal(f"has a document type ({part}), which no DOCX has")
    root: etree._Element = tree.getroot()
    if root.tag == f"{{{STRICT}}}document":
        raise archive.refusal("is saved as “Strict Open XML”; save it as a Word document (.docx)")
    if root.tag not in (f"{W}document", f"{W}hdr"):
        raise archive.refusal(f"is no DOCX: {part} holds no document")
    return root


def _is_outside(element: etree._Element) -> bool:
    """Whether *element* is a paragraph in no table and in no other paragraph."""
    if element.tag != f"{W}p":
        return False
    return next(element.iterancestors(f"{W}tc", f"{W}p"), None) is None


def _let_go(element: etree._Element) -> None:
    """Forget what *element* holds, and all that stands before it but properties."""
    element.clear(keep_tail=False)
    while (parent := element.getparent()) is not None:
        for before in list(element.itersiblings(preceding=True)):
            if before.tag not in _KEPT:
                parent.remove(before)
        element = parent
