"""Which regulation a thing goes by, of those that an office has been under, one after another or
several at once.

What is open keeps its law; what opens later, by an event or by a day, goes by the law in force
on the day it legally opens: of several, by the one that has the rule. A transitional clause of a
regulation wins over both. It must never look at how an obligation came out: which law it goes by
is settled when it opens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import TypeAlias

from .default_deadline import DefaultDeadline
from .regulation import OFFICE_REJECTS, Assigning, ExtensionLimit, Regulation, Transition, Undoing
from .rule import Rule


@dataclass(frozen=True, slots=True)
class Ruling:
    """The regulation that a thing goes by, None where there was none. ``clause``: the transitional
    clause that says so, ``of`` the regulation of that id; both None where only the day does."""

    regulation: Regulation | None
    clause: Transition | None = None
    of: str | None = None


NO_LAW = Ruling(None)
"""On the days of no regulation."""

LawfulDemand: TypeAlias = "tuple[Regulation, Rule, str]"
"""A rule of a regulation with one of the kinds of subjects that it can be owed for."""


@dataclass(frozen=True)
class Regulations:
    """The regulations an office has been under, in the order of their days; several may be in
    force at once, where each has rules of its own ids. ``order``: the place of each rule's id,
    after those of the rules that it names in any of them, and of those that it looks over."""

    all: tuple[Regulation, ...]
    version: str
    order: Mapping[str, int] = field(init=False, repr=False, compare=False)
    _by_kind: dict[str, tuple[tuple[Regulation, Rule], ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _of_the_day: tuple[tuple[date, date, Ruling, frozenset[str]], ...] = field(
        init=False, repr=False, compare=False
    )
    in_transition: bool = field(init=False, repr=False, compare=False)
    """Whether a clause of any of them can win over the law of the day."""
    _side_by_side: bool = field(init=False, repr=False, compare=False)
    _in_file_order: bool = field(init=False, repr=False, compare=False)
    _looked_over: Mapping[tuple[str, str], tuple[str, ...]] = field(
        init=False, repr=False, compare=False
    )
    has_default_deadlines: bool = field(init=False, repr=False, compare=False)
    """Whether any of them gives a deadline to tasks that name none."""
    reports: frozenset[str] = field(init=False, repr=False, compare=False)
    """The names of reports that any of them lists."""

    def __post_init__(self) -> None:
        order = _in_order(self.all)
        over = {
            (rule.id, rule.excuse.by): tuple(
                other
                for other in _looked_over(rule, self.all)
                if other in order[: order.index(rule.id)]
            )
            for each in self.all
            for rule in each.rules
            if rule.excuse is not None and rule.excuse.by is not None
        }
        # A ruling is asked for several times for every obligation.
        for name, value in (
            ("order", {id_: at for at, id_ in enumerate(order)}),
            ("_looked_over", over),
            ("_in_file_order", len(self.all) == 1 and tuple(order) == self.rules),
            ("_of_the_day", tuple(map(_of_its_days, self.all))),
            ("in_transition", any(each.transitions for each in self.all)),
            ("reports", frozenset(named.name for each in self.all for named in each.reports)),
            ("has_default_deadlines", any(each.default_deadlines for each in self.all)),
            ("_side_by_side", any(one.meets(two) for one, two in combinations(self.all, 2))),
        ):
            object.__setattr__(self, name, value)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules of all regulations, in their order."""
        return tuple(dict.fromkeys(rule.id for each in self.all for rule in each.rules))

    def default_deadlines(self, day: date) -> tuple[tuple[Regulation, DefaultDeadline], ...]:
        """The deadlines that the law of *day* gives to tasks that name none, each with its
        regulation."""
        return tuple((law, each) for law in self.on(day) for each in law.default_deadlines)

    @property
    def counts_hours(self) -> bool:
        """Whether a term of any is counted in working hours, so that office hours matter."""
        rules = (rule for each in self.all for rule in each.rules)
        return any(rule.counts_hours for rule in rules)

    def on(self, day: date) -> tuple[Regulation, ...]:
        """The regulations in force on *day*, in their order; none where there was none."""
        return tuple(each for each in self.all if each.in_force(day))

    def shown_on(self, day: date) -> tuple[Regulation, ...]:
        """Those to look at on *day*: in force then, otherwise the last that there is."""
        return self.on(day) or self.all[-1:]

    def get(self, regulation_id: str) -> Regulation | None:
        """The regulation of that id, None where unknown."""
        return next((each for each in self.all if each.id == regulation_id), None)

    def ruling(self, rule_id: str, opens_on: date, begun_on: date) -> Ruling:
        """What the rule of that id goes by, where it legally opens on *opens_on* about a matter
        that had begun on *begun_on*."""
        if not self.in_transition:
            return self.of_the_day(rule_id, opens_on)
        for later in reversed(self.all):
            for clause in later.transitions:
                start = clause.opened_from
                reaches = start and start <= opens_on < later.in_force_from
                if reaches and self.speaks(clause, later, rule_id):
                    return Ruling(later, clause, later.id)
        for regulation in self.on(opens_on):
            for clause in regulation.transitions:
                before = clause.begun_before
                if before and begun_on < before and self.speaks(clause, regulation, rule_id):
                    return Ruling(self.get(clause.goes_by or ""), clause, regulation.id)
        return self.of_the_day(rule_id, opens_on)

    def of_the_day(self, rule_id: str, day: date) -> Ruling:
        """What the rule of that id goes by on *day*, but for any clause: of several regulations,
        the one that has it."""
        for first, last, ruling, ids in self._of_the_day:
            if first <= day <= last and (not self._side_by_side or rule_id in ids):
                return ruling
        return NO_LAW

    def speaks(self, clause: Transition, of: Regulation, rule_id: str) -> bool:
        """Whether *clause* of a regulation is about the rule of that id. One that names no rules is
        about all of its own regulation, and of the one that it lets go on, but for what another
        that is in force at the same time has taken over."""
        if clause.rules or not self._side_by_side or of.rule(rule_id) is not None:
            return clause.speaks_of(rule_id)
        earlier = self.get(clause.goes_by or "")
        return (
            earlier is not None
            and earlier.rule(rule_id) is not None
            and not any(each.meets(of) and each.rule(rule_id) is not None for each in self.all)
        )

    def assigning(self, regulation: Regulation, day: date) -> Assigning:
        """Which documents assign tasks for the rules of *regulation* on *day*: as it says, or as
        another says that is in force beside it."""
        if regulation.assigning is not None:
            return regulation.assigning
        said = (each.assigning for each in self.on(day) if each.assigning is not None)
        return next(said, Assigning())

    def undoing(self, regulation: Regulation | None, day: date) -> tuple[Undoing, ...]:
        """What takes a completion back by *regulation* on *day*: as it says, or as another says
        that is in force beside it; the Office's rejection where none does."""
        beside = self.on(day) if regulation is None or self._side_by_side else ()
        for each in (regulation, *beside):
            if each is not None and each.undone_by is not None:
                return each.undone_by
        return OFFICE_REJECTS

    def extension(self, regulation: Regulation | None, day: date) -> ExtensionLimit | None:
        """What extensions *regulation* allows on *day*: as it says, or as another says that is in
        force beside it; None where none limits them."""
        beside = self.on(day) if regulation is None or self._side_by_side else ()
        said = (each.extension for each in (regulation, *beside) if each is not None)
        return next((limit for limit in said if limit is not None), None)

    def looking_over(self, rule: Rule) -> tuple[str, ...]:
        """The ids of the rules that the event by which *rule* excuses has to be in time of, in
        whichever regulation: a task of the one may be delivered under the other. All of them are
        judged before it, whatever else is asked."""
        by = rule.excuse.by if rule.excuse else None
        return () if by is None else self._looked_over[rule.id, by]

    def of_kind(self, kind: str) -> tuple[tuple[Regulation, Rule], ...]:
        """The rules of all regulations that can be owed for *kind*, each after those it names."""
        found = self._by_kind.get(kind)
        if found is None:
            rules = [(each, rule) for each in self.all for rule in each.by_kind[kind]]
            rules.sort(key=lambda pair: self.order[pair[1].id])
            found = self._by_kind[kind] = tuple(rules)
        return found

    def concerned(self, types: Collection[str]) -> Iterator[LawfulDemand]:
        """The rules of all regulations that can be owed for something in a document's stream with
        events of these *types*, each with what for, and each after those that it names."""
        if self._in_file_order:
            (only,) = self.all
            return ((only, rule, kind) for rule, kind in only.concerned(types))
        demands = [(each, *demand) for each in self.all for demand in each.concerned(types)]
        demands.sort(key=lambda demand: self.order[demand[1].id])
        return iter(demands)


