"""Where a command writes what may be too much for memory: a file that is there whole or not at
all, or standard output.

What is written so may be everything that an office has: a new file is its owner's alone. It must
never destroy what is not an output of a command's (`writing`), nor leave half a file behind.
"""

from __future__ import annotations

import gzip
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from ...rules.mendable import Mendable
from .words import words
from .writing import CannotWrite, cannot_write, is_database, refuse_as_output

PACKED = ".gz"
"""What the name of a file ends with that is packed by gzip."""


class CutOff(Mendable):
    """What was printed is not whole, and cannot be taken back."""


class Sink(Protocol):
    """Takes bytes, one piece after the other."""

    def write(self, piece: bytes) -> None:
        """Take *piece*."""

    def begin(self) -> None:
        """What comes from here on is the beginning. Raises CutOff where what came before cannot be
        taken back."""


class _Printed:
    """Standard output."""

    def __init__(self) -> None:
        self._written = False

    def write(self, piece: bytes) -> None:
        self._written = True
        sys.stdout.buffer.write(piece)

    def begin(self) -> None:
        if self._written:
            raise CutOff("the database was lost half way: what was printed is not whole")


class _Filed:
    """A file that is being written; *packed* by gzip."""

    def __init__(self, file: IO[bytes], packed: bool) -> None:
        self._file = file
        self._packed = packed
        self._packing: gzip.GzipFile | None = None

    def write(self, piece: bytes) -> None:
        (self._packing or self._file).write(piece)

    def begin(self) -> None:
        if self._packing is not None:
            self._packing.close()  # it would write its end when it is forgotten
        self._file.seek(0)
        self._file.truncate()
        if self._packed:
            # Without a name or a time in it: the same content is the same file.
            self._packing = gzip.GzipFile("", "wb", 6, self._file, mtime=0)

    def end(self) -> None:
        """Have all of it on the disk."""
        if self._packing is not None:
            self._packing.close()
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def sink_of(target: Path | None, needed: Iterable[Path], *, new: bool = False) -> Iterator[Sink]:
    """What writes to *target*, packed where its name ends so; to standard output where that is
    None. The file has its name, and all on the disk, when the block ends well; otherwise nothing
    is left of it. *new*: there must not be one yet.

    Raises CannotWrite, also where *target* is one of the files *needed*.
    """
    if target is None:
        yield _Printed()
        return
    refuse_as_output(target, needed)
    try:
        there = target.stat() if target.exists() else None
        if there is not None and not stat.S_ISREG(there.st_mode):
            raise CannotWrite(words().say("terminal.output.no_file", file=target))
        if there is not None and new:
            raise CannotWrite(words().say("terminal.output.exists", file=target))
        if there is not None and is_database(target):
            raise CannotWrite(words().say("terminal.output.database", file=target))
        with _part_of(target.resolve(), there) as filed:
            yield filed
    except OSError as error:
        raise cannot_write(target, error) from error


@contextmanager
def _part_of(target: Path, there: os.stat_result | None) -> Iterator[_Filed]:
    """A file beside *target*, for its owner alone, that takes its name in the end."""
    made, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(made, "w+b") as file:
            filed = _Filed(file, target.suffix == PACKED)
            filed.begin()
            yield filed
            filed.end()
        if there is not None:
            part.chmod(stat.S_IMODE(there.st_mode))
        part.replace(target)
        _sync(target.parent)
    except BaseException:  # Ctrl-C included: nothing is left beside the file
        part.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
