"""Who comes first writes first, among the threads of one process.

SQLite lets one connection write at a time and has the others look again after ever longer
sleeps, so that a thread with many short transactions can keep another waiting for most of a
second. This is courtesy among threads alone: what may be written at once is SQLite's to say,
and nothing may rely on a turn for more.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A queue of threads; see `take`."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def take(self, patience: float) -> Iterator[None]:
        """Hold a turn, after all those who asked before; after *patience* seconds go on without,
        so that one that hangs holds nobody for ever. A thread must not ask while it holds one."""
        mine = threading.Event()
        with self._mutex:
            self._waiting.append(mine)
            if self._waiting[0] is mine:
                mine.set()
        try:
            mine.wait(patience)
            yield
        finally:
            with self._mutex:
                self._waiting.remove(mine)
                if self._waiting:
                    self._waiting[0].set()
