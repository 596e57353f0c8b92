"""What changes between two regulations, in the words of whoever asks: rule by rule, key by key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...rules.explaining.regulation_difference import RegulationDifference
from ...rules.regulation import Regulation
from ...rules.wording import Texts
from .presentation import clean
from .sentences import phrase_key, phrased
from .words import Words

_RULE = re.compile(r"rule\[(.*)\]")
_EVENT = "explain.event."
_PROSE = frozenset(
    {"id", "title", "cite", "cited_as", "cited_short", "issuers", "off", "texts", "reading"}
)
"""Keys of what is told as it is written."""


class Differences:
    """The words of one language for the differences between two regulations."""

    def __init__(self, words: Words, texts: Texts, old: Regulation, new: Regulation) -> None:
        self._words, self._old, self._new = words, old, new
        self._events = {
            key.removeprefix(_EVENT): name
            for key, name in texts.templates.items()
            if key.startswith(_EVENT)
        }

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
            return told.say(f"regulation.diff.wholes.{row.change}", place=row.place, name=name)
        if row.key == "digest":
            return told.say("regulation.diff.written_otherwise")
        old, new = (self._said(row.key, text) for text in (row.old, row.new))
        return told.say(
            f"regulation.diff.keys.{row.change}", name=self._key(row.key), old=old, new=new
        )

    def _called(self, place: str) -> str:
        named = _RULE.fullmatch(place)
        rule = named and (self._new.rule(named[1]) or self._old.rule(named[1]))
        return f"{place} {clean(rule.cite)}, {clean(rule.title)}" if rule else place

    def _key(self, key: str) -> str:
        last = re.sub(r"\[[^\]]*\]", "", key).rpartition(".")[2]
        name = phrase_key(self._words.language, last)
        return f"{clean(key)} ({name})" if name else clean(key)

    def _said(self, key: str, text: str) -> str:
        if re.split(r"[\[.]", key, maxsplit=1)[0] in _PROSE:
            return clean(text)
        return phrased(self._words.language, clean(text), self._events)
