"""A copy of a SQLite database in a new file, which nobody sees before it is whole.

It must never write over a file that is there, nor take anything from the database itself.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from .engine import first_line
from .errors import StorageError

_OF_THE_DATABASE = ("-journal", "-wal", "-shm")
"""SQLite would take a file with such a name beside a database for a part of it."""

_OF_THE_TARGET = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
}
"""What SQLite may say of the file that is written, being in the middle of reading another."""


def write_copy(connection: sqlite3.Connection, source: Path, target: Path) -> None:
    """Copy the database *source*, open as *connection*, to the new file *target*: for its owner
    alone, of one moment, and on the disk when this returns. Raises StorageError, which names
    *target*."""
    _require_new(source, target)
    part = target.with_name(f"{target.name}.part")
    try:
        # Made first and by itself: for the owner's eyes only, and never another's file.
        _make(part)
    except FileExistsError:
        raise StorageError(
            f"{part} exists: another backup writes it, or left it when it was ended; remove it in"
            " that case, or name another"
        ) from None
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        _copy(connection, source, part, target)
        _put_in_place(part, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _require_new(source: Path, target: Path) -> None:
    if not target.name:
        raise StorageError(f"{target} is a directory: name a file")
    if target.is_dir():
        raise StorageError(f"{target} is a directory: name a file in it")
    if os.path.lexists(target):
        raise StorageError.of("exists", "{file} exists: name another", file=target)
    if target.name in {f"{source.name}{ending}" for ending in _OF_THE_DATABASE}:
        raise StorageError(f"{target} has a name that SQLite uses for itself: name another")


def _copy(connection: sqlite3.Connection, source: Path, part: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(part)) as copy:
            # It is thrown away where it is not finished, and so needs nothing to be mended by.
            copy.execute("PRAGMA journal_mode=OFF")
            connection.backup(copy)
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code not in _OF_THE_TARGET:
            raise
        raise StorageError(
            f"{target} cannot be written: {first_line(error)}: check the space, the permissions"
            f" and the health of its disk ({source} goes on)"
        ) from error
    _sync(part)


def _put_in_place(part: Path, target: Path) -> None:
    """Give *part* its name. Not by a hard link, which exFAT and CIFS refuse."""
    try:
        _make(target)
    except FileExistsError:
        raise StorageError.of("exists", "{file} exists: name another", file=target) from None
    try:
        part.replace(target)
    except OSError:
        target.unlink()
        raise
    _sync(target.parent)


def _make(path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))


def _unwritable(target: Path, error: OSError) -> StorageError:
    return StorageError(f"{target} cannot be written: {error.strerror}: name another, or mend it")


def _sync(path: Path) -> None:
    """Have everything of a file, or the entries of a directory, on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
        # So that whoever reads the copy next reads the disk.
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(opened)
