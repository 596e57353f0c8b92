"""The Vietnamese text of a reminder, as an official would write it.

The words stand in rules/texts/*.toml; this module checks them when they are loaded and fills
them in. It must never pass on a character that could disturb whatever shows the text, and never
state a thing that is not true of the obligation on the day: the words follow from its dates,
not from the name of the step.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Any

from .citations import articles_of
from .directory import OFFICE, Directory
from .event_types import REQUESTED
from .explanation_texts import EXPLANATION, FREE_PAGES
from .obligations import Obligation
from .places import Place
from .policy import COORDINATING, OBLIGOR
from .reminders import Reminder

LONGEST_QUOTE = 300
"""Characters of a task's content or a document's abstract that a reminder quotes."""

_OTHER = "other"

_STRICT = ("before", "today", "last_working_day", "late")
"""How an obligation may stand with its target; where its due date is later, each has another
text, ``…_due``, that names both."""
_STANDINGS = (*_STRICT, *(f"{standing}_due" for standing in _STRICT), "grace", "age")

_PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "period.month": frozenset({"number", "year"}),
    "period.quarter": frozenset({"number", "year"}),
    "period.half_year": frozenset({"number", "year"}),
    "period.year": frozenset({"year"}),
    "citation.article": frozenset({"article"}),
    "citation.clause": frozenset({"clause"}),
    "citation.point": frozenset({"point", "clause"}),
    "citation.within": frozenset({"places", "article"}),
    "citation.of": frozenset({"places", "regulation"}),
    "reminder.text": frozenset({"addressed", "matter", "standing", "request", "cite"}),
    "reminder.matter.content": frozenset({"content"}),
    "reminder.matter.symbol": frozenset({"symbol"}),
    "reminder.matter.abstract": frozenset({"abstract"}),
    "reminder.matter.period": frozenset({"period"}),
    "reminder.matter.subject": frozenset({"subject"}),
    "reminder.matter.missing": frozenset({"missing"}),
    "reminder.matter.obligor": frozenset({"obligor"}),
    **{
        f"reminder.standing.{standing}": frozenset({"target", "due", "days", "today", "opened_on"})
        for standing in _STANDINGS
    },
    **{
        f"reminder.request.{role}.{when}": frozenset({"addressed", "obligor"})
        for role in (OBLIGOR, COORDINATING, OFFICE, "above")
        for when in ("before", "after", "age")
    },
    **EXPLANATION,
}
"""Every text there must be, with the braces that it may have. The texts of the tables `_NAMED`
have names of their own, and no braces."""

_NAMED = ("rule", "role", *FREE_PAGES)

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
        return self.templates.get(f"rule.{rule}") or self.templates[f"rule.{_OTHER}"]

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


def parse_texts(data: Mapping[str, Any], where: str) -> Texts:
    """The texts in a parsed TOML file; *where* names the file in errors.

    Raises FileError for a text that is unknown, missing, empty, or has other braces than those
    that are filled in.
    """
    file = Place(where, "", data)
    templates: dict[str, str] = {}
    for place in _texts(file):
        named = place.key.rpartition(".")[0] in _NAMED
        if not named and place.key not in _PLACEHOLDERS:
            raise place.error("is not known here")
        templates[place.key] = place.text()
        _check_braces(place, frozenset() if named else _PLACEHOLDERS[place.key])
    for key in (*_PLACEHOLDERS, f"rule.{_OTHER}"):
        if key not in templates:
            raise Place(where, key, None).error("is missing")
    return Texts(templates)


def _texts(place: Place) -> Iterator[Place]:
    """Whatever is no table, in the table at *place* and in those inside it."""
    for key in place.table():
        inside = place.at(key)
        if isinstance(inside.value, Mapping):
            yield from _texts(inside)
        else:
            yield inside


def _check_braces(place: Place, known: frozenset[str]) -> None:
    try:
        fields = [part for part in Formatter().parse(place.value) if part[1] is not None]
    except ValueError as error:
        raise place.error(str(error)) from None
    for _, name, layout, conversion in fields:
        if name not in known or layout or conversion:
            allowed = ", ".join(f"{{{each}}}" for each in sorted(known)) or "none"
            raise place.error(f"{{{name}}} is not filled in here; allowed: {allowed}")


@dataclass(frozen=True, slots=True)
class Quotes:
    """What a reminder may quote: the document's symbol and abstract, the task's content; None
    where there is none."""

    symbol: str | None = None
    abstract: str | None = None
    content: str | None = None

    def harmless(self) -> Quotes:
        """The same without anything that could disturb a reader; see `harmless`."""
        return Quotes(
            *(text and harmless(text) for text in (self.symbol, self.abstract, self.content))
        )


def harmless(text: str) -> str:
    """*text* in NFC on one line, without characters that do not print.

    Control characters, line and paragraph separators, lone surrogates, and the invisible ones
    that turn the direction of writing or hide text become spaces; white space is single.
    """
    printing = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return unicodedata.normalize("NFC", " ".join(printing.split()))


def render(
    reminder: Reminder,
    obligation: Obligation,
    quotes: Quotes,
    directory: Directory,
    texts: Texts,
    cited_as: str,
) -> str:
    """The text of *reminder*, ready to show: one paragraph, NFC, dates as dd/mm/yyyy.

    *cited_as*: the regulation's name as it stands behind an article.
    """
    addressed = addressed_name(reminder, directory, texts)
    body = directory.answerable(obligation.body, reminder.on)
    obligor = harmless(directory.name(body))
    matter = _matter(obligation, quotes.harmless(), texts)
    role = _voice(reminder)
    if reminder.body == body:
        role = OBLIGOR
    else:
        matter = f"{matter}, {texts.fill('reminder.matter.obligor', obligor=obligor)},"
    standing = _standing(reminder, obligation)
    when = _WHEN.get(standing, "before")
    return texts.fill(
        "reminder.text",
        addressed=addressed,
        matter=matter,
        standing=texts.fill(
            f"reminder.standing.{standing}",
            target=_written(obligation.target),
            due=_written(obligation.due),
            days=abs(reminder.offset),
            today=_written(reminder.on),
            opened_on=_written(obligation.opened_on),
        ),
        request=texts.fill(f"reminder.request.{role}.{when}", addressed=addressed, obligor=obligor),
        cite=texts.citation(harmless(obligation.cite), harmless(cited_as)),
    )


_WHEN = {"age": "age", "grace": "after", "late": "after", "late_due": "after"}


def addressed_name(reminder: Reminder, directory: Directory, texts: Texts) -> str:
    """The body addressed, as an official would call it: by its name in the directory, otherwise
    by its role, otherwise by its code."""
    if reminder.body in directory:
        return harmless(directory.name(reminder.body))
    return texts.role(reminder.role) or harmless(reminder.body)


def _voice(reminder: Reminder) -> str:
    return reminder.role if reminder.role in (OBLIGOR, COORDINATING, OFFICE) else "above"


def _standing(reminder: Reminder, obligation: Obligation) -> str:
    """How the obligation stands on the day of the reminder, as the texts name it."""
    target, due, today = obligation.target, obligation.due, reminder.on
    if target is None:
        return "age"
    if today > target and due is not None and today <= due:
        return "grace"
    if today > target:
        standing = "late"
    elif reminder.offset < 0:
        standing = "before"
    else:
        standing = "today" if today == target else "last_working_day"
    return standing if due in (None, target) else f"{standing}_due"


def _matter(obligation: Obligation, quotes: Quotes, texts: Texts) -> str:
    """What the obligation is about, from whatever is known of it."""
    parts = [texts.rule(obligation.rule)]
    for name, text in (
        ("content", quotes.content and texts.value(quotes.content)),
        ("symbol", quotes.symbol),
        ("abstract", quotes.abstract),
        ("period", _period(obligation, texts)),
        ("missing", _missing(obligation, texts)),
    ):
        if text:
            parts.append(texts.fill(f"reminder.matter.{name}", **{name: _shortened(text)}))
    if len(parts) == 1 or _is_request(obligation):
        subject = _shortened(harmless(obligation.subject))
        parts.append(texts.fill("reminder.matter.subject", subject=subject))
    return " ".join(parts)


def _period(obligation: Obligation, texts: Texts) -> str | None:
    """The period it is owed for, where it is owed for one."""
    period = obligation.trace.get("period")
    if isinstance(period, Mapping):
        return texts.period(str(period.get("name")))
    # A document may well be called "2026"; only what reports are about is a period's name.
    return texts.period(obligation.subject) if obligation.stream.startswith("reports:") else None


def _missing(obligation: Obligation, texts: Texts) -> str:
    """The information that is not there yet, as officials name it."""
    fields = [str(name).partition(":")[2] for name in obligation.trace.get("missing") or ()]
    return ", ".join(dict.fromkeys(texts.field(name) for name in fields))


def _is_request(obligation: Obligation) -> bool:
    """Whether it is about a report that was asked for, which its subject alone identifies."""
    opened_by = obligation.trace.get("opened_by")
    return isinstance(opened_by, Mapping) and opened_by.get("type") == REQUESTED


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rstrip()}…"


def _written(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"
