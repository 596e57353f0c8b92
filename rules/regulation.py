"""A regulation as data: what the projection reads, and nothing else.

The values here are what a regulation file (docs/regulation-file.md) says once it has been
read and checked by `reading.regulation`. They know kinds of terms and kinds of subjects; no
article of any regulation stands in code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

WORKING_DAYS = "working_days"
CALENDAR_DAYS = "calendar_days"
DATA_DATE = "data_date"
FIXED_DATE = "fixed_date"
TERM_KINDS = frozenset({WORKING_DAYS, CALENDAR_DAYS, DATA_DATE, FIXED_DATE})

STARTS = ("opening", "event", "deadline", "moved_deadline")
"""Where counting can begin; see `Term`."""

DOCUMENT, ADDED_TASK = "document", "added_task"
DELIVERY, LEAD, COORDINATING = "delivery", "lead", "coordinating"
EVENT, PERIOD, LEAD_PERIOD, OBLIGATION = "event", "period", "lead_period", "obligation"
SUBJECT_KINDS = frozenset(
    {DOCUMENT, ADDED_TASK, DELIVERY, LEAD, COORDINATING, EVENT, PERIOD, LEAD_PERIOD, OBLIGATION}
)
"""What a rule can be owed for ("per"): a document that assigns, a task added to one later, a
delivery of a task to a body, a task with one of its leads or coordinating bodies, an event, a
period, a task's lead in a period, another rule's obligation."""

ASSIGNED = "task.assigned"
"""The type of the events without which a document has no tasks."""
COMPLETING = frozenset({"task.completed", "task.progress"})
"""The types of the events by which a body can say that a task is done."""
REJECTED = "task.completion_rejected"
"""The type of the events by which the Office does not accept what a body has completed."""
_OF_TASKS = frozenset({ADDED_TASK, DELIVERY, LEAD, COORDINATING, LEAD_PERIOD})
_BY_TASK = frozenset({ADDED_TASK, LEAD, COORDINATING, LEAD_PERIOD})
"""What a document owes for its tasks; and for a task alone, without any other event."""

CHARGED = "charged"
"""Whose a rule is that every body charged with a task owes ("owes"), as lead or coordinating."""

CONDITIONS = frozenset(
    {
        "several_tasks",
        "several_bodies",
        "consultation",
        "written_tracking",
        "from_province",
        "class_4_1",
        "has_deadline",
        "team",
    }
)
"""Conditions that `when` and `unless` may name; `kind:<kind>` asks the obligor's kind."""


@dataclass(frozen=True, slots=True)
class DayOf:
    """A day counted from the first month of a period: *months* later, on *day* (0: the last)."""

    months: int
    day: int


@dataclass(frozen=True, slots=True)
class Term:
    """How long, from when. ``start`` is where counting begins: "opening" (the day the obligation
    opens on), "event" (the opening event's local date), "deadline" (the task's) or
    "moved_deadline" (that, moved off a day off). Day zero is not counted unless ``inclusive``.
    ``rolls``: a last day off moves to the next working day. ``past_binds``: a date of the data
    that is over when it is set binds from the next day, instead of nobody.
    """

    kind: str
    days: int = 0
    start: str = "opening"
    inclusive: bool = False
    rolls: bool = False
    past_binds: bool = False
    on: DayOf | None = None


