"""Writes a letter as the bytes of a DOCX, the same bytes for the same letter.

Nothing of this machine or of the time of writing gets into the file.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC
from itertools import chain

import docx
from docx.document import Document
from docx.oxml.ns import qn

from .appendix import appendix
from .body import body
from .elements import make
from .heading import head, title
from .letter import OfficeLetter
from .page import add_appendix_page, set_first_page
from .signature import signature
from .styles import LINE, set_styles
from .text import clean

_SETTINGS_LEFT_OUT = ("savePreviewPicture", "doNotAutoCompressPictures", "rsids", "proofState")
_NOT_NEEDED = ("thumbnail", "customXml", "stylesWithEffects", "numbering", "extended-properties")
_EARLIEST_IN_ZIP = (1980, 1, 1, 0, 0, 0)
_MADE_BY_UNIX = 3


def write_letter(letter: OfficeLetter) -> bytes:
    """The DOCX that *letter* is."""
    document = _blank(letter)
    set_styles(document)
    set_first_page(document)
    root = document.element.body
    end = root.find(qn("w:sectPr"))
    for element in chain((head(letter),), title(letter), body(letter), (signature(letter),)):
        end.addprevious(element)
    for number, table in enumerate(letter.appendices, 1):
        add_appendix_page(document)
        for element in appendix(letter, number, table):
            root.find(qn("w:sectPr")).addprevious(element)
    # A table must not be the last thing in a document.
    root.find(qn("w:sectPr")).addprevious(make("w:p", make("w:pPr", make("w:pStyle", val=LINE))))
    return _zipped(document)


def _blank(letter: OfficeLetter) -> Document:
    """A document with nothing in it, and of python-docx's template only what is needed."""
    document = docx.Document()
    package = document.part.package
    for relations in (package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if any(name in relation.reltype for name in _NOT_NEEDED):
                del relations[key]
    settings = document.settings.element
    for name in _SETTINGS_LEFT_OUT:
        for each in settings.findall(qn(f"w:{name}")):
            settings.remove(each)
    for each in settings.iter(qn("w:useFELayout")):
        each.getparent().remove(each)
        break
    for each in settings.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), "vi-VN")
    made = letter.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    about = document.core_properties
    about.author = about.last_modified_by = clean(letter.organ)[:255]
    about.title = clean(f"{letter.kind} {letter.summary}")[:255]
    about.created = about.modified = made
    about.language, about.revision, about.comments = "vi-VN", 1, ""
    return document


def _zipped(document: Document) -> bytes:
    """*document* as a file whose entries have no time of their own."""
    saved, made = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST_IN_ZIP)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, _MADE_BY_UNIX
            new.writestr(entry, old.read(name))
    return made.getvalue()
