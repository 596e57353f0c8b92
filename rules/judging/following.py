"""The rules that other rules' obligations open: by passing their due date, as an urging after an
overdue execution, or by being met, as a publication after a report.

It must never ask what day it is: what is open is taken to pass its due date some day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ..events import Event
from ..regulation import Regulation
from ..rule import Rule
from .by_the_clock import breach_by_the_clock
from .case_deadline import CaseDeadline
from .cases import Case
from .conditions import agrees
from .judgement import Owed, StreamJudgement
from .terms import first_breach
from .timeline import Timeline


def dependent_cases(
    judgement: StreamJudgement, regulation: Regulation, rule: Rule
) -> Iterator[Case]:
    """The cases that another rule's obligations open under *rule* of *regulation*: those
    overdue, or those met."""
    for owed in (each for id_ in rule.opens.sources for each in judgement.owed.get(id_, ())):
        day = _overdue_from(owed) if rule.opens.overdue else owed.obligation.met_on
        if day is None or not _brings_about(judgement, rule, owed):
            continue
        # What was met before it opened (a report of the cut-off day) opens nothing before.
        day = max(day, owed.obligation.opened_on)
        case = _following(rule, owed, day, judgement.law.begun(owed.case))
        if rule.by_the_clock or owed.obligation.due_at is not None:
            case = _at_its_moment(rule, case, owed)
        if not judgement.law.governs(regulation, rule, case):
            continue
        if rule.owes != "lead":
            case = judgement.assigned(rule, case, case.events)
        if case.body and judgement.applies(rule, case):
            yield case


def _following(rule: Rule, owed: Owed, day: date, begun_on: date) -> Case:
    """The case that what is *owed* opens under *rule* on *day*, about the same thing."""
    before, obligation = owed.case, owed.obligation
    events, position = before.events, before.position
    if owed.met_by is not None and "request_id" in before.data:
        events, position = _about_request(events, owed.met_by), 0
    if not rule.earlier_counts:
        position = max(position, events.on(day))
    return before._replace(
        part=obligation.id,
        opened_on=day,
        opened_by=None,
        events=events,
        position=position,
        end=None if obligation.ended_on is None else before.end,
        superseded=False,
        deadline=CaseDeadline(before.deadline.due_on, before.deadline.set_on),
        follows=obligation.rule,
        own=False,
        begun_on=begun_on,
    )


def _about_request(events: Sequence[Event], report: Event) -> Timeline:
    """Of *events* of a body's reports, those about what *report* was asked for by name. One that
    names no request is about it where it names the period that *report* is on."""
    request_id, period = report.data["request_id"], report.data.get("period")
    return Timeline(
        event
        for event in events
        if event.data.get("request_id", request_id) == request_id
        and ("request_id" in event.data or event.data.get("period") in (None, period))
    )


def _brings_about(judgement: StreamJudgement, rule: Rule, owed: Owed) -> bool:
    """Whether what is *owed* is of a kind that opens *rule*, once it is overdue or met."""
    kind = judgement.directory.kind(owed.case.body, owed.obligation.opened_on)
    if rule.opens.of and kind not in rule.opens.of:
        return False
    if owed.met_by is None:  # what passed its due date, or silence has met, says nothing
        return not rule.opens.where
    return agrees(owed.met_by.data, rule.opens.where)


def _overdue_from(owed: Owed) -> date | None:
    """The first day on which an obligation was overdue and the task not back with the Office;
    None where it was met or ended before.

    What is still open is taken to pass its due date: it opens what that day opens.
    """
    obligation = owed.obligation
    if owed.consents:
        return None
    if obligation.due_at is not None:
        closed_on, met_at = obligation.closed_on, obligation.met_at
        return breach_by_the_clock(obligation.due_at, owed.case, closed_on, met_at, owed.returned)
    return first_breach(obligation.due, owed.case.known_on, obligation.closed_on, owed.returned)


def _at_its_moment(rule: Rule, case: Case, owed: Owed) -> Case:
    """*case* as it opens at a moment of its day: when what is *owed* has passed its own, or was
    met; where neither has one, with the day."""
    due_at = owed.obligation.due_at
    if rule.opens.overdue is None:
        met = owed.met_by
        if met is None or met.on != case.opened_on:
            return case
        return case._replace(opened_at=met.time)
    if due_at is None or due_at.date() != case.opened_on:
        return case
    position = case.position
    if not rule.earlier_counts:
        position = max(position, case.events.since(due_at))
    return case._replace(opened_at=due_at, position=position)
