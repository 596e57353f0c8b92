"""The file that a SQLite database is: its owner's alone, and the same one while it is open.

A file that was removed or replaced can be written to as long as somebody has it open, and all of
it is lost with the last who does. Nothing here may open the database's file: to close it again
would end the locks that SQLite holds on it for this process.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

from .engine import called
from .errors import DatabaseUnavailable

_OWNER_ALONE = 0o600
_BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside the file while anybody has it open, with the file's own mode."""

_Identity = tuple[int, int]


class RemovedBeside(DatabaseUnavailable):
    """The WAL that a connection writes to stands beside its database no more."""


class _Opened(threading.local):
    """What a thread's connection has open, by the ending of its name."""

    def __init__(self) -> None:
        self.beside: dict[str, _Identity] = {}


class DatabaseFile:
    """The file at *path*, known again by device and inode once it was opened.

    Connections are opened one at a time.
    """

    def __init__(self, path: Path, named_by: str = "") -> None:
        self.path = path
        self._named_by = named_by
        self._identity: _Identity | None = None
        self._found: _Identity | None = None
        self._opened = _Opened()

    def before_opening(self) -> None:
        """Make the file where it never was, for its owner alone. Raises `DatabaseUnavailable`
        where this process had it open and it is there no more."""
        if self._identity is not None:
            self._require_file()
            return
        # Where it cannot be made SQLite says why.
        with suppress(OSError):
            new = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
            os.close(os.open(self.path, new, _OWNER_ALONE))
        self._found = _identity(self.path)

    def opened(self) -> None:
        """To be called when a thread has opened a connection. Raises as `require_in_place`."""
        self._identity = self._identity or self._found
        self._opened.beside = {}
        self.require_in_place()

    def require_in_place(self) -> None:
        """Raise `DatabaseUnavailable` unless what the thread's connection writes to is still
        what stands at the path, as others and the next start will find it."""
        self._require_file()
        beside = self._opened.beside
        for ending in _BESIDE:
            path = Path(f"{self.path}{ending}")
            found = _identity(path)
            if ending in beside and found != beside[ending]:
                told = called(str(path), self._named_by)
                raise RemovedBeside(
                    f"{told} was removed or replaced while dondoc had it open, and nothing is"
                    " stored: restart dondoc"
                )
            if found is not None:
                beside[ending] = found

    def _require_file(self) -> None:
        found = _identity(self.path)
        if found is None or found != self._identity:
            what = "is another file now" if found else "is gone"
            told = called(str(self.path), self._named_by)
            raise DatabaseUnavailable(
                f"{told} {what} while dondoc had it open, and nothing is stored: put the"
                " same file back, or restart dondoc to go on with what stands there then"
            )

    def open_to_others(self) -> list[Path]:
        """Which of the database's files everybody on the machine may read or write."""
        return [path for path in self.files() if _mode(path) & stat.S_IRWXO]

    def shut_out_others(self) -> list[Path]:
        """Make files that everybody may read or write their owner's alone; gives those.

        A file that a group may read and others may not was given to the group by somebody, and
        stays as it is. So does one of another owner.
        """
        shut = []
        for path in self.open_to_others():
            with suppress(OSError):
                path.chmod(_mode(path) & stat.S_IRWXU)
                shut.append(path)
        return shut

    def files(self) -> list[Path]:
        """The database's files, whether they are there or not."""
        return [self.path, *(Path(f"{self.path}{ending}") for ending in _BESIDE)]


def _identity(path: Path) -> _Identity | None:
    """Device and inode of what stands at *path*; None where nothing does."""
    try:
        found = os.stat(path)  # noqa: PTH116 - the faster one: it is in the way of every commit
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0
