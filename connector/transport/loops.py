"""Which loops of a process still move: one that looks whether it is to end is alive.

Every loop here does so between any two pieces of work anyway, so that none needs a pulse of its
own. What waits for a database or a broker that is away looks too, each time that it tries again.
It must never take a loop for alive that only exists.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE_SECONDS = 300.0
"""How long one piece of work may take before its loop counts as hung: transactions take seconds,
and a database that is locked or away ends them within some."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a process is doing. ``hung``: which of its loops move no more; ``waits_for``: what has to
    come back before it can work. Both are lines for an administrator, empty where all is well."""

    hung: str = ""
    waits_for: str = ""


@dataclass(slots=True)
class _Loop:
    """``until``: it may be silent, in seconds of the monotonic clock; ``away``: what it waits for
    that is not there; ``least``: what ``until`` may not fall below."""

    name: str
    until: float = field(default_factory=time.monotonic)
    least: float = 0.0
    away: str = ""

    def moves(self, seconds: float = 0.0) -> None:
        """It was heard of, and goes to be silent for so long."""
        self.until = max(self.least, time.monotonic() + seconds)


class Stopping:
    """Asks the loops of a process to end, as an event does, and knows by that which of them move.

    Safe to use from any thread; in one that has not begun a `loop` it is an event and nothing
    else.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._here = threading.local()
        self._loops: dict[int, _Loop] = {}

    def set(self) -> None:
        """Ask every loop to end."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether the calling loop is to end."""
        self._moves()
        return self._event.is_set()

    def wait(self, seconds: float, away: str = "") -> bool:
        """Wait so long, or until the calling loop is to end; gives whether it is. *away*: what it
        tries again then, one line, until `found`."""
        loop = self._moves(seconds)
        if loop is not None and away:
            loop.away = away
        asked = self._event.wait(seconds)
        self._moves()
        return asked

    def found(self) -> None:
        """What the calling loop waited for is there."""
        loop = self._moves()
        if loop is not None:
            loop.away = ""

    @contextmanager
    def loop(self, name: str) -> Iterator[None]:
        """The calling thread is a loop called *name* meanwhile."""
        loop = self._here.loop = _Loop(name)
        self._loops[threading.get_ident()] = loop
        try:
            yield
        finally:
            del self._loops[threading.get_ident()]
            self._here.loop = None

    @contextmanager
    def longer(self, seconds: float) -> Iterator[None]:
        """What the calling loop does meanwhile may take *seconds* longer than anything else."""
        loop = self._moves()
        if loop is None:
            yield
            return
        loop.least = time.monotonic() + seconds
        loop.moves()
        try:
            yield
        finally:
            loop.least = 0.0
            loop.moves()

    def hung(self) -> list[str]:
        """The names of the loops that have not moved for longer than they may."""
        latest = time.monotonic() - PATIENCE_SECONDS
        return [each.name for each in list(self._loops.values()) if each.until < latest]

    def away(self) -> str:
        """What one of the loops waits for that is not there; empty where none does."""
        return next((each.away for each in list(self._loops.values()) if each.away), "")

    def _moves(self, seconds: float = 0.0) -> _Loop | None:
        loop: _Loop | None = getattr(self._here, "loop", None)
        if loop is not None:
            loop.moves(seconds)
        return loop
