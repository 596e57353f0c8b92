"""A command on a terminal of a given size, and what a person sees of it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from contextlib import suppress
from pathlib import Path

from support.installation import COMMAND

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(
    folder: Path, *arguments: str, columns: int = 80, lines: int = 24, **environment: str
) -> str:
    """What `dondoc` with *arguments* writes on a terminal, in *folder*; without a pager unless the
    *environment* names one."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DONDOC_") and name not in ("NO_COLOR", "COLUMNS", "LINES")
    }
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env={**inherited, "PAGER": "cat", "TERM": "xterm-256color", **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = bytearray()
    with suppress(OSError):  # the other end is closed
        while some := os.read(ours, 65536):
            written += some
    os.close(ours)
    process.wait(timeout=60)
    return written.decode().replace("\r\n", "\n")


def plain(shown: str) -> str:
    """*shown* without its colours."""
    return _STYLE.sub("", shown)
