"""How far long work has come: one line on standard error, and only while a terminal shows it.

It tells how much is done, how fast, and how long the rest will take where that can be known. It
must never be the reason why the work fails, and never write where nobody watches.
"""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import suppress
from types import TracebackType

from .words import words

_SECONDS_BETWEEN = 0.2
"""A line that changes faster cannot be read."""
_SECONDS_UNTIL_KNOWN = 1.0
"""Before that the rate is chance."""


class Progress:
    """A line that tells of *what* ("replay") as it goes on; used as a context.

    *total*: what `at` counts up to, in a unit of its own; None where nobody knows.
    """

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what = what
        self._total = total
        self._begun = time.monotonic()
        self._told = 0.0
        self._shows = sys.stderr.isatty()

    def at(self, done: int, place: int | None = None) -> None:
        """*done* things are done, and the work has come to *place* of its total."""
        moment = time.monotonic()
        if not self._shows or moment - self._told < _SECONDS_BETWEEN:
            return
        self._told = moment
        self._write(self.line(done, place, moment - self._begun))

    def line(self, done: int, place: int | None, seconds: float) -> str:
        """The line after *seconds* of work."""
        told = words()
        parts = [told.say("progress.done", what=self._what, number=told.number(done))]
        if self._total and place is not None:
            share = min(place / self._total, 1.0)
            parts.insert(0, f"{share:4.0%}")
        if seconds >= _SECONDS_UNTIL_KNOWN and done:
            parts.append(told.say("progress.rate", number=told.number(round(done / seconds))))
            if self._total and place:
                left = seconds * max(self._total - place, 0) / place
                parts.append(told.say("progress.left", time=clock_of(left)))
        return "  ".join(parts)

    def _write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns
        try:
            sys.stderr.write(f"\r\x1b[K{text[: width - 1]}")
            sys.stderr.flush()
        except OSError:
            self._shows = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away: what has come of the work is said by whoever did it."""
        if self._shows and self._told:
            with suppress(OSError):
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()


def clock_of(seconds: float) -> str:
    """*seconds* as minutes and seconds, "1:05", or with hours, "2:01:05"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
