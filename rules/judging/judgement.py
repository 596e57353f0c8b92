"""The judgement of one stream: what it is judged by, and the obligations that are found.

Each matter goes from its dates to its outcome to its obligation. It must never ask what day it is:
obligations that open after `through` are only noted, so that the stream is looked at again when
they do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from ..calendar import Calendar
from ..directory import Directory
from ..events import Event
from ..obligations import Obligation, Projection, TaskState
from ..rule import Rule
from ..trace import Trace, TracedDocument
from .by_the_clock import dates_by
from .cases import Case
from .clock import ALREADY_OVER
from .conditions import applies
from .default_deadlines import DefaultDeadlines
from .extensions import of_case
from .fulfilment import met_by
from .governing import Governing, as_known
from .obligor import owed_since, with_obligor
from .outcome import CaseOutcome, Matter, outcome_of
from .own_conditions import with_own
from .settling import settled
from .terms import BEYOND_COVERAGE, Dates, Excuses
from .timeline import Timeline
from .tracing import trace_of

RuleOfTask: TypeAlias = tuple[str, str | None]
"""What is judged by itself: a rule's id, and a task's; None where it is about no task."""

UNKNOWN_BODY = "unknown_body"
"""Flags, with its code, a body that owes something and that the directory lacks."""
SPLIT_BODY = "split_body"
"""Flags, with its code, a body that was split and owes something that none of its successors has
been assigned yet."""


class Owed(NamedTuple):
    """An obligation with the case it came from, for the rules that depend on it. ``returned``:
    when nothing was asked, the task being back with the Office or the clock standing still;
    ``met_by``: the event that met it; ``consents``: silence meets it."""

    obligation: Obligation
    case: Case
    returned: Excuses = ()
    met_by: Event | None = None
    consents: bool = False


@dataclass(slots=True)
class StreamJudgement:
    """What one stream is judged by, and what has been found so far. ``law``: which regulation what
    goes by; ``document``: what names the stream's document beside its symbol, for every trace;
    ``given``: the deadlines that the law gave to tasks that name none; ``story``: all that was told
    in it;
    ``owed``: by rule, everything found, opened by ``through`` or not; ``openings``: the first day
    after ``through`` on which a unit opens more."""

    stream: str
    subject: str
    law: Governing
    calendar: Calendar
    directory: Directory
    since: date
    through: date
    document: TracedDocument = field(default_factory=TracedDocument)
    given: DefaultDeadlines = field(default_factory=DefaultDeadlines)
    story: Timeline = field(default_factory=Timeline)
    found: list[Obligation] = field(default_factory=list)
    owed: dict[str, list[Owed]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    openings: dict[RuleOfTask, date] = field(default_factory=dict)
    digest: str = field(init=False)
    """Of the stream: the first digits of the ids of its obligations."""

    def __post_init__(self) -> None:
        self.digest = blake2b(self.stream.encode(), digest_size=3).hexdigest()

    def opens(self, day: date, unit: RuleOfTask) -> bool:
        """Whether what opens on *day* has opened by `through`; notes the next that has not, of its
        *unit*."""
        if day <= self.through:
            return True
        if unit not in self.openings or day < self.openings[unit]:
            self.openings[unit] = day
        return False

    def assigned(self, rule: Rule, case: Case, events: Sequence[Event]) -> Case:
        """*case* with the obligor that *rule* says (`with_obligor`); flags that there is none."""
        case, flag = with_obligor(rule, case, events, self.directory, self.subject)
        if flag is not None:
            self.flags.add(flag)
        return case

    def applies(self, rule: Rule, case: Case) -> bool:
        """Whether *rule* is owed for *case*, by the conditions that hold when it opens."""
        return applies(rule, self.read(rule, case), self.directory)

    def read(self, rule: Rule, case: Case) -> Case:
        """*case* with the file's own conditions that *rule* names, as they hold when it opens."""
        return with_own(rule, case, self.story) if rule.conditions else case

    def openers(self, rule_id: str | None) -> Collection[tuple[str, str]]:
        """The keys of the events that opened what is owed under the rule of that id."""
        owed = self.owed.get(rule_id or "", ())
        return {each.case.opened_by.key for each in owed if each.case.opened_by is not None}

    def judge(self, matters: Iterable[Matter]) -> None:
        """Find what follows from each of *matters*, one after the other: the next may be brought
        about by what was found of the one before."""
        for matter in matters:
            ruling = self.law.ruling(matter.rule, matter.case)
            if ruling.regulation is matter.regulation:
                case = as_known(ruling, matter.case)
                case = self.read(matter.rule, case)
                known = matter if case is matter.case else matter._replace(case=case)
                known, dates = self._dated(known)
                outcome = outcome_of(known, dates, self.through)
                law = self.law.told(ruling, known.rule, case)
                since = owed_since(case, self.directory)
                obligation = self._obligation(known, dates, outcome, law, since)
                waits = (*known.returned, *known.standing) if known.standing else known.returned
                silent_on = outcome.silent_on
                owed = Owed(obligation, case, waits, outcome.met_by, silent_on is not None)
                self._keep(owed, dates, since)
                if silent_on is not None and outcome.met_on is None:
                    self.opens(silent_on, unit_of(known.rule, case))

    def _dated(self, matter: Matter) -> tuple[Matter, Dates]:
        """*matter* with its dates, as its rule's terms give them where it has none, and what was
        told after its opening settles them."""
        rule, case = matter.rule, matter.case
        if matter.dates is not None:
            return matter, matter.dates
        dates = dates_by(rule, case, self.calendar)
        if not rule.settled_later:
            return matter, dates
        met = matter.met or met_by(rule, case, matter.earliest, dates.due_at or dates.due)
        closed = case.end if met is None else met[0]
        found = settled(rule, case, self.calendar, self.story, closed)
        told: Trace = {**(matter.told or {}), **found.told}
        return matter._replace(standing=found.standing, told=told), found.dates

    def _obligation(
        self, matter: Matter, dates: Dates, outcome: CaseOutcome, law: Trace, since: date | None
    ) -> Obligation:
        rule, case = matter.rule, matter.case
        trace = trace_of(matter, dates, outcome, self.document, law)
        if self.given.told and (given := self.given.of(case)) is not None:
            trace["default_deadline"] = given
        if since is not None and since < case.opened_on:
            trace["charged_on"] = since.isoformat()
        return Obligation(
            id=self._identity(rule, case),
            rule=rule.id,
            cite=self._cite(rule, case),
            stream=self.stream,
            subject=case.subject or self.subject,
            task_id=case.task.id if case.task else None,
            body=case.body,
            role=case.role,
            opened_on=case.opened_on,
            target=dates.target,
            due=dates.due,
            met_on=outcome.met_on,
            ended_on=outcome.ended_on,
            breach_on=outcome.breach_on,
            regulation=matter.regulation.id,
            trace=trace,
            first_due=dates.first_due,
            extensions=of_case(case, dates.due_term, outcome.met)[0],
            target_at=dates.target_at,
            due_at=dates.due_at,
            met_at=outcome.met_at,
        )

    def _cite(self, rule: Rule, case: Case) -> str:
        if not rule.cite_for:
            return rule.cite
        return rule.cited_for(self.directory.kind(_concerned(case), case.opened_on))

    def _identity(self, rule: Rule, case: Case) -> str:
        task_id = case.task.id if case.task else ""
        parts = "\x1f".join((rule.id, self.stream, task_id, case.body, case.role, case.part))
        # It begins with a digest of the stream, so that what one stream owes stands together
        # in an index, however much else there is.
        return self.digest + blake2b(parts.encode(), digest_size=7).hexdigest()

    def _keep(self, owed: Owed, dates: Dates, since: date | None) -> None:
        """Keep what is *owed* for the rules that depend on it, and where it has opened, for all."""
        obligation, case = owed.obligation, owed.case
        self.owed.setdefault(obligation.rule, []).append(owed)
        unit = obligation.rule, obligation.task_id
        if self.opens(case.opened_on, unit):
            self.found.append(obligation)
            if not dates.covered:
                self.flags.add(BEYOND_COVERAGE)
            if case.deadline.over:
                self.flags.add(ALREADY_OVER)
            self._flag_body(case.body, since, unit, is_open=obligation.closed_on is None)

    def _flag_body(self, body: str, since: date | None, unit: RuleOfTask, *, is_open: bool) -> None:
        """Flag that nobody knows *body*, or who of several now owes what it left open, until that
        is assigned to one of them; it is looked at again on the day on which it comes to that."""
        if body not in self.directory:
            self.flags.add(f"{UNKNOWN_BODY}:{body}")
        if not is_open:
            return
        for day in self.directory.splits(body):
            self.opens(day, unit)
        if len(self.directory.answerable(body, self.through, since)) > 1:
            self.flags.add(f"{SPLIT_BODY}:{body}")

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
            next_opening=min(self.openings.values(), default=None),
        )


def unit_of(rule: Rule, case: Case) -> RuleOfTask:
    """The unit that the *case* of *rule* belongs to."""
    return rule.id, case.task.id if case.task else None


def _concerned(case: Case) -> str:
    """The body that *case* is cited for: whoever told what opened it, otherwise whoever owes it."""
    told_by = case.data.get("body")
    return told_by if isinstance(told_by, str) else case.body
