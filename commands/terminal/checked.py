"""A data file that a command looks over: what it is, or every fault of it with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ...rules.file_faults import faults_of
from ...rules.places import FileError
from .presentation import say
from .words import words

T = TypeVar("T")

_NOT_TOML = "not_toml"


def checked(
    file: Path,
    load: Callable[[], T],
    say_fault: Callable[[FileError], None] = lambda fault: say(words().told(fault)),
) -> T | None:
    """What *load* makes of *file*; None where it is wrong: each fault has then been said, and how
    many there are. Raises FileError where the file cannot be read at all."""
    try:
        return load()
    except FileError as error:
        # Of what is no TOML the first fault alone is known.
        if error.code not in (None, _NOT_TOML):
            raise
        faults = faults_of(error)
        for fault in faults:
            say_fault(fault)
        say(words().say("terminal.checked.faults", file=file, number=len(faults)))
        return None
