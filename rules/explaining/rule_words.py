"""What a rule says in the words of a language: what opens it, by when, what fulfils it.

For whoever looks a regulation over before it is used (`dondoc check`). For people: what two
regulations differ in is said by `regulation_difference`, why one date is what it is by
`explanation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..event_types import EVENT_TYPES
from ..moments import minute_text
from ..period_days import PeriodDay, WeekdayOf
from ..prose import Prose
from ..regulation import Regulation
from ..rule import (
    ADDED_TASK,
    COMPLETION,
    COUNTED_KINDS,
    DATA_DATE,
    STAYS,
    WORKING_HOURS,
    Accumulation,
    PeriodTerm,
    Rule,
    Term,
)
from ..wording import Texts, harmless
from .regulation_phrases import pauses_counted_in, phrase
from .texts import WEEKDAYS

_REPORT = "report"
"""The field by which an event names a report."""


class RuleInWords(NamedTuple):
    """One rule: its ``id``, ``cite`` and ``title`` as its file has them, the rest in words."""

    id: str
    cite: str
    title: str
    opens: str
    due: str
    fulfilled: str


def in_words(regulation: Regulation, texts: Texts) -> tuple[RuleInWords, ...]:
    """The rules of *regulation* in the order of its file."""
    saying = _Saying(regulation, texts)
    return tuple(
        RuleInWords(
            rule.id,
            rule.cite,
            harmless(rule.title),
            saying.opens(rule),
            saying.due(rule),
            saying.fulfilled(rule),
        )
        for rule in regulation.rules
    )


class _Saying:
    """One call of `in_words`."""

    def __init__(self, regulation: Regulation, texts: Texts) -> None:
        self._regulation, self._texts = regulation, texts

    def opens(self, rule: Rule) -> str:
        if rule.off is not None:
            return self._say("off", reason=harmless(rule.off))
        opens = rule.opens
        parts = [" / ".join(self._event(each) for each in sorted(opens.events))]
        if ADDED_TASK in rule.per:
            parts.append(self._say("added_task"))
        if COMPLETION in rule.per:
            parts.append(self._say("completion"))
        if opens.after_deadline:
            parts.append(self._say("after_deadline"))
        if opens.overdue:
            parts.append(self._say("overdue", rule=self._title(opens.overdue)))
        parts += [self._say("met", rule=self._title(each)) for each in opens.met]
        parts += [self._every(each.schedule) for each in rule.periods]
        said = "; ".join(part for part in parts if part)
        limits = [*self._where(opens.where), *self._conditions(rule.when, rule.unless)]
        return self._limited(said, limits)

    def due(self, rule: Rule) -> str:
        said = [self._term(rule.due)] if rule.due else []
        cases: dict[str, list[str]] = {}
        for each in rule.exceptions:
            limits = "; ".join(self._conditions(each.when, each.unless))
            cases.setdefault(self._term(each.due) if each.due else "", []).append(limits)
        said += [self._limited(due, [" / ".join(limits)]) for due, limits in cases.items()]
        if rule.off is None:
            said += [self._of_period(each) for each in rule.periods]
        due = "; ".join(each for each in said if each) or self._say("no_term")
        for pause in rule.pauses:
            begins, ends = (
                " / ".join(self._event(event) for event in sorted(events))
                for events in (pause.begins, pause.ends)
            )
            due = self._say("paused", due=due, begins=begins, ends=ends)
            if pause.most:
                due = self._say("paused_days", due=due, most=self._days(rule, pause.most))
            if pause.most_hours:
                due = self._say("paused_hours", due=due, number=pause.most_hours)
        return due

    def _days(self, rule: Rule, days: int) -> str:
        """So many *days* of a pause, of the kind that the due date of *rule* is counted in."""
        kind = pauses_counted_in(rule)
        if kind is None:
            return self._say("days_of_either", days=days)
        return self._texts.fill(f"explain.days.{kind}", days=days)

    def fulfilled(self, rule: Rule) -> str:
        said = [
            self._limited(self._event(each.event), [*self._where(each.where)])
            for each in rule.fulfilled
        ]
        said += [self._gathered(each) for each in rule.accumulates]
        if rule.counts_tasks:
            said.append(self._say("tasks_assigned"))
        for part in rule.complete:
            fields = ", ".join(self._texts.field(name) for name in part.fields)
            said.append(self._say("complete", fields=fields))
        if rule.silence is not None:
            events = " / ".join(self._event(each) for each in sorted(rule.objected_by))
            said.append(self._say("silence_unless" if events else "silence", events=events))
        return " / ".join(dict.fromkeys(said)) or self._say("nothing")

    def _of_period(self, each: PeriodTerm) -> str:
        due = self._term(each.due) if each.due else self._say("no_term")
        if len(self._regulation.schedules) == 1:
            return due
        return self._say("in_period", period=self._every(each.schedule), due=due)

    def _term(self, term: Term) -> str:
        said = self._counted(term)
        if term.until is not None:
            time = minute_text(term.until)
            said = self._say("until", term=said, time=time)
        return said if term.rolls == STAYS else self._say(f"rolls.{term.rolls}", term=said)

    def _counted(self, term: Term) -> str:
        if term.kind == WORKING_HOURS:
            return self._say("working_hours", number=term.hours)
        start = self._texts.fill(f"explain.start.{term.start}")
        if term.kind in COUNTED_KINDS:
            number = term.days or term.months
            table = "term" if number >= 0 else "before"
            return self._say(f"{table}.{term.kind}", number=abs(number), start=start)
        if term.kind == DATA_DATE:
            return self._say("term.data_date")
        return phrase(term) if term.on is None else self._day_of(term.on)

    def _day_of(self, on: PeriodDay) -> str:
        if isinstance(on, WeekdayOf):
            weekday = self._texts.fill(f"explain.weekday.{WEEKDAYS[on.weekday]}")
            return self._say("weekday_of", weekday=weekday, week=on.weeks + 1)
        if not on.day:
            return self._say("last_day_of", month=on.months + 1)
        return self._say("day_of", day=on.day, month=on.months + 1)

    def _gathered(self, each: Accumulation) -> str:
        named = [self._value(each.field, _plain(value)) for value in each.needs]
        values = ", ".join(named) or self._say("all_of_them")
        said = self._say("gathered", field=self._texts.field(each.field), values=values)
        return self._limited(f"{self._event(each.event)}: {said}", [*self._where(each.where)])

    def _where(self, where: Iterable[tuple[str, tuple[Any, ...]]]) -> Iterator[str]:
        for name, wanted in where:
            values = " / ".join(self._value(name, _plain(value)) for value in wanted)
            yield self._say("where", field=self._texts.field(name), values=values)

    def _value(self, field: str, value: str) -> str:
        """*value* of *field* in words; a report by the name that the file has for it."""
        named = field == _REPORT and self._regulation.report(value, self._texts.language)
        return harmless(named) if named else self._texts.value(value)

    def _conditions(self, when: Iterable[str], unless: Iterable[str]) -> Iterator[str]:
        for table, names in (("condition", when), ("condition_not", unless)):
            for name in names:
                own = self._regulation.conditions.get(name)
                said = self._texts.templates.get(f"explain.{table}.{name}")
                yield said or self._own(own.title if own else None, name, table)

    def _own(self, title: Prose | None, name: str, table: str) -> str:
        said = harmless(title.said(self._texts.language)) if title else harmless(name)
        return said if table == "condition" else self._say("not", condition=said)

    def _limited(self, said: str, limits: list[str]) -> str:
        return self._say("limited", said=said, limits="; ".join(limits)) if limits else said

    def _every(self, schedule: str) -> str:
        kind = self._regulation.schedules[schedule]
        known: Mapping[str, str] = self._texts.templates
        said = known.get(f"explain.rule.every.{kind.every}") or harmless(schedule)
        only = ", ".join(map(str, kind.only))
        return self._say("only", every=said, numbers=only) if only else said

    def _event(self, event: str) -> str:
        return self._texts.fill(f"explain.event.{event}") if event in EVENT_TYPES else event

    def _title(self, rule_id: str) -> str:
        rule = self._regulation.rule(rule_id)
        return harmless(rule.title) if rule else rule_id

    def _say(self, key: str, **values: object) -> str:
        return self._texts.fill(f"explain.rule.{key}", **values)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