def _of_its_days(regulation: Regulation) -> tuple[date, date, Ruling, frozenset[str]]:
    """The first and the last day of *regulation*, the ruling of both, and the ids of its rules."""
    last = regulation.in_force_to or date.max
    ids = frozenset(rule.id for rule in regulation.rules)
    return regulation.in_force_from, last, Ruling(regulation), ids


def named_by(rule: Rule) -> tuple[str, ...]:
    """The ids of the rules that *rule* cannot be judged before."""
    named = [*rule.opens.sources, rule.opens.leaves_to]
    if rule.excuse is not None:
        named += [rule.excuse.rule, rule.excuse.in_time_of]
    return tuple(each for each in named if each is not None)


def _looked_over(rule: Rule, regulations: Iterable[Regulation]) -> tuple[str, ...]:
    """The ids of the rules that any rule of *regulations* has the event in time of by which *rule*
    excuses."""
    by = rule.excuse.by if rule.excuse else None
    if by is None:
        return ()
    excuses = (other.excuse for each in regulations for other in each.rules if other.excuse)
    named = (each.in_time_of for each in excuses if each.by == by)
    return tuple(dict.fromkeys(each for each in named if each is not None))


def _in_order(regulations: Sequence[Regulation]) -> list[str]:
    """The ids of all rules, as they stand, but each after those that it names in any regulation,
    and after those that it looks over, as far as these do not need it themselves.

    Where two regulations name the same rules the other way round there is no such order;
    `circle` finds that when the files are loaded.
    """
    named: dict[str, list[str]] = {}
    rules = [rule for each in regulations for rule in each.rules]
    for rule in rules:
        named.setdefault(rule.id, []).extend(named_by(rule))
    for rule in rules:
        for other in _looked_over(rule, regulations):
            if other in named and rule.id not in _needed_by(other, named):
                named[rule.id].append(other)
    ordered: dict[str, None] = {}
    begun: set[str] = set()

    def place(rule_id: str) -> None:
        if rule_id not in begun and rule_id in named:
            begun.add(rule_id)
            for other in named[rule_id]:
                place(other)
            ordered[rule_id] = None

    for rule_id in named:
        place(rule_id)
    return list(ordered)


def _needed_by(rule_id: str, named: Mapping[str, Sequence[str]]) -> set[str]:
    """The rule of that id with all that it needs before it, by what each has *named*."""
    found: set[str] = set()
    waiting = [rule_id]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += named.get(each, ())
    return found


def circle(regulations: Regulations) -> tuple[str, str] | None:
    """Two rules of which each names the other, directly or by way of others, in one regulation
    or another; None where there are none."""
    for each in regulations.all:
        for rule in each.rules:
            for other in named_by(rule):
                if (
                    other in regulations.order
                    and regulations.order[other] > (regulations.order[rule.id])
                ):
                    return rule.id, other
    return None