@dataclass(frozen=True, slots=True)
class TermException:
    """Another target and due where every condition of ``when`` holds and none of ``unless``."""

    name: str
    when: tuple[str, ...]
    unless: tuple[str, ...]
    target: Term | None
    due: Term | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What brings an obligation about: one of ``events`` (whose data agree with ``where``), the
    day after the deadline (``after_deadline``), or another rule's obligation that passes its
    due date (``overdue``), or that of one of several is fulfilled (``met``): by an event whose data
    agree with ``where``, and only that of bodies of the kinds ``of``, of any where it is empty.
    ``leaves_to``: the rule to which the events
    are left for which that one is owed. ``on``: the fields of the data that hold
    the legal date, the first that is there; the event's local date where none is. ``once_for``:
    fields ("subject": the event's) that make two events speak of one thing; the later one
    corrects the first. Empty: each event is one of its own."""

    events: frozenset[str] = frozenset()
    on: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    once_for: tuple[str, ...] = ()
    leaves_to: str | None = None
    after_deadline: bool = False
    overdue: str | None = None
    met: tuple[str, ...] = ()
    of: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The rules whose obligations open it."""
        return self.met if self.overdue is None else (self.overdue,)


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """An event that fulfils: ``by`` the "obligor", the task's "lead", or anyone (None), with
    ``where``'s data, on ``date`` ("event": its local date, otherwise a field). ``same``: data
    that must equal the opening event's; ``opened_where``: what that must say. ``not_before``:
    "deadline", "cut_off" or "opening"; an earlier one does not count.
    """

    event: str
    by: str | None = None
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    date: str = "event"
    same: tuple[str, ...] = ()
    opened_where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    not_before: str | None = None


@dataclass(frozen=True, slots=True)
class Undoing:
    """An ``event`` with ``where``'s data that takes back what its body has completed."""

    event: str
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Accumulation:
    """Values that must all have been named in ``field`` of ``event``: ``needs``, or the list
    in ``needs_field`` of the latest ``needs_event``; only where ``when`` holds."""

    event: str
    field: str
    needs: tuple[Any, ...] = ()
    needs_event: str | None = None
    needs_field: str | None = None
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """Fields of the document or of each of its tasks that must be there, under one point."""

    point: str
    of: str
    fields: tuple[str, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Excuse:
    """When lateness is not counted: while another ``rule`` of the document is itself late, or
    from an event ``by`` of the obligor that came within ``in_time_of``'s due date ``until``."""

    rule: str | None = None
    by: str | None = None
    in_time_of: str | None = None
    until: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A kind of period. ``every``: month, quarter, half_year or year, which gives the names
    ("2026-09", "2026-Q3", "2026-H1", "2026"); ``only``: those numbers of the year. ``first``
    and ``last`` bound what is covered (``last`` is the cut-off), ``opens`` is when it is owed.
    """

    id: str
    every: str
    only: tuple[int, ...]
    first: DayOf
    last: DayOf
    opens: DayOf | None


@dataclass(frozen=True, slots=True)
class PeriodTerm:
    """Target and due of a rule for the periods of one schedule; ``breach``: late counts."""

    schedule: str
    target: Term | None
    due: Term | None
    breach: bool = True


@dataclass(frozen=True, slots=True)
class Prose:
    """What a regulation's file says to its readers, in one language or several: (language,
    text) pairs, the language "" where the file names none."""

    texts: tuple[tuple[str, str], ...]

    def said(self, language: str) -> str:
        """The text in *language*; where there is none, the first that there is."""
        return dict(self.texts).get(language) or self.texts[0][1]


@dataclass(frozen=True, slots=True)
class Reading:
    """A wording that can be read two ways, the reading chosen and the one rejected."""

    wording: Prose
    chosen: Prose
    rejected: Prose
    why: Prose | None = None


@dataclass(frozen=True)
class Rule:
    """One demand of the regulation. See docs/regulation-file.md for each key."""

    id: str
    cite: str
    title: str
    per: tuple[str, ...]
    owes: str
    cite_for: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    opens: Opening = Opening()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    target: Term | None = None
    due: Term | None = None
    exceptions: tuple[TermException, ...] = ()
    fulfilled: tuple[Fulfilment, ...] = ()
    accumulates: tuple[Accumulation, ...] = ()
    complete: tuple[Requirement, ...] = ()
    counts_tasks: bool = False
    earlier_counts: bool = False
    stands_after_due: bool = False
    breach: bool = True
    breach_met_by: frozenset[str] = frozenset()
    excuse: Excuse | None = None
    periods: tuple[PeriodTerm, ...] = ()
    off: str | None = None
    readings: tuple[Reading, ...] = ()
    fulfilling: Mapping[str, tuple[Fulfilment, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fulfilling: dict[str, tuple[Fulfilment, ...]] = {}
        for each in self.fulfilled:
            fulfilling[each.event] = (*fulfilling.get(each.event, ()), each)
        object.__setattr__(self, "fulfilling", fulfilling)

    def cited_for(self, kind: str | None) -> str:
        """The places under which a body of *kind* owes it."""
        return dict(self.cite_for).get(kind or "", self.cite)

    @property
    def has_clock(self) -> bool:
        """Whether it says by when, wherever that can be counted."""
        terms = [self.target, self.due]
        for exception in self.exceptions:
            terms += exception.target, exception.due
        for period in self.periods:
            terms += period.target, period.due
        return any(term is not None for term in terms)


Demand: TypeAlias = tuple[Rule, str]
"""A rule with one of the kinds of subjects that it can be owed for."""


@dataclass(frozen=True, slots=True)
class Assigning:
    """Documents that assign tasks: (authority, type) pairs; every document received counts."""

    documents: frozenset[tuple[str, str]]
    received: bool


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
    in an official letter; ``issuers``: by authority, what such a letter calls whoever issues a
    document. ``undone_by``: what takes a completion back. ``transitions``: what of the time before
    it came into force, or begun then, goes by another law than that of its day."""

    id: str
    title: str
    in_force_from: date
    in_force_to: date | None
    assigning: Assigning
    schedules: Mapping[str, Schedule]
    rules: tuple[Rule, ...]
    readings: tuple[Reading, ...] = ()
    digest: str = ""
    cited_as: str = ""
    undone_by: tuple[Undoing, ...] = (Undoing(REJECTED),)
    issuers: Mapping[str, str] = field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()
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
        object.__setattr__(self, "_opening", frozenset({ASSIGNED}.union(*named)))

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

    def in_force(self, day: date) -> bool:
        """Whether it is the law on *day*."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)

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
    return kind in _BY_TASK or not rule.opens.events.isdisjoint(present)
