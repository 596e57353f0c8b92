"""The directory of bodies as its file says now: addresses change while a process runs.

What is wrong with the file is said in the log once for each state of it, and the last directory
that could be used goes on.
"""

from __future__ import annotations

import logging
from pathlib import Path

from ...rules.directory import Directory
from ...rules.places import FileError
from .loading import load_directory
from .settings import Settings

log = logging.getLogger(__name__)

_Stamp = tuple[int, int, int, int]
"""Inode, size, and the times of the last change of its content and of who may read it."""


class FreshDirectory:
    """Gives the directory by its file: *loaded*, until that says something else.

    *settings* say which file it is; a directory that is in no file stays as it was loaded. To be
    asked by one thread.
    """

    def __init__(self, settings: Settings, loaded: Directory) -> None:
        bodies = settings.tracking.bodies
        self._file = bodies if isinstance(bodies, Path) else None
        self._directory = loaded
        self._seen: _Stamp | None = None

    def current(self) -> Directory:
        """The directory as the file says; where it cannot be used, as it said before."""
        if self._file is None or (stamp := _stamp(self._file)) == self._seen:
            return self._directory
        # Before it is read: what is written meanwhile is read again.
        self._seen = stamp
        try:
            read = load_directory(self._file)
        except FileError as error:
            log.warning("the directory of bodies stays as it was: %s", error)
            return self._directory
        if read is not None:
            self._take(read)
        return self._directory

    def _take(self, read: Directory) -> None:
        if read.version != self._directory.version:
            log.warning(
                "%s: says another thing of who owes what than before; start the service again and"
                " see `dondoc reprocess --all --dry-run`",
                self._file,
            )
        self._directory = read


def _stamp(file: Path) -> _Stamp:
    """What changes with the content of *file*; zeros where it is not there."""
    try:
        status = file.stat()
    except OSError:
        return 0, 0, 0, 0
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
