"""What a document owes: for itself, its tasks, those charged with them, and what happens to them.

The order matters only where one rule speaks of another (information is excused while
classification is late; urging opens when execution is overdue): rules stand in the regulation
after those they name, and are judged in that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from ..events import Event
from ..regulation import Assigning, Regulation
from ..rule import (
    ADDED_TASK,
    CHARGED,
    COMPLETION,
    COORDINATING,
    DELIVERY,
    DOCUMENT,
    EVENT,
    LEAD,
    LEAD_PERIOD,
    OBLIGATION,
    OCCURRENCE,
    Excuse,
    Rule,
)
from ..trace import Trace
from .before_deadline import charges_before_deadline
from .case_deadline import CaseDeadline
from .cases import (
    Case,
    after_deadline,
    legal_date,
    of_added_task,
    of_delivery,
    of_document,
)
from .charge_cases import as_due, charges
from .charge_laws import ChargeLaws
from .completeness import completion_of_information
from .document_facts import DocumentFacts, first_assignment, is_assigning
from .event_cases import event_cases
from .following import dependent_cases
from .fulfilment import Met, met_by_assignments, met_by_event
from .handed_in import result_matters
from .judgement import Owed, StreamJudgement, unit_of
from .moved_deadlines import RunningDates
from .occurrences import occurrence_matters
from .outcome import Matter
from .parts import WHOLE, JudgedPart
from .period_matters import Served, lead_period_matters
from .returns import Spans, returned_in_time, while_late
from .task import Task
from .terms import Excuses
from .tracing import of_source

OUTSIDE = "outside_assigning"
"""Flags tasks under a document of a kind that assigns none."""


class DocumentMatters:
    """The matters of one document, rule by rule, as far as *part* has them; used once.
    ``missing``: the information that was asked for and is not there."""

    def __init__(
        self, judgement: StreamJudgement, facts: DocumentFacts, part: JudgedPart = WHOLE
    ) -> None:
        self.judgement, self.facts, self.record = judgement, facts, facts.record
        self.part = part
        self.missing: list[str] = []
        self.laws = ChargeLaws(judgement.law, judgement.calendar, facts.firsts)
        self._spans: dict[tuple[str, str], list[Case]] = {}
        self._dates: dict[str, RunningDates] = {}
        self._served: Served = {}
        self._returns: dict[tuple[Excuse, tuple[str, ...]], dict[tuple[str, str], Spans]] = {}

    def under(self, regulation: Regulation, rule: Rule, kind: str) -> Iterator[Matter]:
        """What is owed under *rule* of *regulation* for each subject of *kind*."""
        found = {
            DOCUMENT: self._of_document,
            ADDED_TASK: self._of_added_tasks,
            LEAD_PERIOD: self._of_periods,
            COMPLETION: self._of_results,
            OCCURRENCE: self._of_occurrences,
            OBLIGATION: self._of_obligations,
        }.get(kind)
        return self._of_cases(regulation, rule, kind) if found is None else found(regulation, rule)

    def spans(self, task: Task, role: str) -> list[Case]:
        """The cases of *task* with those charged as *role*, one for each deadline they had."""
        key = (task.id, role)
        if key not in self._spans:
            self._spans[key] = list(charges(role, task, self.laws.clock, self.facts.held))
        return self._spans[key]

    def backs(self, span: Case) -> Excuses:
        """When the task of *span* was back with the Office, as the first rule of its law on a lead
        that excuses has it."""
        law = self.judgement.law
        for regulation, rule in law.regulations.of_kind(LEAD):
            if rule.excuse is not None and law.governs(regulation, rule, span):
                return self._returned(rule, span)
        return ()

    def _tasks(self, rule: Rule) -> Iterator[Task]:
        """The tasks of which what *rule* asks is in the part that is judged."""
        return self.part.among(rule.id, self.record.tasks.values())

    # Cases of tasks, and of single events

    def _of_cases(self, regulation: Regulation, rule: Rule, kind: str) -> Iterator[Matter]:
        for case in self._cases(regulation, rule, kind):
            if self.judgement.applies(rule, case):
                yield Matter(regulation, rule, case, returned=self._returned(rule, case))

    def _cases(self, regulation: Regulation, rule: Rule, kind: str) -> Iterator[Case]:
        if kind == EVENT:
            yield from self._of_own_events(regulation, rule)
        for task in self._tasks(rule):
            if kind == DELIVERY:
                for delivery in task.deliveries:
                    if delivery.event.type in rule.opens.events:
                        yield of_delivery(delivery, task, self.facts.held)
            elif kind == EVENT:
                yield from self._of_events(regulation, rule, task)
            elif kind in (LEAD, COORDINATING):
                yield from self._of_charges(rule, task, kind)

    def _of_charges(self, rule: Rule, task: Task, role: str) -> Iterator[Case]:
        if rule.is_before_deadline:
            law, clocks = self.judgement.law, self.laws.clock
            spans = charges_before_deadline(rule, role, task, self.facts, law, clocks)
        else:
            spans = self.spans(task, role)
        ruling = partial(self.judgement.law.own, rule)
        for span in spans:
            due_on = span.deadline.due_on
            if not rule.opens.after_deadline:
                yield from as_due(ruling, span, self.judgement.calendar)
            elif due_on is not None and (span.end is None or span.end.on > due_on):
                yield after_deadline(span, due_on)

    def _of_events(self, regulation: Regulation, rule: Rule, task: Task) -> Iterator[Case]:
        held, running = self.facts.held, partial(self._running, task)
        for case in event_cases(self.judgement, regulation, rule, task.events, task, held, running):
            # The document's own events are not each task's.
            if case.opened_by is not None and not case.opened_by.type.startswith("document."):
                yield case.ended_by(self.facts.end_after(task, case.opened_by))

    def _running(self, task: Task, event: Event) -> CaseDeadline:
        """The deadline that ran for *task* when *event* came."""
        if task.id not in self._dates:
            self._dates[task.id] = RunningDates(task.dates, self.laws.clock)
        return self._dates[task.id].deadline_at(event)

    def _of_own_events(self, regulation: Regulation, rule: Rule) -> Iterator[Case]:
        """The cases that events of the document itself open; those of tasks are the tasks'."""
        if not any(event.startswith("document.") for event in rule.opens.events):
            return
        events, held = self.record.events, self.facts.held
        for case in event_cases(self.judgement, regulation, rule, events, None, held):
            opener = case.opened_by
            if opener is not None and opener.type.startswith("document."):
                yield case.ended_by(self.record.withdrawn_after(opener))

    # Matters that need more than a case

    def _of_obligations(self, regulation: Regulation, rule: Rule) -> Iterator[Matter]:
        for case in dependent_cases(self.judgement, regulation, rule):
            if self.part.covers(*unit_of(rule, case)):
                returned, told = self._returned(rule, case), of_source(rule, case)
                yield Matter(regulation, rule, case, returned=returned, told=told)

    def _of_periods(self, regulation: Regulation, rule: Rule) -> Iterator[Matter]:
        roles = (LEAD, COORDINATING) if rule.owes == CHARGED else (LEAD,)
        for task in self._tasks(rule):
            charged = [span for role in roles for span in self.spans(task, role)]
            spans = [(span, self._returned(rule, span)) for span in charged]
            yield from lead_period_matters(self.judgement, regulation, rule, spans, self._served)

    def _of_results(self, regulation: Regulation, rule: Rule) -> Iterator[Matter]:
        tasks, held = self._tasks(rule), self.facts.held
        return result_matters(self.judgement, regulation, rule, tasks, held)

    def _of_occurrences(self, regulation: Regulation, rule: Rule) -> Iterator[Matter]:
        tasks, held, back = self._tasks(rule), self.facts.held, self._returned
        return occurrence_matters(self.judgement, regulation, rule, tasks, held, back)

    def _of_document(self, regulation: Regulation, rule: Rule) -> Iterator[Matter]:
        case = self._document_case(regulation, rule)
        if case is None:
            return
        met, told = self._completed(rule) if rule.complete else self._fulfilled(rule, case)
        excuses = while_late(self._owed(rule.excuse.rule)) if rule.excuse else ()
        met = _before_end(met, case)
        yield Matter(regulation, rule, case, met=met, excuses=excuses, told=told)

    def _document_case(self, regulation: Regulation, rule: Rule) -> Case | None:
        record, judgement = self.record, self.judgement
        opened_by, data = record.opened_by, record.fields
        if opened_by is None or opened_by.type not in rule.opens.events:
            return None
        day = legal_date(rule, data, opened_by)
        if not judgement.law.governs_on(regulation, rule, day, own=True):
            return None
        if not is_assigning(record, self._assigning(regulation, day)):
            # Under another document nothing is owed until a task is assigned all the same, and then
            # from that day: nobody could have classified it before.
            opened_by, data = first_assignment(record), {}
            if opened_by is None:
                return None
            judgement.flags.add(OUTSIDE)
        end = record.withdrawn_after(opened_by)
        case = of_document(rule, opened_by, data, record.events, end, self.facts.held)
        case = judgement.assigned(rule, case, record.events)
        return case if case.body and judgement.applies(rule, case) else None

    def _assigning(self, regulation: Regulation, day: date) -> Assigning:
        """Which documents assign tasks by the law of the document, which opened on *day*."""
        law = self.judgement.law
        return law.regulations.assigning(regulation, law.begun_on or day)

    def _completed(self, rule: Rule) -> tuple[Met | None, Trace]:
        """When the document's information had become complete; notes what is missing."""
        facts = self.facts
        first = {task.id for task in facts.first_tasks}
        met, self.missing = completion_of_information(
            rule, self.record.events, first, facts.held, facts.all_known, with_document=True
        )
        told = _lacks(self.missing)
        if met is None and facts.known_by is None:
            told["unclassified"] = True
        return met, told

    def _fulfilled(self, rule: Rule, case: Case) -> tuple[Met | None, Trace]:
        """When the document's *case* was fulfilled, by an event or by all its tasks' assignment."""
        ways = [met_by_event(rule, case)]
        if rule.counts_tasks and case.opened_by is not None:
            ways.append(met_by_assignments(self.record, case.opened_by))
        met = min((way for way in ways if way), key=lambda way: way[0].order, default=None)
        told: Trace = {}
        if rule.counts_tasks and met is None and self.record.tasks:
            announced = int(self.record.fields.get("task_count") or 0)
            told["assigned"] = [len(self.record.tasks), announced]
        return met, told

    def _of_added_tasks(self, regulation: Regulation, rule: Rule) -> Iterator[Matter]:
        judgement, facts, known_by = self.judgement, self.facts, self.facts.known_by
        if known_by is None or self.record.opened_by is None:
            return
        for task in self._tasks(rule):
            if task.first.on <= known_by.on:
                continue
            case = of_added_task(task, facts.end_after(task, task.first), facts.held)
            if not judgement.law.governs(regulation, rule, case):
                continue
            case = judgement.assigned(rule, case, task.events)
            if case.body and judgement.applies(rule, case):
                met, missing = completion_of_information(
                    rule, task.events, {task.id}, facts.held, task.first, with_document=False
                )
                self.missing.extend(name for name in missing if name not in self.missing)
                met = _before_end(met, case)
                yield Matter(regulation, rule, case, met=met, told=_lacks(missing))

    # When lateness does not count

    def _returned(self, rule: Rule, case: Case) -> Excuses:
        """When the task of *case* was back with the Office from whoever it is about, where that
        excuses."""
        excuse = rule.excuse
        if excuse is None or excuse.by is None or case.task is None:
            return ()
        rules = self.judgement.law.regulations.looking_over(rule)
        if (found := self._returns.get((excuse, rules))) is None:
            looked_over = [owed for rule_id in rules for owed in self._owed(rule_id)]
            tasks = [task for task in self.record.tasks.values() if self.part.has(task.id)]
            found = self._returns[excuse, rules] = returned_in_time(excuse, tasks, looked_over)
        return found.get((case.task.id, case.lead or case.body), ())

    def _owed(self, rule_id: str | None) -> list[Owed]:
        return [] if rule_id is None else self.judgement.owed.get(rule_id, [])


def _before_end(met: Met | None, case: Case) -> Met | None:
    """*met*, unless *case* had ended before."""
    ended = met is not None and case.end is not None and met[0].order > case.end.order
    return None if ended else met


def _lacks(missing: list[str]) -> Trace:
    """What a trace says of information that is not there."""
    return {"missing": missing} if missing else {}
