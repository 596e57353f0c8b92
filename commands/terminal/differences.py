"""What changes between two regulations, in the words of whoever asks: rule by rule, key by key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...rules.explaining.regulation_difference import RegulationDifference
from ...rules.regulation import Regulation
from .presentation import clean
from .regulation_phrases import RegulationPhrases
from .sentences import phrase_key

_RULE = re.compile(r"rule\[(.*)\]")
_PROSE = frozenset({"id", "title", "cite", "cited_as", "cited_short", "issuers", "off", "texts"})
_PROSE |= {"reading", "name"}
_REPORTS = "reports"
"""Keys and the place of what is told as it is written."""


class Differences:
    """The words of one language for the differences between two regulations."""

    def __init__(self, phrases: RegulationPhrases, old: Regulation, new: Regulation) -> None:
        self._phrases, self._words = phrases, phrases.words
        self._old, self._new = old, new

    def lines(self, found: Iterable[RegulationDifference]) -> Iterator[str]:
        """Each place with what changes in it; one line where nothing does."""
        rows = list(found)
        place = ""
        for row in rows:
            if row.place != place and row.key and row.change != "renamed":
                place = row.place
                yield self._words.say("regulation.diff.place", place=self._called(place))
            yield self._line(row)
        if not rows:
            yield self._words.say("regulation.diff.same")

    def _line(self, row: RegulationDifference) -> str:
        told = self._words
        if row.change == "renamed":
            return told.say("regulation.diff.renamed", old=row.old, new=row.new)
        if not row.key:
            name = clean(row.new or row.old)
            if not _RULE.fullmatch(row.place):
                name = self._phrases.said(name)
            return told.say(f"regulation.diff.wholes.{row.change}", place=row.place, name=name)
        if row.key == "digest":
            return told.say("regulation.diff.written_otherwise")
        prose = row.place == _REPORTS or re.split(r"[\[.]", row.key, maxsplit=1)[0] in _PROSE
        said = clean if prose else self._phrases.said
        old, new = said(row.old), said(row.new)
        return told.say(
            f"regulation.diff.keys.{row.change}", name=self._key(row.key), old=old, new=new
        )

    def _called(self, place: str) -> str:
        named = _RULE.fullmatch(place)
        rule = named and (self._new.rule(named[1]) or self._old.rule(named[1]))
        if rule:
            return f"{place} {clean(rule.cite)}, {clean(rule.title)}"
        name = phrase_key(self._words.language, place.partition("[")[0])
        return f"{place} ({name})" if name else place

    def _key(self, key: str) -> str:
        last = re.sub(r"\[[^\]]*\]", "", key).rpartition(".")[2]
        name = phrase_key(self._words.language, last)
        return f"{clean(key)} ({name})" if name else clean(key)
