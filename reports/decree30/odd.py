"""Letters in another font or colour than the appendix has, found while a document is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .requirements import FONT
from .values import Lettering, Odd, Paragraph

_MOST = 50
"""Fonts and colours that are told apart."""
_BLACK = frozenset({"auto", "000000"})
_EAST = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_EITHER = re.compile("[\u00a1-\u00ff\u02b0-\u04ff\u1e00-\u1eff\u2000-\u2bff\u0300-\u036f]")
"""What is East Asian only in a run that says so."""
_PLAIN = re.compile("[!-~]")
_OTHER = re.compile("[\u00a1-\u10ff\u1e00-\u2bff]")
_PICTURED = re.compile("[\u2190-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff\ue000-\uf8ff]")
"""Arrows, boxes and pictures, which this font has not."""


class OddLetters:
    """Collects what is odd, each font and colour once, with how often it was seen."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Odd] = {}

    def look_at(self, paragraph: Paragraph) -> None:
        """Note what is odd in *paragraph*."""
        seen = {odd for run in paragraph.runs for odd in oddities(run.text, run.letters)}
        for point, what in sorted(seen):
            before = self._found.get((point, what))
            if before is not None:
                self._found[point, what] = replace(before, times=before.times + 1)
            elif len(self._found) < _MOST:
                self._found[point, what] = Odd(point, what, paragraph)

    def found(self) -> tuple[Odd, ...]:
        """All of it, in the order of the places."""
        return tuple(self._found.values())


def oddities(text: str, letters: Lettering) -> Iterator[tuple[str, str]]:
    """The points that *text* in *letters* does not keep, and what was found in their place."""
    if not text or text.isspace():
        return
    for font in _used(text, letters):
        if font.casefold() != FONT.casefold():
            yield "font", font[:60] or "?"
    if letters.colour not in _BLACK:
        yield "colour", letters.colour[:20]


def _used(text: str, letters: Lettering) -> set[str]:
    """The fonts in which *text* is shown."""
    if letters.complex:
        return {letters.complex_script}
    used = set()
    words = _PICTURED.sub("", text)
    if _PLAIN.search(words):
        used.add(letters.ascii)
    other = _OTHER.search(words) is not None
    if other and letters.east and _EITHER.search(words):
        used.add(letters.east_asian)
    elif other:
        used.add(letters.other)
    if _EAST.search(words):
        used.add(letters.east_asian)
    return used
