"""What an explanation is asked about, and how it is put into words.

Whatever came from outside is brought to one harmless line before it stands in a sentence.
Nothing here decides what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from ..calendar import Day
from ..event_facts import ABOUT_A_BODY, PARTIES
from ..law import Law
from ..obligations import Obligation
from ..regulation import Regulation
from ..rule import Rule
from ..streams import kind_of, parts_of
from ..trace import Trace, TracedEvent
from ..wording import Names, Texts, harmless
from .texts import WEEKDAYS


@dataclass(frozen=True)
class Asked:
    """What is to be explained, by which law, in which words, on which day."""

    obligation: Obligation
    law: Law
    texts: Texts
    as_of: date
    symbol: str | None = None

    @property
    def trace(self) -> Trace:
        """What the obligation keeps of its computation; an older one may lack any key."""
        return self.obligation.trace

    @cached_property
    def regulation(self) -> Regulation | None:
        """The regulation it was judged by; None where the law no longer has it."""
        return self.law.regulations.get(self.obligation.regulation)

    @cached_property
    def rule(self) -> Rule | None:
        """The rule it was judged by; None where the regulation no longer has it."""
        return self.regulation.rule(self.obligation.rule) if self.regulation else None

    @cached_property
    def names(self) -> Names:
        """What the regulation and those who issue documents are called."""
        return self.law.names(self.obligation)

    @property
    def document(self) -> str | None:
        """The document that it is about, by symbol, date and issuer; None where unknown."""
        if self.symbol is None:
            return None
        named = self.trace.get("document") or {}
        return self.texts.document(named, self.symbol, self.names.issuers)

    @property
    def parties(self) -> Mapping[str, str] | None:
        """The bodies between which a feedback is, or whom an inspection is about, by the fields
        that name them; None where unknown."""
        parties = self.trace.get("parties")
        if parties is None:
            return None
        kind, _ = parts_of(self.obligation.stream)
        names = next((names for type_, names in PARTIES.items() if kind_of(type_) == kind), ())
        if not names or any(name not in parties for name in names):
            return None
        return {
            name: self.values(each if isinstance(each, list) else [each])
            for name, each in parties.items()
            if name in names
        }

    @property
    def language(self) -> str:
        """The language of the texts, as regulation files name it."""
        return self.say("language")

    def say(self, key: str, **values: object) -> str:
        """The text of *key* with *values* in its braces."""
        return self.texts.fill(f"explain.{key}", **values)

    def on(self, day: date) -> str:
        """*day* as the language writes a date."""
        return self.texts.date(day)

    def end(self, day: date, moment: datetime | None) -> str:
        """*day*, or the *moment* of it at which a term ends."""
        return self.on(day) if moment is None else self.texts.moment(moment)

    def weekday(self, day: date) -> str:
        """*day* with its day of the week."""
        weekday = self.say(f"weekday.{WEEKDAYS[day.weekday()]}")
        return self.say("day", date=self.on(day), weekday=weekday)

    def written(self, day: object) -> str:
        """A date as a trace keeps it, "2026-08-28"; what is none is shown as it stands."""
        try:
            return self.on(date.fromisoformat(str(day)))
        except ValueError:
            return one_line(day)

    def body(self, code: str, day: date | None = None) -> str:
        """A body by the name it has on *day*, the day that is looked at unless given, and code."""
        if code in self.law.directory:
            name = one_line(self.law.directory.name(code, day or self.as_of))
            return self.say("body", name=name, code=one_line(code))
        return self.say("body_unknown", code=one_line(code))

    def event(self, told: TracedEvent) -> str:
        """An event as a trace names it: what happened, its local date, by whom where that is
        said, source and id."""
        said = {
            "what": self.event_type(str(told.get("type", "?"))),
            "date": self.written(told.get("on", "?")),
            "source": one_line(told.get("source", "?")),
            "id": one_line(told.get("id", "?")),
        }
        if "body" not in told:
            return self.say("told", **said)
        key = "told_about" if told.get("type") in ABOUT_A_BODY else "told_by"
        return self.say(key, body=self.body(str(told["body"])), **said)

    def event_type(self, type_: str) -> str:
        """What happened, in words; a later version's type as it stands."""
        return self.found(f"event.{type_}") or one_line(type_)

    def field(self, name: str) -> str:
        """A field of an event's data, in words."""
        return self.texts.field(name)

    def value(self, value: object) -> str:
        """A value of a field: in words, a body by its name, otherwise as it stands."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if text in self.law.directory:
            return self.body(text)
        return self.found(f"value.{text}") or one_line(text)

    def values(self, values: Iterable[object], field: str = "") -> str:
        """Several values of *field*, in words."""
        return ", ".join(self.said(field, value) for value in values)

    def said(self, field: str, value: object) -> str:
        """A value of *field*, in words: a report as the regulation's file calls it."""
        titled = None
        if field == "report" and self.regulation is not None:
            titled = self.regulation.report(str(value), self.language)
        return self.value(value) if titled is None else one_line(titled)

    def rule_duty(self, rule_id: str | None) -> str:
        """What another rule of the regulation demands, its id where there is none."""
        rule = self.regulation.rule(rule_id) if self.regulation and rule_id else None
        return self.texts.duty(rule) if rule else one_line(rule_id or "?")

    def reason(self, day: Day) -> str:
        """Why *day* is off, or worked though it is not of the plain week."""
        if day.kind == "weekend":
            return self.say("reason.weekend")
        return self.say(f"reason.{day.kind}", name=day.name or "")

    def role(self, role: str) -> str:
        """What a body is to the obligation, in words."""
        return self.found(f"role.{role}") or one_line(role)

    @property
    def period(self) -> Mapping[str, str] | None:
        """The period it is owed for, its name and its bounds in words; None where for none."""
        period = self.trace.get("period")
        if period is None:
            return None
        name = str(period.get("name", "?"))
        return {
            "period": self.texts.period(name) or one_line(name),
            "first": self.written(period.get("first", "?")),
            "last": self.written(period.get("last", "?")),
        }

    def found(self, key: str) -> str | None:
        return self.texts.templates.get(f"explain.{key}")


def one_line(text: object) -> str:
    """*text* from outside, as one line that does nothing to a terminal."""
    return harmless(str(text))
