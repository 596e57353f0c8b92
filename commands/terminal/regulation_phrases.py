"""What a regulation says, in the words of whoever asks: its phrases, with the names of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ...rules.explaining.regulation_parts import PARTS
from ...rules.regulation import Regulation
from ...rules.wording import Texts
from .presentation import clean, say, table
from .sentences import phrased, pieces
from .words import Words

_EVENT, _FIELD, _VALUE = "explain.event.", "explain.field.", "explain.value."
_CONDITION = "explain.condition."
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b", re.ASCII)
AS_WRITTEN = frozenset(
    {"id", "cite", "title", "name", "wording", "chosen", "rejected", "why", "rule", "regulation"}
)
"""The columns with what a file says in its own words."""


class RegulationPhrases:
    """The words of one language for what *regulations* say."""

    def __init__(self, words: Words, texts: Texts, *regulations: Regulation) -> None:
        self.words, language = words, texts.language
        self._own = {rule.id: rule.id for each in regulations for rule in each.rules}
        self._own |= _under(_EVENT, texts)
        for each in regulations:
            titles = {name: one.title for name, one in each.conditions.items()}
            titles |= {report.name: report.title for report in each.reports}
            self._own |= {
                name: clean(title.said(language)) for name, title in titles.items() if title
            }
        switched_off = (rule.off for each in regulations for rule in each.rules if rule.off)
        self._own |= {piece: piece for off in switched_off for piece in pieces(clean(off))}
        self._words = {
            name: said
            for prefix in (_FIELD, _VALUE, _CONDITION)
            for name, said in _under(prefix, texts).items()
        }

    def said(self, text: str) -> str:
        """The English phrases *text*; what it has no words for as it stands."""
        said = phrased(self.words.language, clean(text), self._own, self._words)
        return _DAY.sub(lambda found: self.words.day(date.fromisoformat(found[0])), said)

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A *row* of a regulation's table for a person."""
        return {
            key: self.said(value) if isinstance(value, str) and key not in AS_WRITTEN else value
            for key, value in row.items()
        }

    def say_parts(self, regulation: Regulation) -> None:
        """Show what *regulation* says beside its rules, each part that it has under its heading."""
        for part, rows_of in PARTS.items():
            rows = [row._asdict() for row in rows_of(regulation, self.words.language)]
            if rows:
                heading = self.words.say(f"regulation.show.options.{part}")
                say(f"\n{heading}\n\n{table([*map(self.row, rows)], tuple(rows[0]))}")


def _under(prefix: str, texts: Texts) -> dict[str, str]:
    return {
        key.removeprefix(prefix): said
        for key, said in texts.templates.items()
        if key.startswith(prefix)
    }
