"""Which numbers of one source came, as runs without a gap, and whether they count its events.

Pure: numbers may come in any order, again, and by way of any number of batches; what is missing at
the end is the same. `numbering` keeps them in the database.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter

MOST_RUNS = 1_000
"""Runs kept of a source: with more, the gap between the two lowest is told by its size alone."""
_FEW = 10
"""So many gaps may be anywhere, however few numbers there are."""
_SHARE = 10
"""Of so many numbers one may have a gap before it where they count events."""
_AGAIN = 100
"""Of so many numbers one may come again."""
_MOST_OWED = 1_000
"""Numbers of erased events that are expected again, at most."""
_REMEMBERED = 20_000
"""With so many numbers, what was long ago begins to weigh less."""


class NumberCounting(StrEnum):
    """Whether what is missing of a source's numbers is missed."""

    COUNTED = "counted"
    """They count its events, one after another."""
    REPEATED = "repeated"
    """Different events have the same number: it counts within each document, or starts again."""
    SCATTERED = "scattered"
    """Holes are everywhere: a clock, an offset, or a counter of what does not all come here."""
    BEYOND = "beyond"
    """There was no room for this source."""


@dataclass(frozen=True, slots=True, order=True)
class NumberRun:
    """Numbers from ``low`` to ``high``, both included, that came; ``since`` is when the gap below
    them began to be one, in microseconds since 1970, and means nothing where there is none."""

    low: int
    high: int
    since: int


@dataclass(frozen=True, slots=True)
class ToldRun:
    """Numbers from ``low`` to ``high`` that were told at ``at``, in microseconds; see
    `NumberToldRow`."""

    low: int
    high: int
    again: int
    fresh: bool
    at: int


_LOW, _HIGH = attrgetter("low"), attrgetter("high")


@dataclass(slots=True)
class Numbers:
    """The numbers of one source.

    ``came``: how many different ones; ``again``: how many more events had one of them;
    ``closed_gaps`` and ``closed_missing``: the gaps up to ``closed_through`` that are not told any
    more, and what was missing there.
    """

    came: int = 0
    again: int = 0
    closed_gaps: int = 0
    closed_missing: int = 0
    closed_through: int | None = None
    runs: list[NumberRun] = field(default_factory=list)

    @property
    def counting(self) -> NumberCounting:
        """Whether the gaps mean anything."""
        if self.again * _AGAIN > self.came:
            return NumberCounting.REPEATED
        gaps = self.closed_gaps + len(self.runs) - 1
        scattered = gaps > _FEW and gaps * _SHARE > self.came
        return NumberCounting.SCATTERED if scattered else NumberCounting.COUNTED

    def gaps(self) -> Iterator[NumberRun]:
        """What is missing between the lowest and the highest that came, the lowest first."""
        for below, above in pairwise(self.runs):
            yield NumberRun(below.high + 1, above.low - 1, above.since)

    def take(self, told: ToldRun) -> None:
        """Note what was *told*."""
        covered = sum(
            min(run.high, told.high) - max(run.low, told.low) + 1 for run in self._over(told)
        )
        self.came += told.high - told.low + 1 - covered
        closed = self._closed(told)
        # Where gaps are told no more, a number that comes now may be of one of them.
        self.closed_missing = max(0, self.closed_missing - (closed if told.fresh else 0))
        self.again += told.again + (covered - closed if told.fresh else 0)
        self.again = max(self.again, -_MOST_OWED)
        self._join(told)
        while len(self.runs) > MOST_RUNS:
            self._close_lowest()
        if self.came > _REMEMBERED:
            self.came //= 2
            self.again //= 2
            self.closed_gaps //= 2

    def _over(self, told: ToldRun) -> list[NumberRun]:
        """The runs that have numbers of *told*."""
        first = bisect_left(self.runs, told.low, key=_HIGH)
        return self.runs[first : bisect_right(self.runs, told.high, key=_LOW)]

    def _closed(self, told: ToldRun) -> int:
        """How many numbers of *told* are where gaps are told no more."""
        if self.closed_through is None or not self.runs:
            return 0
        low = max(told.low, self.runs[0].low)
        return max(0, min(told.high, self.closed_through) - low + 1)

    def _join(self, told: ToldRun) -> None:
        runs = self.runs
        first = bisect_left(runs, told.low - 1, key=_HIGH)
        end = bisect_right(runs, told.high + 1, key=_LOW)
        # A gap that is divided or shortened is as old as it was.
        since = runs[first].since if first < len(runs) else told.at
        if end == 0 and runs:
            # Below all that came: what is between begins to be missing now.
            runs[0] = NumberRun(runs[0].low, runs[0].high, told.at)
        low, high = told.low, told.high
        if first < end:
            low, high = min(low, runs[first].low), max(high, runs[end - 1].high)
        runs[first:end] = [NumberRun(low, high, since)]

    def _close_lowest(self) -> None:
        lowest, next_ = self.runs[:2]
        self.closed_gaps += 1
        self.closed_missing += next_.low - lowest.high - 1
        self.closed_through = next_.low - 1
        self.runs[:2] = [NumberRun(lowest.low, next_.high, lowest.since)]
