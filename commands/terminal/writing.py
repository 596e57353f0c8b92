"""Writes what a command was asked to write into a file: whole, or not at all.

It must never destroy what is not an output of a command's: a database, or a file of the settings.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ...rules.mendable import Mendable
from .words import words

_SQLITE = (b"SQLite format 3\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\x18\xe2\x2d\x00")
"""How a database, its WAL and the WAL's index begin."""


class CannotWrite(Mendable):
    """A file cannot be written, or must not be; one line that says why."""


def write_whole(target: Path, text: str) -> None:
    """Have *text* be all that the file *target* holds; see `write_whole_bytes`."""
    write_whole_bytes(target, text.encode())


def write_whole_bytes(target: Path, content: bytes, most: int = 0o666) -> None:
    """Have *content* be all that the file *target* holds. Where it was there, whoever reads it sees
    the old content or the new one. A new file gets no permissions beyond *most*. Raises
    `CannotWrite`."""
    try:
        there = target.stat() if target.exists() else None
        if there is not None and not stat.S_ISREG(there.st_mode):
            target.write_bytes(content)  # a pipe or a terminal
            return
        if there is not None and is_database(target):
            raise CannotWrite(words().say("terminal.output.database", file=target))
        _replace(target.resolve(), content, _mode(there, most))
    except OSError as error:
        raise cannot_write(target, error) from error


def write_new(target: Path, text: str, most: int = 0o666) -> None:
    """Make the file *target* with *text*, with no permissions beyond *most*. Raises `CannotWrite`,
    also where it is there."""
    try:
        made = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, most)
        try:
            with os.fdopen(made, "wb") as file:
                file.write(text.encode())
        except BaseException:  # Ctrl-C included: no half of a file is left
            target.unlink()
            raise
    except FileExistsError:
        told = words().say("terminal.output.exists", file=target)
        raise CannotWrite(told) from None
    except OSError as error:
        raise cannot_write(target, error) from error


def cannot_write(target: Path, error: OSError) -> CannotWrite:
    """What the system says of writing to *target*."""
    told = words().say("terminal.output.unwritable", file=target, reason=words().reason(error))
    return CannotWrite(told)


def refuse_as_output(target: Path | None, needed: Iterable[Path]) -> None:
    """Raises `CannotWrite` where *target* is one of the files that are *needed*, under whatever
    name."""
    for each in needed:
        with suppress(OSError):  # one that is not there is not overwritten
            if target is not None and target.samefile(each):
                told = words().say("terminal.output.needed", file=target, needed=each)
                raise CannotWrite(told)


def is_database(path: Path) -> bool:
    """Whether the file *path* is a database, or of one."""
    with path.open("rb") as file:
        return file.read(16).startswith(_SQLITE)


def _replace(target: Path, content: bytes, mode: int) -> None:
    made, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(made, "wb") as file:
            file.write(content)
        part = Path(name)
        part.chmod(mode)
        part.replace(target)
    except BaseException:  # Ctrl-C included: nothing is left beside the file
        Path(name).unlink(missing_ok=True)
        raise


def _mode(there: os.stat_result | None, most: int) -> int:
    """The permissions that a file has, or that a new one gets, *most* at most."""
    if there is not None:
        return stat.S_IMODE(there.st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return most & ~mask
