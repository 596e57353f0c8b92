"""A regulation as data: its rules in their order, its kinds of periods, its transitional clauses.

The values here are what a regulation file (docs/regulation-file.md) says once it has been read and
checked by `reading.regulation`. No article of any regulation stands in code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from .default_deadline import DefaultDeadline
from .lights import Light
from .own_condition import OwnCondition
from .period_days import PeriodDay
from .prose import Prose, Reading
from .rule import (
    ADDED_TASK,
    COMPLETION,
    COORDINATING,
    DELIVERY,
    LEAD,
    LEAD_PERIOD,
    OBLIGATION,
    OCCURRENCE,
    SUBJECT_KINDS,
    Rule,
)

ASSIGNED = "task.assigned"
"""The type of the events without which a document has no tasks."""
COMPLETING = frozenset({"task.completed", "task.progress"})
"""The types of the events by which a body can say that a task is done."""
REJECTED = "task.completion_rejected"
"""The type of the events by which the Office does not accept what a body has completed."""
_OF_TASKS = frozenset(
    {ADDED_TASK, DELIVERY, LEAD, COORDINATING, LEAD_PERIOD, COMPLETION, OCCURRENCE}
)
_BY_TASK = frozenset({ADDED_TASK, LEAD, COORDINATING, LEAD_PERIOD, OCCURRENCE})
"""What a document owes for its tasks; and for a task alone, without any other event."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """An ``event`` with ``where``'s data that takes back what its body has completed; ``cite``: by
    which article, where the file says it."""

    event: str
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    cite: str | None = None


OFFICE_REJECTS = (Undoing(REJECTED),)
"""What takes a completion back where no regulation says it."""


@dataclass(frozen=True, slots=True)
class ExtensionLimit:
    """What extensions of a task's deadline are allowed, by the article ``cite``: ``at_most`` so
    many, each of at most ``days``, of ``days_in_all`` together, None where there is no such limit;
    days of the ``kind`` of a term. ``binds_beyond``: what is granted beyond it binds all the same,
    otherwise only as far as it is allowed."""

    cite: str
    at_most: int | None = None
    days: int | None = None
    days_in_all: int | None = None
    kind: str | None = None
    binds_beyond: bool = True


@dataclass(frozen=True, slots=True)
class PeriodKind:
    """A kind of period. ``every``: week, month, quarter, half_year or year, which gives the names
    ("2026-W10", "2026-09", "2026-Q3", "2026-H1", "2026"); ``only``: those numbers of the year.
    ``first`` and ``last`` bound what is covered (``last`` is the cut-off), ``opens`` is when it is
    owed.
    """

    id: str
    every: str
    only: tuple[int, ...]
    first: PeriodDay
    last: PeriodDay
    opens: PeriodDay | None


REPORTS_LISTED_BY_NONE = (
    *("body_progress", "office_progress", "inspection_summary"),
    *("secret_regime", "regulation_review"),
)
"""The names of the reports of a file that lists none."""


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A report by the ``name`` that events have for it; ``title``: what officials call it."""

    name: str
    title: Prose | None = None


Demand: TypeAlias = tuple[Rule, str]
"""A rule with one of the kinds of subjects that it can be owed for."""


