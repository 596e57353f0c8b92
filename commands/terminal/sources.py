"""The lines of a file that a command reads: of any number, packed or not, from standard input too.

Read as bytes and one by one, so that memory does not depend on the file; a line that is too long
for any message is passed over and said. Lines are not judged here.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from ...rules.mendable import Mendable
from ..assembly.reading import BYTE_ORDER_MARK, UTF16, unreadable, utf16
from .words import words

STANDARD_INPUT = Path("-")
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; a message that a broker takes is far below."""
_PACKED = b"\x1f\x8b"
_AT_ONCE = 64 * 1024


class FileLines:
    """The lines of one file, each as text without its end and with its number; taken once.

    Bytes that are no UTF-8 come through as halves of surrogate pairs ("surrogateescape"): who
    reads a line is to refuse them. ``name`` is how the file is called. A line that is too long is
    None.
    """

    def __init__(self, name: str, raw: IO[bytes]) -> None:
        self.name = name
        self._raw = raw
        self._whole = self._size()
        self._lines = _unpacked(raw)
        self._first: tuple[int, str | None] | None = None
        self._number = 0

    @property
    def size(self) -> int | None:
        """Bytes of the file; None where that is not known."""
        return self._whole

    @property
    def place(self) -> int | None:
        """How many of its bytes are read."""
        return self._raw.tell() if self._whole is not None else None

    def begins_with(self, sign: bytes) -> bool:
        """Whether *sign* is the first of the file that is no blank; nothing is taken."""
        if not isinstance(self._lines, io.BufferedReader | gzip.GzipFile):
            return False
        with self._telling():
            begin = self._lines.peek(_AT_ONCE)
        return begin.removeprefix(BYTE_ORDER_MARK).lstrip().startswith(sign)

    def blocks(self) -> Iterator[bytes]:
        """What the file holds, as it is, in blocks: instead of its lines."""
        while True:
            with self._telling():
                block = self._lines.read(_AT_ONCE)
            if not block:
                return
            yield block

    def first(self) -> str | None:
        """The first line, which is still to be taken; empty where there is none."""
        if self._first is None:
            self._first = self._next()
        return "" if self._first is None else self._first[1]

    def __iter__(self) -> Iterator[tuple[int, str | None]]:
        while True:
            found = self._first or self._next()
            self._first = None
            if found is None:
                return
            yield found

    def _next(self) -> tuple[int, str | None] | None:
        with self._telling():
            line = self._lines.readline(LONGEST_LINE + 1)
            self._number += 1
            if not line:
                return None
            if self._number == 1:
                if line.startswith(UTF16):
                    raise utf16(self.name)
                line = line.removeprefix(BYTE_ORDER_MARK)
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                self._pass_over()
                return self._number, None
        return self._number, line.rstrip(b"\r\n").decode(errors="surrogateescape")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Raises Mendable for a file that cannot be read on."""
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            # What gzip says, or zlib, tells nothing that a person could do.
            raise Mendable(words().say("terminal.input.damaged", file=self.name)) from error
        except OSError as error:
            raise unreadable(self.name, error) from error

    def _pass_over(self) -> None:
        """The rest of a line."""
        while (piece := self._lines.readline(_AT_ONCE)) and not piece.endswith(b"\n"):
            pass

    def _size(self) -> int | None:
        if not self._raw.seekable():
            return None
        begin = self._raw.tell()
        size = self._raw.seek(0, io.SEEK_END)
        self._raw.seek(begin)
        return size


@contextmanager
def lines_of(path: Path) -> Iterator[FileLines]:
    """The lines of *path*, of standard input for "-". Raises Mendable where it cannot be read."""
    if path == STANDARD_INPUT:
        yield FileLines("-", sys.stdin.buffer)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise unreadable(str(path), error) from error
    with file:
        yield FileLines(str(path), file)


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    """*raw*, unpacked where it is packed by gzip."""
    if not isinstance(raw, io.BufferedReader) or raw.peek(2)[:2] != _PACKED:
        return raw
    return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
