"""Reads what the pages show from one consistent state of the database.

It decides nothing: what is overdue, whose it is and why is asked of the rules. What is secret is
not in the database, so that what is made of what was read after a redaction cannot hold it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ...rules.calendar import Calendar
from ...rules.explaining.explanation import Explanation, explain
from ...rules.law import Law
from ...rules.obligations import OPEN, OVERDUE, FormerDeadline
from ...rules.reminding.asking import asked_of
from ...rules.reminding.text import Quotes, matter_of
from ...rules.wording import Texts, capital
from ...storage.questions import queries
from ...storage.questions.figures import figures
from ...storage.questions.queries import Filter
from ...storage.reminder_ledger import Due, with_facts
from ...storage.transaction import Transaction
from ..shades import word_of
from . import wording
from .values import BodyPage, Item, Unit

SOON = 10
"""Working days ahead that count as soon: two weeks, so that a week's leave hides nothing."""


@dataclass(frozen=True)
class Gathered:
    """What was read on one day: the ``unit``, and what is overdue with what explains it."""

    unit: Unit
    law: Law
    texts: Texts
    overdue: Sequence[Due]
    former: Mapping[str, Sequence[FormerDeadline]]

    def explanations(self) -> Iterator[tuple[Item, Explanation]]:
        """Each overdue obligation with why it has its dates, one made at a time."""
        day, items = self.unit.as_of, {item.id: item for item in self.unit.overdue}
        for each in self.overdue:
            owed = each.obligation
            told = [had for had in self.former.get(owed.id, ()) if had.until <= day]
            made = explain(owed, self.law, self.texts, day, told, each.symbol)
            yield items[owed.id], made


def gather(tx: Transaction, law: Law, texts: Texts, day: date, organ: str = "") -> Gathered:
    """Everything that the pages show at the end of the local *day*; *organ*: what the unit is
    called, "" for the Office's name. Raises OutsideCoverage where
    the calendar does not reach it."""
    horizon = _horizon(law.calendar, day)
    late = queries.obligations(tx, law, day, Filter(state=OVERDUE))
    open_ = queries.obligations(tx, law, day, Filter(state=OPEN))
    # What is past it while its task is back with the Office is not soon due.
    within = [each for each in open_ if not each.is_past(day)]
    soon = [each for each in within if each.due is not None and each.due <= horizon]
    facts = with_facts(tx, late, day)
    writer = _Writer(law, texts, day)
    overdue = sorted(map(writer.item, facts), key=_worst_first)
    ahead = sorted(
        map(writer.item, with_facts(tx, soon, day)), key=lambda item: (item.due, item.id)
    )
    tasks: dict[str, dict[str, int]] = defaultdict(dict)
    for (code, status), number in figures(tx, law, day).tasks.items():
        tasks[code][status] = number
    office = law.directory.office(day)
    unit = Unit(
        organ or (law.directory.name(office, day) if office else ""),
        day,
        SOON,
        tuple(writer.bodies(overdue, ahead, tasks)),
        tuple(overdue),
        tuple(ahead),
    )
    former = queries.former_deadlines(tx, [each.id for each in late])
    return Gathered(unit, law, texts, facts, former)


def _worst_first(item: Item) -> tuple[bool, int, date, str]:
    """Breaches before what is overdue without being one, the longest first."""
    return (not item.breach, -item.days, item.due, item.id)


def _horizon(calendar: Calendar, day: date) -> date:
    """The last day that is soon; the calendar's own where it ends before."""
    ahead = calendar.working_days_between(day, calendar.last)
    return calendar.add_working_days(day, SOON) if ahead >= SOON else calendar.last


@dataclass(frozen=True)
class _Writer:
    """Makes values of what was read, in the words of *texts*, as of *day*."""

    law: Law
    texts: Texts
    day: date

    def item(self, due: Due) -> Item:
        """*due* as pages show it; it has a due date."""
        owed, texts, directory = due.obligation, self.texts, self.law.directory
        assert owed.due is not None
        names = self.law.names(owed)
        quotes = Quotes(due.symbol, due.abstract, due.content)
        matter = matter_of(owed, quotes, self.day, directory, texts, names)
        document = ""
        if due.symbol:
            document = texts.document(owed.trace.get("document") or {}, due.symbol, {})
        said = (due.content and texts.value(due.content)) or due.abstract
        duty, matter = capital(texts.duty(names.rule)), capital(matter)
        return Item(
            id=owed.id,
            duty=duty,
            content=said or matter,
            document=capital(document),
            matter=matter,
            role=texts.templates.get(f"explain.role.{owed.role}", ""),
            bodies=owed.owed_by(directory, self.day),
            target=owed.target,
            due=owed.due,
            days=abs(self.law.calendar.working_days_between(owed.due, self.day)),
            breach=owed.counts_as_breach(self.day),
            asked=asked_of(owed, directory, texts, self.day, names.rule),
            snoozed=self._snoozed(due),
            due_at=owed.due_at,
            light=word_of(self.law.light(owed, self.day)),
        )

    def _snoozed(self, due: Due) -> str:
        """That reminders of *due* are put off, where they are."""
        snooze = due.snooze
        if snooze is None or not snooze.holds(due.obligation, self.day):
            return ""
        return wording.snoozed(snooze.until, snooze.by, snooze.reason)

    def bodies(
        self, overdue: Sequence[Item], soon: Sequence[Item], tasks: Mapping[str, Mapping[str, int]]
    ) -> Iterator[BodyPage]:
        """Every body that there is on the day or that answers for something: those of the
        directory in its order, then the others."""
        directory, day = self.law.directory, self.day
        late, ahead = _by_body(overdue), _by_body(soon)
        valid = [body.code for body in directory if directory.exists(body.code, day)]
        others = sorted({*late, *ahead, *tasks}.difference(valid))
        for code in [*valid, *others]:
            body = directory.get(code, day)
            head = (body.head if body else None) or ""
            name = directory.name(code, day)
            yield BodyPage(
                code, name, head, tuple(late[code]), tuple(ahead[code]), tasks.get(code, {})
            )


def _by_body(items: Sequence[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        for code in item.bodies:
            found[code].append(item)
    return found
