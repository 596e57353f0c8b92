"""Chance that repeats itself: every draw of the sample comes from a seed.

Only `random.Random.random()` is used, the one generator whose sequence Python promises to
keep from version to version; the global random state is never touched.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Items with their weights, prepared once to be drawn from often."""

    __slots__ = ("items", "limits")

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self.items = tuple(items)
        self.limits = tuple(accumulate(weights))


class Chance:
    """A sequence of draws that depends on the *seed*'s parts alone."""

    __slots__ = ("_draw",)

    def __init__(self, *seed: object) -> None:
        self._draw = Random("/".join(map(str, seed))).random

    def happens(self, probability: float) -> bool:
        """True with that probability (0 to 1)."""
        return self._draw() < probability

    def share(self) -> float:
        """A number from 0 to 1, 1 excluded."""
        return self._draw()

    def between(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*, both included."""
        return low + int(self._draw() * (high - low + 1))

    def one(self, items: Sequence[T]) -> T:
        """One of the *items*, each equally likely."""
        return items[int(self._draw() * len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """*count* different items (all, where there are fewer), in random order."""
        left = list(items)
        return [left.pop(int(self._draw() * len(left))) for _ in range(min(count, len(left)))]

    def weighted(self, weighted: Weighted[T]) -> T:
        """One item, likelier the heavier it is."""
        limits = weighted.limits
        return weighted.items[bisect(limits, self._draw() * limits[-1])]

    def identifier(self) -> str:
        """32 hexadecimal digits, in the groups of a UUID."""
        digits = "".join(f"{int(self._draw() * 0x10000):04x}" for _ in range(8))
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
