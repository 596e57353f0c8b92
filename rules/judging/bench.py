"""One case under one rule: the obligation that follows, with its dates and its trace.

The bench holds what a stream is judged by and collects what is found. It must never ask what
day it is: obligations that open after `through` are only noted, so that the stream is looked
at again when they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from hashlib import blake2b

from ..calendar import Calendar
from ..directory import Directory
from ..events import Event
from ..in_force import Regulations
from ..obligations import Obligation, Projection, TaskState
from ..regulation import Regulation
from ..rule import Rule
from ..streams import is_of_reports
from ..trace import Trace, TracedDocument
from .cases import (
    ONE_DAY,
    Case,
    applies,
    events_that_open,
    is_before,
)
from .clock import ALREADY_OVER, Clock, clock_of
from .fulfilment import Met, met_by_accumulation, met_by_event, still_needed
from .governing import Governing, let_it_be_known
from .task import Task
from .terms import BEYOND_COVERAGE, Dates, Excuses, dates_of, first_breach
from .timeline import Timeline
from .tracing import about_what, by_when, how_it_ended, what_came_short, which_deadline, written

SPLIT_BODY = "split_body"
"""Flags, with its code, a body that was split and owes something that none of its successors has
been assigned yet."""

NEVER, UNLESS_MET_BY = "never", "unless_met_by"
"""Why lateness is not counted at all, as a trace says it: the rule or its period never counts
it, or only what is fulfilled late by certain events."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An obligation with the case it came from, for the rules that depend on it. ``returned``:
    when the task was back with the Office; ``met_by``: the event that met it."""

    obligation: Obligation
    case: Case
    returned: Excuses = ()
    met_by: Event | None = None


@dataclass(slots=True)
class Bench:
    """What one stream is judged by, and what has been found so far. ``document``: what names the
    stream's document beside its symbol, for every trace."""

    stream: str
    subject: str
    regulations: Regulations
    calendar: Calendar
    directory: Directory
    since: date
    through: date
    found: list[Obligation] = field(default_factory=list)
    judged: dict[str, list[Judged]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    next_opening: date | None = None
    document: TracedDocument = field(default_factory=TracedDocument)
    digest: str = field(init=False)
    """Of the stream: the first digits of the ids of its obligations."""
    law: Governing = field(init=False)
    """Which of the regulations what goes by."""

    def __post_init__(self) -> None:
        self.law = Governing(self.regulations)
        self.digest = blake2b(self.stream.encode(), digest_size=3).hexdigest()

    def opens(self, day: date) -> bool:
        """Whether what opens on *day* has opened by `through`; notes the next that has not."""
        if day <= self.through:
            return True
        if self.next_opening is None or day < self.next_opening:
            self.next_opening = day
        return False

    def event_cases(
        self,
        regulation: Regulation,
        rule: Rule,
        events: Timeline,
        task: Task | None,
        held: frozenset[str],
    ) -> Iterator[Case]:
        """The cases that *events* open under *rule* of *regulation*, each with its obligor, but for
        those that are left to another rule."""
        left = {
            judged.case.opened_by.key
            for judged in self.judged.get(rule.opens.leaves_to or "", ())
            if judged.case.opened_by is not None
        }
        for spans in events_that_open(rule, events, task, held, partial(self._clock, rule)):
            for case in self._until_met(rule, spans, events):
                if not self.law.governs(regulation, rule, case):
                    continue
                if case.opened_by is not None and is_of_reports(self.stream):
                    # A body's stream is about no one thing; what was asked for has its own name.
                    case.subject = _named(rule, case, case.opened_by)
                if case.opened_by is not None and case.opened_by.key in left:
                    continue
                if case.body and applies(rule, case, self.directory):
                    yield case

    def _until_met(self, rule: Rule, spans: Sequence[Case], events: Timeline) -> Iterator[Case]:
        """*spans* of one thing, each assigned by the law that it goes by. One that was fulfilled
        before its deadline was moved is the last: moving it then changes nothing."""
        for case in spans:
            own = self.law.own(rule, case)
            if own is None:
                yield case
                continue
            self.assign(own, case, events)
            if case.superseded and case.end is not None:
                met = self._met(own, replace(case, end=None))
                if met is not None and is_before(met, case.end):
                    case.end, case.superseded = None, False
                    yield case
                    return
            yield case

    def _clock(self, rule: Rule, case: Case) -> Clock | None:
        """How the law that *case* goes by reads a deadline of the data; None where *rule* has
        none."""
        return clock_of((self.law.own(rule, case) or rule).due, self.calendar)

    def assign(self, rule: Rule, case: Case, events: Sequence[Event]) -> None:
        """Say whose *case* is: `owes` is "office", "body" (the stream's own) or "<field> of
        <event type>" (the event that opens it, where it is of that type, otherwise the latest
        such event of the stream)."""
        if rule.owes == "office":
            case.body, case.role = self.directory.office(case.opened_on) or "", "office"
            if not case.body:
                self.flags.add("no_office")
        elif rule.owes == "body":
            case.body, case.role = self.subject, "body"
        elif " of " in rule.owes:
            name, _, type_ = rule.owes.partition(" of ")
            if type_ in rule.opens.events:
                self._assign_named(case, name.split(" or "))
                return
            named = [event.data.get(name) for event in events if event.type == type_]
            case.body, case.role = (str(named[-1]) if named and named[-1] else ""), "lead"
            case.conditions = case.conditions | _truths(events, type_)
            if not case.body:
                self.flags.add("no_lead")

    def _assign_named(self, case: Case, names: Sequence[str]) -> None:
        """Say whose *case* is by the first of its data's fields *names* that names anybody; of a
        task, only whoever is or was charged with it, or who stands for that body on the day. Where
        none does, it is nobody's."""
        roles = {charge.body: charge.role for charge in case.task.charges} if case.task else None
        case.body, case.role = "", "lead"
        for named in (str(case.data[name]) for name in names if case.data.get(name)):
            if roles is None:
                case.body = named
                return
            day = case.opened_by.on if case.opened_by else case.opened_on
            stood_for = self.directory.acts_for(named, day)
            body = next((each for each in stood_for if each in roles), None)
            if body is not None:
                case.body, case.role = body, roles[body]
                return

    def judge(
        self,
        regulation: Regulation,
        rule: Rule,
        case: Case,
        *,
        dates: Dates | None = None,
        met: Met | None = None,
        earliest: date | None = None,
        breach: bool = True,
        excuses: Excuses = (),
        returned: Excuses = (),
        trace: Trace | None = None,
    ) -> None:
        """Judge *case* by *rule* of *regulation*, if that is the law it goes by, and keep the
        obligation; where it opens after `through` it is kept from sight, and only rules that
        depend on it know of it.

        *dates* and *met*: where the caller has found them, because the rule needs more than
        the case. *breach*: whether lateness counts at all. *excuses*: when it does not.
        *returned*: when the task was back with the Office; nothing counts or is asked then.
        *trace*: what to add to the trace.
        """
        ruling = self.law.ruling(rule, case)
        if ruling.regulation is not regulation:
            return
        let_it_be_known(ruling, case)
        dates = dates or dates_of(rule, case, self.calendar)
        met = met or self._met(rule, case, earliest, dates.due)
        met_on = None if met is None else met[1]
        if met_on is not None and rule.earlier_counts:
            met_on = max(met_on, case.opened_on)
        ended_on = None
        if met is None and case.end is not None:
            ended_on = max(case.end.on, case.opened_on)
        excuses = [*excuses, *returned]
        if rule.breach_met_by and dates.due is not None and met_on is not None:
            # Silence is no breach (6.2.b); only the act that ends it too late is one.
            excuses = [*excuses, (dates.due + ONE_DAY, met_on)]
        told: Trace = {
            **about_what(case, self.document),
            **by_when(case, dates),
            **which_deadline(case, dates.due),
            **how_it_ended(case, met),
        }
        uncounted = _uncounted(rule, met, breach)
        if uncounted is not None:
            told["uncounted"] = uncounted
        elif excuses:
            told["excused"] = written(excuses)
        if returned:
            told["returned"] = written(returned)
        told |= what_came_short(rule, case, met, earliest, dates.due)
        if rule.accumulates and met is None:
            told["needed"] = still_needed(rule, case)
        told |= self.law.told(ruling, case)
        if trace is not None:
            told |= trace
        obligation = Obligation(
            id=self._identity(rule, case),
            rule=rule.id,
            cite=rule.cited_for(self.directory.kind(_concerned(case), case.opened_on)),
            stream=self.stream,
            subject=case.subject or self.subject,
            task_id=case.task.id if case.task else None,
            body=case.body,
            role=case.role,
            opened_on=case.opened_on,
            target=dates.target,
            due=dates.due,
            met_on=met_on,
            ended_on=ended_on,
            breach_on=(
                None
                if uncounted
                else first_breach(dates.due, case.known_on, met_on or ended_on, excuses)
            ),
            regulation=regulation.id,
            trace=told,
        )
        self._keep(Judged(obligation, case, returned, met and met[0]), covered=dates.covered)

    def _keep(self, judged: Judged, *, covered: bool) -> None:
        """Keep what was *judged* for the rules that depend on it, and where it has opened, for
        all. *covered*: whether the calendar reached its dates."""
        obligation, case = judged.obligation, judged.case
        self.judged.setdefault(obligation.rule, []).append(judged)
        if self.opens(case.opened_on):
            self.found.append(obligation)
            if not covered:
                self.flags.add(BEYOND_COVERAGE)
            if case.over:
                self.flags.add(ALREADY_OVER)
            self._flag_body(case.body, is_open=obligation.closed_on is None)

    def _flag_body(self, body: str, *, is_open: bool) -> None:
        """Flag that nobody knows *body*, or who of several now owes what it left open, until that
        is assigned to one of them; it is looked at again on the day on which it comes to that."""
        if body not in self.directory:
            self.flags.add(f"unknown_body:{body}")
        if not is_open:
            return
        for day in self.directory.splits(body):
            self.opens(day)
        if len(self.directory.answerable(body, self.through)) > 1:
            self.flags.add(f"{SPLIT_BODY}:{body}")

    def _met(
        self, rule: Rule, case: Case, earliest: date | None = None, due: date | None = None
    ) -> Met | None:
        if rule.accumulates:
            return met_by_accumulation(rule, case)
        return met_by_event(rule, case, earliest, due) if rule.fulfilled else None

    def _identity(self, rule: Rule, case: Case) -> str:
        task_id = case.task.id if case.task else ""
        parts = "\x1f".join((rule.id, self.stream, task_id, case.body, case.role, case.part))
        # It begins with a digest of the stream, so that what one stream owes stands together
        # in an index, however much else there is.
        return self.digest + blake2b(parts.encode(), digest_size=7).hexdigest()

    def projection(
        self,
        tasks: tuple[TaskState, ...] = (),
        symbol: str | None = None,
        abstract: str | None = None,
        missing: tuple[str, ...] = (),
    ) -> Projection:
        """Everything found, in a fixed order."""
        self.found.sort(key=lambda each: (each.opened_on, each.rule, each.task_id or "", each.id))
        return Projection(
            obligations=tuple(self.found),
            tasks=tasks,
            symbol=symbol,
            abstract=abstract,
            flags=tuple(sorted(self.flags)),
            missing=missing,
            next_opening=self.next_opening,
        )


def _concerned(case: Case) -> str:
    """The body that *case* is cited for: whoever told what opened it, otherwise whoever owes it."""
    told_by = case.data.get("body")
    return told_by if isinstance(told_by, str) else case.body


def _named(rule: Rule, case: Case, opened_by: Event) -> str:
    """What *rule* tells the case by (a request's own id), otherwise the event's subject."""
    names = (case.data.get(name) for name in rule.opens.once_for if name != "subject")
    return str(next((name for name in names if name), opened_by.subject))


def _uncounted(rule: Rule, met: Met | None, breach: bool) -> str | None:
    """Why lateness is not counted, NEVER or UNLESS_MET_BY; None where it is."""
    if not (breach and rule.breach):
        return NEVER
    if rule.breach_met_by and (met is None or met[0].type not in rule.breach_met_by):
        return UNLESS_MET_BY
    return None


def _truths(events: Sequence[Event], type_: str) -> frozenset[str]:
    """The names of the fields that the latest event of *type_* says are true ("team")."""
    for event in reversed(events):
        if event.type == type_:
            return frozenset(name for name, value in event.data.items() if value is True)
    return frozenset()
