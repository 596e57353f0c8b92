"""What can hardly be meant in a regulation, in the words of whoever asks: place, what to mend."""

from __future__ import annotations

from collections.abc import Iterator

from ...rules.reading.regulation_doubts import doubts
from ...rules.regulation import Regulation
from .words import words


def told_of_doubts(regulation: Regulation) -> Iterator[str]:
    """Each doubt about *regulation* in one line that begins with its place."""
    for each in doubts(regulation):
        yield f"{each.place}: {words().say(f'regulation.doubt.{each.what}', **each.values)}"
