"""One demand of a regulation as data: who owes what, from when, by when, and what fulfils it.

The values here are what a rule of a regulation file (docs/regulation-file.md) says once it has been
read and checked by `reading.rule`. They know kinds of terms and kinds of subjects, no article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

from .demands import Accumulation as Accumulation  # noqa: PLC0414 - others know both from here
from .demands import Requirement as Requirement  # noqa: PLC0414
from .own_condition import OwnCondition, PauseBetween
from .period_days import PeriodDay
from .prose import Reading

WORKING_DAYS = "working_days"
CALENDAR_DAYS = "calendar_days"
CALENDAR_MONTHS = "calendar_months"
WORKING_HOURS = "working_hours"
DATA_DATE = "data_date"
FIXED_DATE = "fixed_date"
TERM_KINDS = frozenset(
    {WORKING_DAYS, CALENDAR_DAYS, CALENDAR_MONTHS, WORKING_HOURS, DATA_DATE, FIXED_DATE}
)
COUNTED_KINDS = frozenset({WORKING_DAYS, CALENDAR_DAYS, CALENDAR_MONTHS})
"""Those that are counted from a day zero; the others are dates."""
STARTS = ("opening", "event", "deadline", "moved_deadline", "moved_back_deadline")
"""Where counting can begin; see `Term`."""
DEADLINE_STARTS = frozenset({"deadline", "moved_deadline", "moved_back_deadline"})
"""Those of them that a case without a deadline does not have."""
STAYS, FORWARD, BACK = "", "forward", "back"
"""How a last day on a day off moves: not, to the next working day, to the one before."""
DOCUMENT, ADDED_TASK = "document", "added_task"
DELIVERY, LEAD, COORDINATING = "delivery", "lead", "coordinating"
EVENT, PERIOD, LEAD_PERIOD, OBLIGATION = "event", "period", "lead_period", "obligation"
COMPLETION, OCCURRENCE = "completion", "occurrence"
SUBJECT_KINDS = frozenset(
    {
        *(DOCUMENT, ADDED_TASK, DELIVERY, LEAD, COORDINATING, EVENT, PERIOD, LEAD_PERIOD),
        *(OBLIGATION, COMPLETION, OCCURRENCE),
    }
)
"""What a rule can be owed for ("per"): a document that assigns, a task added to one later, a
delivery of a task to a body, a task with one of its leads or coordinating bodies, an event, a
period, a task's lead in a period, another rule's obligation, a lead's result, an occurrence."""
CHARGED = "charged"
"""Whose a rule is that every body charged with a task owes ("owes"), as lead or coordinating."""
FULFILS = "fulfils"
"""What silence can do ("silence"): nothing having come by the due date, the rule is fulfilled."""
DUTY = "duty"
"""The key of what a rule demands, in the texts of it."""
CONDITIONS = frozenset(
    {
        "several_tasks",
        "several_bodies",
        "consultation",
        "written_tracking",
        "from_province",
        "class_4_1",
        "has_deadline",
        "recurring",
        "team",
    }
)
"""Conditions that `when` and `unless` may name; `kind:<kind>` asks the obligor's kind."""


Where: TypeAlias = tuple[tuple[str, tuple[Any, ...]], ...]
"""Fields of an event, each with the values that it may have."""


def day_zero(start: date, *, inclusive: bool) -> date:
    """The day before the first that counts of a term from *start*, which counts where *inclusive*
    (Civil Code 2015, Điều 147)."""
    return start - timedelta(days=inclusive)


