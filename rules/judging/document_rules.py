"""A document's rules: on the document itself, its tasks, their leads, and what happens to them.

The order matters only where one rule speaks of another (information is excused while
classification is late; urging opens when execution is overdue): rules stand in the regulation
after those they name, and are judged in that order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date

from ..documents import UNKNOWN_TYPE
from ..events import Event
from ..obligations import Projection
from ..regulation import REJECTED, Regulation, Undoing
from ..rule import (
    ADDED_TASK,
    CHARGED,
    COORDINATING,
    DELIVERY,
    DOCUMENT,
    EVENT,
    LEAD,
    LEAD_PERIOD,
    OBLIGATION,
    Excuse,
    Rule,
)
from ..trace import Trace
from .acting import ended_bodies, of_parties
from .bench import Bench, Judged
from .cases import (
    ONE_DAY,
    Case,
    applies,
    deliveries,
    document_conditions,
    end_by,
    first_assignment,
    is_assigning,
    key_of,
    of_unknown_type,
    opened_on,
    source_told,
)
from .clock import Clock, clock_of
from .completeness import completion_of_information
from .following import dependent_cases
from .fulfilment import Met, met_by_assignments, met_by_event
from .period_rules import Served, judge_lead_periods
from .record import fold, naming, symbol_of
from .returns import Spans, returned_in_time
from .spans import charges
from .task import Task
from .task_states import states_of
from .terms import Excuses
from .undoing import undo


class DocumentJudge:
    """Judges one document's stream; used once."""

    def __init__(self, bench: Bench, history: Sequence[Event]) -> None:
        self.bench = bench
        acts, flags = of_parties(history, bench.directory)
        self.record = fold(acts)
        bench.flags |= flags | ended_bodies(history, bench.directory, self._issued_on())
        bench.document = naming(self.record.fields)
        self.known_by = self._known_by()
        self.first_tasks = self._first_tasks()
        self.firsts = {task.first.key for task in self.record.tasks.values()}
        self.held = document_conditions(self.record, self.first_tasks)
        bench.law.begun_on = self._own_day()
        bench.flags |= undo(self.record.tasks.values(), self._undone_by, bench.directory)
        self.missing: list[str] = []
        self._spans: dict[tuple[str, str], list[Case]] = {}
        self._served: Served = {}
        self._returns: dict[Excuse, dict[tuple[str, str], Spans]] = {}

    def judge(self) -> Projection:
        """The projection of the document's stream."""
        record, bench = self.record, self.bench
        bench.flags |= record.flags
        if record.opened_by is None and record.tasks:
            bench.flags.add("no_document")
        law = bench.regulations.on(bench.law.begun_on) if bench.law.begun_on else None
        if law is not None and of_unknown_type(record, law.assigning):
            bench.flags.add(UNKNOWN_TYPE)
        for regulation, rule, kind in bench.regulations.concerned(record.events.types):
            self._judge(regulation, rule, kind)
        states, flags = states_of(record, self.spans, self._clock, self._backs)
        bench.flags |= flags
        symbol = record.fields.get("symbol")
        return bench.projection(
            tasks=states,
            symbol=None if symbol is None else symbol_of(symbol),
            abstract=record.fields.get("abstract"),
            missing=tuple(self.missing),
        )

    def spans(self, task: Task, role: str) -> list[Case]:
        """The cases of *task* with those charged as *role*, one for each deadline they had."""
        key = (task.id, role)
        if key not in self._spans:
            self._spans[key] = list(charges(role, task, self._clock, self.held))
        return self._spans[key]

    def _own_day(self) -> date | None:
        """The day of the document, whose law its own rules go by; without one, that of its first
        task."""
        day = self._issued_on()
        if day is not None:
            return day
        first = first_assignment(self.record)
        return None if first is None else first.on

    def _issued_on(self) -> date | None:
        """The document's own legal day; None where there is no document yet."""
        for name in ("endorsed_on", "issued_on"):
            if self.record.fields.get(name):
                return date.fromisoformat(self.record.fields[name])
        return None

    def _undone_by(self, start: Event) -> Sequence[Undoing]:
        """What takes a completion back by the law that the execution of the charge begun by
        *start* goes by, otherwise that of the document's day; where none was in force, the
        Office's rejection."""
        case = Case("", "", "", start.on, own=start.key in self.firsts)
        for regulation, rule in self.bench.regulations.of_kind(LEAD):
            if self.bench.law.governs(regulation, rule, case):
                return regulation.undone_by
        day = self.bench.law.begun_on
        law = self.bench.regulations.on(day) if day else None
        return law.undone_by if law else (Undoing(REJECTED),)

    def _clock(self, event: Event) -> Clock:
        """How the law of what *event* opens reads a task's deadline: as its first rule on a lead
        whose term is a date of the data."""
        case = Case("", "", "", event.on, own=event.key in self.firsts)
        for regulation, rule in self.bench.regulations.of_kind(LEAD):
            clock = clock_of(rule.due, self.bench.calendar)
            if clock is not None and self.bench.law.governs(regulation, rule, case):
                return clock
        return Clock(None, self.bench.calendar)

    def _known_by(self) -> Event | None:
        """The event by which all tasks of the document were known; None while they are not."""
        opened_by = self.record.opened_by or first_assignment(self.record)
        if opened_by is None:
            return None
        assigned = met_by_assignments(self.record, opened_by)
        events = [event for event in (self.record.classified, assigned and assigned[0]) if event]
        return min(events, key=lambda event: event.order, default=None)

    def _first_tasks(self) -> list[Task]:
        """The tasks known on the day of classification; those after it were added later."""
        known_by = self.known_by
        return [
            task
            for task in self.record.tasks.values()
            if known_by is None or task.first.on <= known_by.on
        ]

    def _all_known(self) -> Event | None:
        """The event by which classification was done and every first task assigned."""
        if self.known_by is None:
            return None
        firsts = [task.first for task in self.first_tasks]
        return max((self.known_by, *firsts), key=lambda event: event.order)

    def _judge(self, regulation: Regulation, rule: Rule, kind: str) -> None:
        if kind == DOCUMENT:
            self._judge_document(regulation, rule)
        elif kind == ADDED_TASK:
            self._judge_added_tasks(regulation, rule)
        elif kind == LEAD_PERIOD:
            roles = (LEAD, COORDINATING) if rule.owes == CHARGED else (LEAD,)
            for task in self.record.tasks.values():
                charged = [span for role in roles for span in self.spans(task, role)]
                spans = [(span, self._returned(rule, span)) for span in charged]
                judge_lead_periods(self.bench, regulation, rule, task, spans, self._served)
        elif kind == OBLIGATION:
            for case in dependent_cases(self.bench, regulation, rule):
                returned, trace = self._returned(rule, case), source_told(rule, case)
                self.bench.judge(regulation, rule, case, returned=returned, trace=trace)
        else:
            for case in self._cases(regulation, rule, kind):
                self.bench.judge(regulation, rule, case, returned=self._returned(rule, case))

    def _cases(self, regulation: Regulation, rule: Rule, kind: str) -> Iterator[Case]:
        if kind == EVENT:
            yield from self._document_event_cases(regulation, rule)
        for task in self.record.tasks.values():
            found: Iterator[Case] = iter(())
            if kind == DELIVERY:
                found = deliveries(rule, task, self.held)
            elif kind == EVENT:
                found = self._event_cases(regulation, rule, task)
            elif kind in (LEAD, COORDINATING):
                found = self._charge_cases(rule, task, kind)
            for case in found:
                if applies(rule, case, self.bench.directory):
                    yield case

    def _charge_cases(self, rule: Rule, task: Task, role: str) -> Iterator[Case]:
        for span in self.spans(task, role):
            if not rule.opens.after_deadline:
                yield span
                continue
            if span.due_on is None or (span.end is not None and span.end.on <= span.due_on):
                continue
            case = copy(span)
            case.opened_on, case.own = max(span.due_on + ONE_DAY, span.opened_on), False
            yield case

    def _event_cases(self, regulation: Regulation, rule: Rule, task: Task) -> Iterator[Case]:
        for case in self.bench.event_cases(regulation, rule, task.events, task, self.held):
            if case.opened_by is None or case.opened_by.type.startswith("document."):
                continue  # the document's own events are not each task's
            end_by(case, self._end_after(task, case.opened_by))
            yield case

    def _end_after(self, task: Task, opener: Event) -> Event | None:
        """What took *task* away after *opener*: its own withdrawal, or the whole document's."""
        ends = (*task.withdrawals, *self.record.withdrawals)
        after = [end for end in ends if end.order > opener.order]
        return min(after, key=lambda end: end.order, default=None)

    def _document_event_cases(self, regulation: Regulation, rule: Rule) -> Iterator[Case]:
        """The cases that events of the document itself open; those of tasks are the tasks'."""
        if not any(event.startswith("document.") for event in rule.opens.events):
            return
        for case in self.bench.event_cases(regulation, rule, self.record.events, None, self.held):
            opener = case.opened_by
            if opener is not None and opener.type.startswith("document."):
                end_by(case, self.record.withdrawn_after(opener))
                yield case

    def _judge_document(self, regulation: Regulation, rule: Rule) -> None:
        case = self._document_case(regulation, rule)
        if case is None:
            return
        met: Met | None = None
        trace: Trace = {}
        if rule.complete:
            first = {task.id for task in self.first_tasks}
            met, self.missing = completion_of_information(
                rule, self.record.events, first, self.held, self._all_known(), with_document=True
            )
            trace = _lacks(self.missing)
            if met is None and self.known_by is None:
                trace["unclassified"] = True
        else:
            ways = [met_by_event(rule, case)]
            if rule.counts_tasks and case.opened_by is not None:
                ways.append(met_by_assignments(self.record, case.opened_by))
            met = min((way for way in ways if way), key=lambda way: way[0].order, default=None)
            if rule.counts_tasks and met is None and self.record.tasks:
                announced = int(self.record.fields.get("task_count") or 0)
                trace["assigned"] = [len(self.record.tasks), announced]
        if met is not None and case.end is not None and met[0].order > case.end.order:
            met = None
        excuses = self._while_late(rule.excuse) if rule.excuse else ()
        self.bench.judge(regulation, rule, case, met=met, excuses=excuses, trace=trace)

    def _document_case(self, regulation: Regulation, rule: Rule) -> Case | None:
        record = self.record
        opened_by, data = record.opened_by, record.fields
        if opened_by is None or opened_by.type not in rule.opens.events:
            return None
        case = Case("", "", "", opened_on(rule, data, opened_by), own=True)
        if not self.bench.law.governs(regulation, rule, case):
            return None
        if not is_assigning(record, regulation.assigning):
            # Outside Điều 3.2 nothing is owed until a task is assigned all the same, and then
            # from that day: nobody could have classified it before.
            opened_by, data = first_assignment(record), {}
            if opened_by is None:
                return None
            self.bench.flags.add("outside_3.2")
        case = Case(
            part="",
            body="",
            role="",
            opened_on=opened_on(rule, data, opened_by),
            opened_by=opened_by,
            data=data,
            events=record.events,
            end=record.withdrawn_after(opened_by),
            conditions=self.held,
            own=True,
        )
        self.bench.assign(rule, case, record.events)
        return case if case.body and applies(rule, case, self.bench.directory) else None

    def _judge_added_tasks(self, regulation: Regulation, rule: Rule) -> None:
        known_by = self.known_by
        if known_by is None or self.record.opened_by is None:
            return
        for task in self.record.tasks.values():
            if task.first.on <= known_by.on:
                continue
            case = Case(
                part=key_of(task.first),
                body="",
                role="",
                opened_on=task.first.on,
                opened_by=task.first,
                task=task,
                end=self._end_after(task, task.first),
                conditions=self.held,
                own=True,
            )
            if not self.bench.law.governs(regulation, rule, case):
                continue
            self.bench.assign(rule, case, task.events)
            met, missing = completion_of_information(
                rule, task.events, {task.id}, self.held, task.first, with_document=False
            )
            if met is not None and case.end is not None and met[0].order > case.end.order:
                met = None
            if case.body and applies(rule, case, self.bench.directory):
                self.missing.extend(name for name in missing if name not in self.missing)
                self.bench.judge(regulation, rule, case, met=met, trace=_lacks(missing))

    def _while_late(self, excuse: Excuse) -> Excuses:
        """From when to when the rule that *excuse* names was itself late on this document."""
        return [
            (each.due + ONE_DAY, None if each.closed_on is None else each.closed_on + ONE_DAY)
            for each in (judged.obligation for judged in self._judged(excuse.rule))
            if each.due is not None and (each.closed_on is None or each.closed_on > each.due)
        ]

    def _returned(self, rule: Rule, case: Case) -> Excuses:
        """When the task of *case* was back with the Office from whoever it is about, where that
        excuses."""
        excuse = rule.excuse
        if excuse is None or excuse.by is None or case.task is None:
            return ()
        if excuse not in self._returns:
            looked_over = [
                judged
                for rule_id in self.bench.regulations.looking_over(excuse)
                for judged in self._judged(rule_id)
            ]
            tasks = self.record.tasks.values()
            self._returns[excuse] = returned_in_time(excuse, tasks, looked_over)
        return self._returns[excuse].get((case.task.id, case.lead or case.body), ())

    def _backs(self, span: Case) -> Excuses:
        """When the task of *span* was back with the Office, as the first rule of its law on a lead
        that excuses has it."""
        for regulation, rule in self.bench.regulations.of_kind(LEAD):
            if rule.excuse is not None and self.bench.law.governs(regulation, rule, span):
                return self._returned(rule, span)
        return ()

    def _judged(self, rule_id: str | None) -> list[Judged]:
        return [] if rule_id is None else self.bench.judged.get(rule_id, [])


def _lacks(missing: list[str]) -> Trace:
    """What a trace says of information that is not there."""
    return {"missing": missing} if missing else {}