@dataclass(frozen=True, slots=True)
class Assigning:
    """Documents that assign tasks: (authority, type) pairs; every document received counts."""

    documents: frozenset[tuple[str, str]] = frozenset()
    received: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A transitional clause of a regulation, under ``cite``, on ``rules`` (all where empty).

    Either what opens while the regulation is in force, about a matter ``begun_before`` a day,
    goes by the regulation of the id ``goes_by``; or what opened ``opened_from`` a day on, before
    the regulation came into force, goes by this regulation all the same.
    """

    cite: str
    rules: frozenset[str] = frozenset()
    begun_before: date | None = None
    goes_by: str | None = None
    opened_from: date | None = None

    def speaks_of(self, rule_id: str) -> bool:
        """Whether the clause is about the rule of that id."""
        return not self.rules or rule_id in self.rules


@dataclass(frozen=True)
class Regulation:
    """One regulation with its rules in order of dependence: a rule stands after those that it
    names. In force from ``in_force_from`` to ``in_force_to``, both inclusive. ``digest``: of
    what obligations depend on in its file. ``cited_as``: its name as it stands behind an article
    in an official letter, ``cited_short`` in a reminder; ``issuers``: by authority, what such a
    letter calls whoever issues a document. ``undone_by``: what takes a completion back;
    ``extension``: how often and how far a deadline may be put off. These and ``assigning`` are None
    where the file says nothing of them.
    ``transitions``: what of the time before it came into force, or begun then, goes by another law
    than that of its day. ``default_deadlines``: of tasks for which nobody named one.
    ``conditions``: those that its file makes itself, by their ids. ``lights``: how obligations are
    shown. ``reports``: those it has names for."""

    id: str
    title: str
    in_force_from: date
    in_force_to: date | None
    assigning: Assigning | None
    schedules: Mapping[str, PeriodKind]
    rules: tuple[Rule, ...]
    readings: tuple[Reading, ...] = ()
    digest: str = ""
    cited_as: str = ""
    cited_short: str = ""
    undone_by: tuple[Undoing, ...] | None = None
    extension: ExtensionLimit | None = None
    issuers: Mapping[str, str] = field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()
    default_deadlines: tuple[DefaultDeadline, ...] = ()
    conditions: Mapping[str, OwnCondition] = field(default_factory=dict)
    lights: tuple[Light, ...] = ()
    reports: tuple[NamedReport, ...] = tuple(map(NamedReport, REPORTS_LISTED_BY_NONE))
    by_kind: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)
    _opening: frozenset[str] = field(init=False, repr=False, compare=False)
    _concerned: dict[frozenset[str], tuple[Demand, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        by_kind: dict[str, tuple[Rule, ...]] = {}
        for kind in SUBJECT_KINDS:
            by_kind[kind] = tuple(
                rule for rule in self.rules if kind in rule.per and rule.off is None
            )
        object.__setattr__(self, "by_kind", by_kind)
        named = (rule.opens.events for rule in self.rules)
        results = COMPLETING if by_kind[COMPLETION] else frozenset[str]()
        object.__setattr__(self, "_opening", frozenset({ASSIGNED}.union(results, *named)))

    def concerned(self, types: Iterable[str]) -> tuple[Demand, ...]:
        """The rules that can be owed for something in a document's stream with events of these
        *types*, each with what for, in the order of the rules.

        Most rules have nothing to say about most streams; asking them all is most of the cost
        of a new document. What is found is kept, by the few types that open anything.
        """
        present = self._opening.intersection(types)
        demands = self._concerned.get(present)
        if demands is None:
            demands = self._concerned[present] = tuple(self._find_concerned(present))
        return demands

    def _find_concerned(self, present: frozenset[str]) -> Iterator[Demand]:
        found: set[str] = set()
        for rule in self.rules:
            if rule.off is None:
                for kind in rule.per:
                    if _can_open(rule, kind, present, found):
                        found.add(rule.id)
                        yield rule, kind

    @property
    def lists_reports(self) -> bool:
        """Whether its file lists reports of its own."""
        return self.reports != tuple(map(NamedReport, REPORTS_LISTED_BY_NONE))

    @property
    def asks_acceptance(self) -> bool:
        """Whether it asks that what is handed in be accepted."""
        return bool(self.by_kind[COMPLETION])

    def in_force(self, day: date) -> bool:
        """Whether it is the law on *day*."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)

    @property
    def undoing(self) -> tuple[Undoing, ...]:
        """What takes a completion back by this regulation alone."""
        return OFFICE_REJECTS if self.undone_by is None else self.undone_by

    def meets(self, other: Regulation) -> bool:
        """Whether both are the law on one day."""
        first, second = sorted((self, other), key=lambda each: each.in_force_from)
        return first.in_force(second.in_force_from)

    def report(self, name: str, language: str) -> str | None:
        """What officials call the report of that *name*; None where the file does not say it."""
        found = next((each.title for each in self.reports if each.name == name), None)
        return None if found is None else found.said(language)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, None where there is none."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def _can_open(rule: Rule, kind: str, present: frozenset[str], found: Collection[str]) -> bool:
    """Whether events of the types *present* can bring anything about that *rule* is owed for as
    *kind*; *found*: the rules before it that can be owed."""
    if kind == OBLIGATION:
        return any(source in found for source in rule.opens.sources)
    if kind in _OF_TASKS and ASSIGNED not in present:
        return False
    if kind == COMPLETION:
        return not COMPLETING.isdisjoint(present)
    return kind in _BY_TASK or not rule.opens.events.isdisjoint(present)