@dataclass(frozen=True, slots=True)
class Term:
    """How long, ``days`` (negative: so many before) or ``months``, from when. ``start`` is where
    counting begins: "opening" (the day the obligation opens on), "event" (the opening event's local
    date), "deadline" (the task's), "moved_deadline" or "moved_back_deadline" (that, moved off a day
    off). Day zero is not counted unless ``inclusive``. ``rolls``: how a last day off moves.
    ``past_binds``: a date of the data that is over when it is set binds from the next day, instead
    of nobody. ``hours``: of a term in working hours, counted from the moment at which it opens.
    ``until``: the minute of its last day at which it ends, counted from midnight; None: with the
    day.
    """

    kind: str
    days: int = 0
    months: int = 0
    start: str = "opening"
    inclusive: bool = False
    rolls: str = STAYS
    past_binds: bool = False
    on: PeriodDay | None = None
    hours: int = 0
    until: int | None = None

    def day_zero(self, start: date) -> date:
        """The day before the first that counts, where it is counted from *start*."""
        return day_zero(start, inclusive=self.inclusive)

    @property
    def ends_by_the_clock(self) -> bool:
        """Whether it ends at a moment of its last day, and not with that."""
        return self.until is not None or self.kind == WORKING_HOURS

    @property
    def of_deadline(self) -> bool:
        """Whether its last day is, or is counted from, a deadline of the data."""
        return self.kind == DATA_DATE or self.start in DEADLINE_STARTS


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
    ``absent``: "none", where nothing is meant to be owed by an event that lacks a field of
    ``where``; None: it leaves nothing open. ``leaves_to``: the rule to which the events are left
    for which that one is owed. ``on``: the fields of the data that hold
    the legal date, the first that is there; the event's local date where none is. ``once_for``:
    fields ("subject": the event's) that make two events speak of one thing; the later one
    corrects the first. Empty: each event is one of its own."""

    events: frozenset[str] = frozenset()
    on: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    once_for: tuple[str, ...] = ()
    absent: str | None = None
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
class Excuse:
    """When lateness is not counted: while another ``rule`` of the document is itself late, or
    from an event ``by`` of the obligor that came within ``in_time_of``'s due date ``until``."""

    rule: str | None = None
    by: str | None = None
    in_time_of: str | None = None
    until: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PeriodTerm:
    """Target and due of a rule for the periods of one schedule; ``breach``: late counts."""

    schedule: str
    target: Term | None
    due: Term | None
    breach: bool = True


@dataclass(frozen=True)
class Rule:
    """One demand of the regulation. See docs/regulation-file.md for each key. ``texts``: what
    officials read of it, by "language.key". ``conditions``: of the file's own, those that it
    names; ``settled_later``: events after the opening can give it other dates;
    ``by_the_clock``: a term of it ends at a moment of a day."""

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
    texts: tuple[tuple[str, str], ...] = ()
    pauses: tuple[PauseBetween, ...] = ()
    silence: str | None = None
    objected_by: frozenset[str] = frozenset()
    conditions: tuple[OwnCondition, ...] = ()
    fulfilling: Mapping[str, tuple[Fulfilment, ...]] = field(init=False, repr=False, compare=False)
    is_before_deadline: bool = field(init=False, repr=False, compare=False)
    """Whether it may be due before the deadline from which it counts."""
    fulfilled_on_stated_day: bool = field(init=False, repr=False, compare=False)
    """Whether it may be fulfilled on another day than that of the event that says so."""
    settled_later: bool = field(init=False, repr=False, compare=False)
    by_the_clock: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fulfilling: dict[str, tuple[Fulfilment, ...]] = {}
        for each in self.fulfilled:
            fulfilling[each.event] = (*fulfilling.get(each.event, ()), each)
        object.__setattr__(self, "fulfilling", fulfilling)
        stated = any(each.date != "event" for each in self.fulfilled)
        object.__setattr__(self, "fulfilled_on_stated_day", stated)
        late = any(each.is_settled_later for each in self.conditions)
        object.__setattr__(self, "settled_later", late or bool(self.pauses))
        before = any(term.days < 0 for term in self.dues)
        object.__setattr__(self, "is_before_deadline", before)
        by_the_clock = any(term.ends_by_the_clock for term in self.terms)
        object.__setattr__(self, "by_the_clock", by_the_clock)

    @property
    def dues(self) -> Iterator[Term]:
        """Every term by which it may be due, but for those of periods."""
        for due in (self.due, *(each.due for each in self.exceptions)):
            if due is not None:
                yield due

    def text(self, language: str, key: str) -> str | None:
        """What its file says in *language* under *key*: `DUTY`, or when something is asked; None
        where it says nothing."""
        return dict(self.texts).get(f"{language}.{key}")

    def cited_for(self, kind: str | None) -> str:
        """The places under which a body of *kind* owes it."""
        return next((cite for of, cite in self.cite_for if of == kind), self.cite)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term that it says, its exceptions' and its periods' too."""
        terms = [self.target, self.due]
        for exception in self.exceptions:
            terms += exception.target, exception.due
        for period in self.periods:
            terms += period.target, period.due
        return tuple(term for term in terms if term is not None)

    @property
    def counts_hours(self) -> bool:
        """Whether its dates follow from office hours: a term is counted in them, or stands still by
        them."""
        in_hours = any(term.kind == WORKING_HOURS for term in self.terms)
        return in_hours or (bool(self.pauses) and self.by_the_clock)

    @property
    def has_clock(self) -> bool:
        """Whether it says by when, wherever that can be counted."""
        return bool(self.terms)
