"""The texts of one language, and how what is not a text is written in it.

The words stand in rules/texts/*.toml; `reading.texts` checks them when they are loaded. Nothing
here knows what is said of an obligation: `reminding.text` and `explaining` do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from string import Formatter
from typing import Any

from .citations import articles_of
from .events import LOCAL
from .normalising import normal
from .rule import DUTY, Rule
from .trace import TracedDocument

_ONE_SECOND = timedelta(seconds=1)

OTHER_RULE = "rule.other"
"""The text for a rule that the regulation no longer has."""


class CountingFormatter(Formatter):
    """Fills in "{days:day|days}" as "1 day" or "5 days"."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, several, many = format_spec.partition("|")
        if not several:
            return str(super().format_field(value, format_spec))
        return f"{value} {one if str(value) == '1' else many}"


_COUNTING = CountingFormatter()

NAMED = ("role", "document.kind")
"""Tables whose texts have names of their own, and no braces."""

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    OTHER_RULE: frozenset(),
    "period.week": frozenset({"number", "year"}),
    "period.month": frozenset({"number", "year"}),
    "period.quarter": frozenset({"number", "year"}),
    "period.half_year": frozenset({"number", "year"}),
    "period.year": frozenset({"year"}),
    "citation.article": frozenset({"article"}),
    "citation.clause": frozenset({"clause"}),
    "citation.point": frozenset({"point", "clause"}),
    "citation.within": frozenset({"places", "article"}),
    "citation.of": frozenset({"places", "regulation"}),
    "citation.of_number": frozenset({"places", "regulation"}),
    "citation.brief": frozenset({"cite", "regulation"}),
    "citation.brief_number": frozenset({"cite", "regulation"}),
    "date": frozenset({"day", "month", "short_month", "year"}),
    "end.day": frozenset({"date"}),
    "end.moment": frozenset({"hour", "padded", "minute", "date"}),
    "end.second": frozenset({"hour", "padded", "minute", "second", "date"}),
    "document.other": frozenset(),
    "document.number": frozenset({"kind", "symbol"}),
    "document.date": frozenset({"document", "date"}),
    "document.issuer": frozenset({"document", "issuer"}),
    "lacking.reported_to_chairman": frozenset({"values"}),
    "lacking.notified_bodies": frozenset({"values"}),
    "lacking.item": frozenset({"values"}),
    "lacking.channels": frozenset({"values"}),
    "lacking.other": frozenset({"field", "values"}),
}
"""The texts of a rule, of periods, citations, dates, documents and of what is lacking, with the
braces that they may have."""

