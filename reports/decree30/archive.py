"""The parts of a DOCX, read as what it is: a file that anybody may have made.

Whatever it says of its own sizes, no more is unpacked than the limits here, no entity is expanded
and nothing outside of the file is opened. What cannot be read ends in one line.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lxml import etree

from ...rules.mendable import Mendable

MOST_BYTES = 64 * 1024 * 1024
"""Of the file, and of the document's text unpacked."""
MOST_OF_A_PART = 4 * 1024 * 1024
"""Of any other part unpacked: styles, settings, a header."""
_MOST_OF_THE_LIST = 1024 * 1024
"""Of the archive's list of parts, which is read at once: some ten thousand parts."""
_CHUNK = 64 * 1024
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_LENGTH, _LOCATOR_LENGTH, _LONGEST_COMMENT = 22, 20, 65535
_OLE = b"\xd0\xcf\x11\xe0"
"""How files of older programs begin, and DOCX files with a password."""
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ENCRYPTED = 1


class NotReadable(Mendable):
    """A file that cannot be checked: one line that says which and why."""


class Archive:
    """An open DOCX; *name* is what messages call it."""

    def __init__(self, name: str, opened: zipfile.ZipFile) -> None:
        self.name = name
        self._zip = opened

    def refusal(self, why: str) -> NotReadable:
        """The refusal of this file."""
        return NotReadable(f"{self.name}: {why}")

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._zip.NameToInfo

    def chunks(self, part: str, most: int) -> Iterator[bytes]:
        """*part* unpacked, piece by piece; NotReadable where it is longer than *most* bytes."""
        total = 0
        try:
            if self._zip.getinfo(part).flag_bits & _ENCRYPTED:
                raise self.refusal("is locked with a password; save it without one")
            with self._zip.open(part) as file:
                while chunk := file.read(_CHUNK):
                    total += len(chunk)
                    if total > most:
                        raise self.refusal(f"is larger than can be checked ({part})")
                    yield chunk
        except KeyError:
            raise self.refusal(f"is no whole DOCX: {part} is missing") from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
            ValueError,
        ):
            raise self.refusal(f"is damaged: {part} cannot be unpacked") from None

    def tree(self, part: str) -> etree._Element:
        """The XML of *part*, whole."""
        parser = safe_parser()
        try:
            for chunk in self.chunks(part, MOST_OF_A_PART):
                parser.feed(chunk)
            root = parser.close()
        except etree.LxmlError:
            raise self.refusal(f"is damaged: {part} is no XML") from None
        if root.getroottree().docinfo.doctype:
            raise self.refusal(f"has a document type ({part}), which no DOCX has")
        return root

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What *part* ("" for the file) refers to inside of the file: kind and part by id."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(relations):
            return {}
        found = {}
        for each in self.tree(relations).iter(_RELATIONSHIP):
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", "")))
                kind = each.get("Type", "").rpartition("/")[2]
                found[each.get("Id", "")] = (kind, target.lstrip("/"))
        return found

    def related_as(self, part: str, kind: str) -> str | None:
        """The part that *part* refers to as *kind* ("styles"), if it is there."""
        for found, target in self.related(part).values():
            if found == kind and self.has(target):
                return target
        return None


def safe_parser() -> etree.XMLParser:
    """A parser that expands no entity, opens nothing and refuses what is nested too deep."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The DOCX *path*, until the end of the block; NotReadable, one line, where it is none."""
    name = str(path)
    try:
        with path.open("rb") as file:
            _refuse_others(name, file)
            try:
                opened = zipfile.ZipFile(file)
            except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
                raise NotReadable(f"{name}: is damaged: its list of parts cannot be read") from None
            with opened:
                yield Archive(name, opened)
    except FileNotFoundError:
        raise NotReadable.of("no_file", "{file}: there is no such file", file=name) from None
    except OSError as error:
        raise NotReadable(f"{name}: cannot be read: {error.strerror}") from error


def _refuse_others(name: str, file: IO[bytes]) -> None:
    """Refuse what is no archive of a size that can be read."""
    if not file.seekable():
        raise NotReadable(f"{name}: is no file that can be read again; save it first")
    size = file.seek(0, 2)
    if size > MOST_BYTES:
        raise NotReadable(f"{name}: is larger than {MOST_BYTES >> 20} MiB")
    file.seek(0)
    begins = file.read(4)
    if begins == _OLE:
        raise NotReadable.of(
            "older_word",
            "{file}: has a password, or is of an older Word; save it as .docx",
            file=name,
        )
    file.seek(max(0, size - _LONGEST_COMMENT - _END_LENGTH - _LOCATOR_LENGTH))
    tail = file.read()
    at = tail.rfind(_END)
    if not begins.startswith(b"PK") or at < 0 or len(tail) - at < _END_LENGTH:
        if begins.startswith(b"PK\x03\x04"):
            raise NotReadable(f"{name}: is cut off: its end is missing")
        raise NotReadable.of("no_docx", "{file}: is no DOCX", file=name)
    listed = int.from_bytes(tail[at + 12 : at + 16], "little")
    is_64 = _END_64 in tail[max(0, at - _LOCATOR_LENGTH) : at]
    if listed > _MOST_OF_THE_LIST or is_64:
        raise NotReadable(f"{name}: has more parts than a document has")
    file.seek(0)
