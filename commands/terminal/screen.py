"""What a person looks at: a terminal with its width, colours and a pager, as git has them.

Colours and a pager are for terminals alone: what is piped or written is plain and whole. Nothing
that came from outside may stand in a line here that was not made harmless before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import click

from ..assembly.environment import PAGER
from .usage import OneOf

COLOURS = ("auto", "always", "never")
_PAGER_SETTINGS = {"LESS": "FRX", "LV": "-c"}
"""What `less` is told where nobody has told it otherwise: to end where one screen holds all, to
show colours, to leave the screen as it is."""
_LEAST, _MOST = 60, 200
"""Columns that are written for at least, and at most: longer lines are hard to read."""
_FALLBACK = (80, 24)

colour_option = click.option("--color", type=OneOf(COLOURS), default="auto", show_default=True)


@dataclass(frozen=True, slots=True)
class Screen:
    """A terminal of ``width`` columns and ``height`` lines; ``colour``: whether it shows any."""

    width: int
    height: int
    colour: bool

    def styled(self, text: str, **style: bool | str) -> str:
        """*text* in a *style* of click's, where there is colour."""
        return click.style(text, **style) if self.colour else text  # type: ignore[arg-type]


def screen_for(colour: str) -> Screen | None:
    """The terminal on standard output; None where there is none, but for *colour* "always", which
    is for whoever shows what we write."""
    terminal = sys.stdout.isatty()
    if not terminal and colour != "always":
        return None
    size = shutil.get_terminal_size(_FALLBACK)
    width = min(max(size.columns, _LEAST), _MOST)
    return Screen(width, size.lines, _coloured(colour))


def _coloured(colour: str) -> bool:
    if colour != "auto":
        return colour == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(lines: Iterable[str], screen: Screen) -> None:
    """Print *lines* on *screen*, through a pager where there is one."""
    text = "".join(f"{line}\n" for line in lines)
    pager = _pager() if sys.stdout.isatty() else None
    if pager is None or not _paged(text, pager):
        click.echo(text, nl=False, color=screen.colour)


def _pager() -> str | None:
    """The command of the pager: of ours, of everybody's, or `less`; None for none."""
    for name in (PAGER, "PAGER"):
        if name in os.environ:
            return os.environ[name] if os.environ[name] not in ("", "cat") else None
    if os.environ.get("TERM", "dumb") == "dumb":
        return None
    return shutil.which("less")


def _paged(text: str, pager: str) -> bool:
    """Whether *pager* has shown *text*, as far as its reader wanted."""
    environment = {**_PAGER_SETTINGS, **os.environ}
    sys.stdout.flush()
    try:
        process = subprocess.Popen(["/bin/sh", "-c", pager], stdin=subprocess.PIPE, env=environment)
    except OSError:
        return False
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.write(text.encode())
        process.stdin.close()
    while True:
        # Ctrl-C is for the pager, which takes it as the end of a search.
        with suppress(KeyboardInterrupt):
            # As the shell says it: there is no such command, or it cannot be run.
            return process.wait() not in (126, 127)
