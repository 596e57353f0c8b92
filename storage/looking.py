"""Looks at streams again for a reprocessing: projects them by a law and finds what differs from
what is stored.

Looking reads without a lock and writes nothing, so it can go on in several processes at once
while one writes. It must never hold more than a few chunks, however much is stored.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .database import Store
from .history import read_histories
from .projecting import Basis, Difference, Lawful, compare
from .relating import with_related
from .stored_rows import read_stored
from .streams import Stream, missing_reports
from .transaction import Transaction

if TYPE_CHECKING:
    from concurrent.futures import Future

_CHUNKS_AHEAD = 2
"""Chunks in the hands of each process: one that it looks at and one that waits for it."""

Chunk = Sequence[Stream]


@dataclass(frozen=True, slots=True)
class Found:
    """A stream, as it was when it was projected up to ``through``, and what differs in it."""

    stream: Stream
    through: date
    difference: Difference


@dataclass(frozen=True, slots=True)
class Look:
    """What streams are projected by: *law*, and *since* and *through* in place of the stored ones
    unless None. ``relating``: as if reports had been related anew before (`relating`)."""

    store: Store
    law: Lawful
    since: date | None
    through: date | None = None
    relating: bool = False

    def basis(self, tx: Transaction) -> Basis:
        """The basis of *tx*."""
        since, through = tx.period()
        return Basis(self.law, self.since or since, self.through or through)

    def at(self, streams: Chunk) -> list[Found]:
        """Those of *streams* in which something differs."""
        return self.store.read(lambda tx: self.within(tx, streams))

    def within(self, tx: Transaction, streams: Chunk) -> list[Found]:
        """The same in a transaction of the caller's."""
        basis = self.basis(tx)
        ids = [stream.id for stream in streams]
        histories, stored = read_histories(tx, ids), read_stored(tx, ids)
        if self.relating and self.law.directory.hand_overs:
            histories = with_related(tx, streams, histories, self.law.directory)
        found = []
        # Of a body whose reports wait for their first day there may be a row, which only locks.
        unjudged = any(stream.law is None for stream in streams)
        waiting = missing_reports(tx, self.law.directory) if unjudged else ()
        for stream in streams:
            if stream.key in waiting:
                continue
            difference = Difference()
            compare(basis.project(stream, histories[stream.id]), stored, basis, difference)
            if difference.size:
                found.append(Found(stream, basis.through, difference))
        return found


def look_at_all(
    look: Look, chunks: Iterable[Chunk], jobs: int
) -> Iterator[tuple[Chunk, list[Found]]]:
    """Each of *chunks* with what differs in it, in their order, found by *jobs* processes; by
    this one alone where that is 1."""
    if jobs == 1:
        yield from ((chunk, look.at(chunk)) for chunk in chunks)
        return
    # Here and not above, since it takes a tenth of the start of a command that asks a question.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    # Spawned, since a fork would share connections and threads of this process.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(look,))
    waiting: deque[tuple[Chunk, Future[list[Found]]]] = deque()
    try:
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_look_at, chunk)))
            if len(waiting) > _CHUNKS_AHEAD * jobs:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _first(waiting: deque[tuple[Chunk, Future[list[Found]]]]) -> tuple[Chunk, list[Found]]:
    chunk, future = waiting.popleft()
    return chunk, future.result()


_look: Look | None = None
"""Of a process of the pool: what it looks by."""


def _begin(look: Look) -> None:
    global _look  # noqa: PLW0603 - a pool hands its processes nothing in any other way
    _look = look
    # Ctrl-C reaches every process of a terminal's; the parent ends this one in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed takes nothing back: nobody would end this process otherwise."""
    import multiprocessing  # noqa: PLC0415 - as with the pool

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _look_at(streams: Chunk) -> list[Found]:
    assert _look is not None
    return _look.at(streams)
