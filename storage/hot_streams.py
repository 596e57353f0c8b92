"""The streams that events came for of late, as this process remembers them: their histories, what
was judged of them, and by what each stored row is known.

It saves reading and judging again what has not changed, and is never believed by itself: whoever
holds a stream's row asks for what is remembered of that version of it alone. It must never keep
what a transaction wrote that did not commit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from sys import getsizeof
from threading import Lock
from typing import NamedTuple, Protocol

from ..rules.events import Event
from ..rules.judging.parts import Earlier, LastJudgement, PartialProjection
from .streams import Stream
from .transaction import Transaction

HOT_BYTES = 8 * 1024 * 1024
"""How much is remembered at most, where no setting says it."""


class JudgesParts(Protocol):
    """What is asked of a law that judges only what may have changed (`rules.law.Law`)."""

    def judge(
        self,
        stream: str,
        history: Sequence[Event],
        since: date,
        through: date,
        earlier: Earlier | None = None,
    ) -> PartialProjection:
        """What follows from the ordered *history* of *stream*, or of what was told since
        *earlier*."""


class SeenRow(NamedTuple):
    """The stored row of an obligation: of which rule and task, and by what it is known."""

    rule: str
    task_id: str | None
    digest: int


@dataclass(frozen=True, slots=True)
class HotStream:
    """A stream as a transaction left it: its whole ``history``, in order; the ``rows`` of its
    obligations by id; what was ``judged`` ``through`` a day by the law of ``mark``, None where the
    next judgement has to be of everything. ``size``: the bytes of memory it takes, about."""

    key: str
    version: int
    mark: str
    through: date
    history: tuple[Event, ...]
    rows: dict[str, SeenRow]
    judged: LastJudgement | None
    size: int


class HotStreams:
    """What is remembered, of at most *most_bytes* together: what was needed longest ago goes first.
    Nothing is remembered where that is 0. ``law`` is what all of it was judged by."""

    def __init__(self, law: JudgesParts, most_bytes: int) -> None:
        self.law = law
        self._most = most_bytes
        self._lock = Lock()
        self._streams: OrderedDict[str, HotStream] = OrderedDict()
        self._bytes = 0
        self.found = self.missed = 0

    @property
    def is_used(self) -> bool:
        """Whether anything may be remembered."""
        return self._most > 0

    @property
    def bytes(self) -> int:
        """The memory that is taken, about."""
        return self._bytes

    def streams(self) -> list[HotStream]:
        """What is remembered, what was needed longest ago first."""
        with self._lock:
            return list(self._streams.values())

    def known(self, stream: Stream, mark: str) -> HotStream | None:
        """What is remembered of *stream*, whose row the caller holds, by the law of *mark*; None
        where it has been changed since."""
        with self._lock:
            hot = self._streams.get(stream.key)
            if hot is not None and (hot.version != stream.version or hot.mark != mark):
                self._drop(stream.key)
                hot = None
            if hot is None:
                self.missed += stream.event_count > 0
            else:
                self.found += 1
                self._streams.move_to_end(stream.key)
            return hot

    def keep(self, streams: Iterable[HotStream]) -> None:
        """Remember *streams*, which a transaction that has committed left so."""
        with self._lock:
            for each in streams:
                self._drop(each.key)
                self._streams[each.key] = each
                self._bytes += each.size
            while self._bytes > self._most:
                self._drop(next(iter(self._streams)))

    def forget(self, keys: Iterable[str]) -> None:
        """Remember nothing of the streams of *keys*."""
        with self._lock:
            for key in keys:
                self._drop(key)

    def forget_changed(self, tx: Transaction) -> None:
        """Forget every stream that is another by now: what has been erased is to stand in no
        memory longer than until somebody looks."""
        with self._lock:
            remembered = {key: each.version for key, each in self._streams.items()}
        sql = "SELECT key, version FROM stream WHERE {among}"
        there: dict[str, int | None] = dict(tx.rows_among(sql, "key", remembered))
        self.forget({key for key, of in remembered.items() if there.get(key) != of})

    def _drop(self, key: str) -> None:
        hot = self._streams.pop(key, None)
        if hot is not None:
            self._bytes -= hot.size


_STREAM, _EVENT, _ROW = 1_200, 600, 230
"""Bytes that a stream, an event without what it says, and a row known take, as measured."""


def size_of(history: Sequence[Event], rows: Collection[str]) -> int:
    """About how many bytes a stream takes."""
    said = sum(getsizeof(value) for event in history for value in event.data.values())
    return _STREAM + len(history) * _EVENT + said + len(rows) * _ROW