_PERIODS = (
    ("week", re.compile(r"(?P<year>\d{4})-W(?P<number>\d{2})")),
    ("month", re.compile(r"(?P<year>\d{4})-(?P<number>\d{2})")),
    ("quarter", re.compile(r"(?P<year>\d{4})-Q(?P<number>\d)")),
    ("half_year", re.compile(r"(?P<year>\d{4})-H(?P<number>\d)")),
    ("year", re.compile(r"(?P<year>\d{4})")),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What officials call a regulation where they cite it, in full and in short, and by authority
    whoever issues a document under it; ``coordination``: by which article of it bodies coordinate.
    ``rule``: the rule that is cited, None where the regulation no longer has it."""

    cited_as: str
    issuers: Mapping[str, str] = field(default_factory=dict)
    coordination: str | None = None
    cited_short: str = ""
    rule: Rule | None = None


@dataclass(frozen=True)
class Texts:
    """The texts of one language, by dotted key ("reminder.standing.late"), all checked."""

    templates: Mapping[str, str]

    def fill(self, key: str, **values: object) -> str:
        """The text of *key* with *values* in its braces."""
        return _COUNTING.vformat(self.templates[key], (), values)

    @property
    def language(self) -> str:
        """The language, as files of regulations name it."""
        return self.templates["explain.language"]

    def duty(self, rule: Rule | None) -> str:
        """What *rule* demands, as it stands after "việc …": in the words of its file, where it has
        none in this language by its title; what is said of any where *rule* is None."""
        if rule is None:
            return self.templates[OTHER_RULE]
        return self.gloss(rule) or _inside(harmless(rule.title))

    def gloss(self, rule: Rule) -> str | None:
        """What *rule* demands in the words of this language; None where it has none in it."""
        return rule.text(self.language, DUTY)

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

    def end(self, day: date | None, moment: datetime | None) -> str:
        """When a term is over that ends with *day*, or at a *moment* of it: "hết ngày 12/3/2026",
        "14 giờ 00 ngày 12/3/2026"; empty without one."""
        if day is None:
            return ""
        if moment is None:
            return self.fill("end.day", date=self.date(day))
        return self.moment(moment)

    def moment(self, moment: datetime) -> str:
        """An aware *moment* as the language writes the time of the clock and the date, by the
        second where it is within a minute: what came a second late did not come in time."""
        local = moment.astimezone(LOCAL)
        if local.microsecond:
            local = local.replace(microsecond=0) + _ONE_SECOND
        told = {"hour": local.hour, "padded": f"{local.hour:02}", "minute": f"{local.minute:02}"}
        told["date"] = self.date(local.date())
        if local.second:
            return self.fill("end.second", **told, second=f"{local.second:02}")
        return self.fill("end.moment", **told)

    def date(self, day: date) -> str:
        """*day* as the language writes a date in a sentence: in Vietnamese with a nought before the
        days 1 to 9 and the months 1 and 2, as Nghị định 30/2020 has official documents do."""
        padded = f"{day.month:02}"
        short = padded if day.month < 3 else str(day.month)
        return self.fill(
            "date", day=f"{day.day:02}", month=padded, short_month=short, year=day.year
        )

    def document(self, named: TracedDocument, symbol: str, issuers: Mapping[str, str]) -> str:
        """A document by its kind, *symbol*, date and issuer, as far as *named* (`naming`) has
        them."""
        kind = self.templates.get(f"document.kind.{named.get('kind')}")
        shown = self.fill(
            "document.number", kind=kind or self.fill("document.other"), symbol=harmless(symbol)
        )
        if issued_on := named.get("issued_on"):
            day = self.date(date.fromisoformat(issued_on))
            shown = self.fill("document.date", document=shown, date=day)
        if issuer := issuers.get(named.get("by", "")):
            shown = self.fill("document.issuer", document=shown, issuer=harmless(issuer))
        return shown

    def citation(self, cite: str, cited_as: str) -> str:
        """*cite* ("Điều 6.1.b, 19.2") in full, of the regulation that is named *cited_as*; what
        is no list of articles stands as it is."""
        places = self.places(cite)
        if places is None:
            return cite
        key = "citation.of_number" if _is_number(cited_as) else "citation.of"
        return self.fill(key, places=places, regulation=cited_as)

    def brief_citation(self, cite: str, cited_short: str) -> str:
        """*cite* as it stands, of the regulation that is called *cited_short*; what is no list of
        articles stands alone."""
        if articles_of(cite) is None:
            return cite
        key = "citation.brief_number" if _is_number(cited_short) else "citation.brief"
        return self.fill(key, cite=cite, regulation=cited_short)

    def places(self, cite: str) -> str | None:
        """The places of *cite* in full; None for what is no list of articles."""
        articles = articles_of(cite)
        if articles is None:
            return None
        listed = [self._article(*each) for each in articles]
        # A comma parts the places of one article already.
        return ("; " if any("," in each for each in listed) else ", ").join(listed)

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


def lacking(
    needed: Mapping[str, Iterable[Any]] | None, texts: Texts, body: Callable[[str], str]
) -> Iterator[str]:
    """What has still to be told, filed or published, by field the values that nothing has named
    (`needed` of a trace): each as words that stand alone. *body* names a body by its code."""
    for field_, values in (needed or {}).items():
        named = ", ".join(_value(value, texts, body) for value in values)
        key = f"lacking.{field_}"
        if key in texts.templates:
            yield texts.fill(key, values=named)
        else:
            yield texts.fill("lacking.other", field=texts.field(str(field_)), values=named)


def _value(value: object, texts: Texts, body: Callable[[str], str]) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    said = texts.value(text)
    return body(text) if said == text else said


def _is_number(regulation: str) -> bool:
    """Whether *regulation* is called by its number alone ("02/2015/QĐ-UBND")."""
    return regulation[:1].isdigit()


def capital(text: str) -> str:
    """*text* as it begins a line."""
    return text[:1].upper() + text[1:]


def _inside(title: str) -> str:
    """*title* as it stands in a sentence: its first letter small, unless it is of an
    abbreviation ("UBND")."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def harmless(text: str) -> str:
    """*text* in NFC on one line, without characters that do not print.

    Control characters, line and paragraph separators, lone surrogates, and the invisible ones
    that turn the direction of writing or hide text become spaces; white space is single.
    """
    printing = text
    # Nearly all text prints, and it is a hundred times as fast to ask for the whole.
    if not text.isprintable():
        printing = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return normal("NFC", " ".join(printing.split()))
