"""A place of bounded size for a database's files, which can be filled and freed.

As root it is a small tmpfs, so that the disk is really full. Otherwise the processes that write
there are forbidden to let any file grow, which they notice in much the same way.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

_BALLAST = "ballast"


class Quota:
    """A directory on a disk of its own of so many *megabytes*, where we may make one.

    *writers* gives the processes that write there.
    """

    def __init__(
        self, directory: Path, megabytes: int, writers: Callable[[], Iterable[int]]
    ) -> None:
        self.directory = directory
        self._writers = writers
        self._ballast = directory / _BALLAST
        directory.mkdir(parents=True, exist_ok=True)
        self._mounted = os.geteuid() == 0 and _runs(
            "mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "dondoc", str(directory)
        )

    @property
    def kind(self) -> str:
        """How fullness is made here, for the report."""
        return "tmpfs" if self._mounted else "file-size limit"

    def fill(self) -> None:
        """Leave no space."""
        if not self._mounted:
            self._limit(1)
            return
        with contextlib.suppress(OSError), self._ballast.open("wb", buffering=0) as ballast:
            # Small blocks at the end, so that not even a page is left.
            for size in (1 << 20, 4096):
                with contextlib.suppress(OSError):
                    while ballast.write(b"\0" * size) == size:
                        pass

    def free(self) -> None:
        """Give the space back."""
        if self._mounted:
            self._ballast.unlink(missing_ok=True)
        else:
            self._limit(resource.RLIM_INFINITY)

    def close(self) -> None:
        """Take the disk away with everything on it."""
        if self._mounted:
            _runs("umount", "--lazy", str(self.directory))
            self._mounted = False

    def _limit(self, size: int) -> None:
        for pid in self._writers():
            with contextlib.suppress(ProcessLookupError):
                _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def _runs(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
