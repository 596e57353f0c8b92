"""The texts of one language, and how what is not a text is written in it.

The words stand in rules/texts/*.toml; `reading.texts` checks them when they are loaded. Nothing
here knows what is said of an obligation: `reminding.text` and `explaining` do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from .citations import articles_of
from .normalising import normal

OTHER_RULE = "rule.other"
"""The text for a rule that has none of its own."""

NAMED = ("rule", "role")
"""Tables whose texts have names of their own, and no braces."""

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "period.month": frozenset({"number", "year"}),
    "period.quarter": frozenset({"number", "year"}),
    "period.half_year": frozenset({"number", "year"}),
    "period.year": frozenset({"year"}),
    "citation.article": frozenset({"article"}),
    "citation.clause": frozenset({"clause"}),
    "citation.point": frozenset({"point", "clause"}),
    "citation.within": frozenset({"places", "article"}),
    "citation.of": frozenset({"places", "regulation"}),
}
"""The texts of periods and citations, with the braces that they may have."""

_PERIODS = (
    ("month", re.compile(r"(?P<year>\d{4})-(?P<number>\d{2})")),
    ("quarter", re.compile(r"(?P<year>\d{4})-Q(?P<number>\d)")),
    ("half_year", re.compile(r"(?P<year>\d{4})-H(?P<number>\d)")),
    ("year", re.compile(r"(?P<year>\d{4})")),
)


@dataclass(frozen=True)
class Texts:
    """The texts of one language, by dotted key ("reminder.standing.late"), all checked."""

    templates: Mapping[str, str]

    def fill(self, key: str, **values: object) -> str:
        """The text of *key* with *values* in its braces."""
        return self.templates[key].format_map(values)

    def rule(self, rule: str) -> str:
        """What *rule* demands, as it stands after "việc …"."""
        return self.templates.get(f"rule.{rule}") or self.templates[OTHER_RULE]

    def role(self, role: str) -> str | None:
        """What a body in *role* is called where its name is not known; None: no word for it."""
        return self.templates.get(f"role.{role}")

    def field(self, name: str) -> str:
        """A field of an event's data, in words; as it stands where there are none."""
        return self.templates.get(f"explain.field.{name}") or harmless(name)

    def value(self, value: str) -> str:
        """A value of a field, in words; as it stands where there are none."""
        return self.templates.get(f"explain.value.{value}") or value

    def period(self, name: str) -> str | None:
        """A period as an official names it ("2026-03" is "tháng 3/2026"); None where *name* is
        none."""
        for kind, pattern in _PERIODS:
            if match := pattern.fullmatch(name):
                numbers = {key: int(value) for key, value in match.groupdict().items()}
                return self.fill(f"period.{kind}", **numbers)
        return None

    def citation(self, cite: str, cited_as: str) -> str:
        """*cite* ("Điều 6.1.b, 19.2") in full, of the regulation that is named *cited_as*; what
        is no list of articles stands as it is."""
        articles = articles_of(cite)
        if articles is None:
            return cite
        places = "; ".join(self._article(*each) for each in articles)
        return self.fill("citation.of", places=places, regulation=cited_as)

    def _article(self, article: str, places: list[tuple[str, ...]]) -> str:
        inside = [
            self.fill("citation.point", point=place[2], clause=place[1])
            if len(place) > 2
            else self.fill("citation.clause", clause=place[1])
            for place in places
            if len(place) > 1
        ]
        if not inside:
            return self.fill("citation.article", article=article)
        return self.fill("citation.within", places=", ".join(inside), article=article)


def harmless(text: str) -> str:
    """*text* in NFC on one line, without characters that do not print.

    Control characters, line and paragraph separators, lone surrogates, and the invisible ones
    that turn the direction of writing or hide text become spaces; white space is single.
    """
    printing = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return normal("NFC", " ".join(printing.split()))
