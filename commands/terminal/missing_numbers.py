"""What is said of the numbers of a source that never came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...storage.numbering import SourceNumbers
from ...storage.numbers import NumberCounting
from .presentation import clean
from .words import words

_MOST_TOLD = 5
_MOST_LISTED = 100


def ranges_told(source: SourceNumbers) -> str:
    """The first ranges that are missing of *source*, and how many more there are."""
    told = words()
    named = [
        str(each.first) if each.first == each.last else f"{each.first}–{each.last}"
        for each in source.missing[:_MOST_TOLD]
    ]
    left = len(source.missing) - len(named)
    if left:
        named.append(told.say("numbers.more", count=told.number(left)))
    if source.earlier:
        named.append(told.say("numbers.earlier", count=told.number(source.earlier)))
    return ", ".join(named)


def missing_told(sources: Sequence[SourceNumbers]) -> str:
    """What is missing of those of *sources* that count, on one line; empty where nothing is."""
    told = words()
    wanting = [each for each in sources if each.counting is NumberCounting.COUNTED and each.count]
    return "; ".join(
        told.say(
            "numbers.source",
            source=clean(each.source),
            count=told.number(each.count),
            ranges=ranges_told(each),
        )
        for each in wanting[:_MOST_TOLD]
    )


def numbers_as_objects(sources: Sequence[SourceNumbers]) -> list[dict[str, Any]]:
    """Each of *sources* for a program: whether its numbers count, how many are missing, and the
    first ranges of them."""
    return [
        {
            "source": each.source,
            "counting": each.counting.value,
            "missing": each.count,
            "ranges": [[gap.first, gap.last] for gap in each.missing[:_MOST_LISTED]],
        }
        for each in sources
    ]
