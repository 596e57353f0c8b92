"""What a trace says of a case: what it is about, how its dates came about, what came of it.

Only what `trace` has keys for, and no word of any document.
"""

from __future__ import annotations

from datetime import date
from typing import cast

from ..event_facts import PARTIES
from ..event_types import EVENT_TYPES
from ..moments import moment_text
from ..rule import Rule
from ..trace import Trace, TracedDocument, TracedExtension, TracedParties
from .acceptance import acceptance_of
from .by_the_clock import is_late
from .case_deadline import NO_DEADLINE
from .cases import Case
from .extensions import of_case
from .fulfilment import Met, still_needed
from .outcome import CaseOutcome, Matter
from .shortfall import fell_short, told_of
from .task import Extension, said
from .terms import Dates, Excuses, describe

_TOLD_BY = frozenset({"task.returned", "task.difficulty"})
_DISCREPANCY = "task.discrepancy_found"
_FIELDS = frozenset(name for fields in EVENT_TYPES.values() for name in fields)
"""What a discrepancy may be named to be in: a field of the contract, and no other text."""


def trace_of(
    matter: Matter, dates: Dates, outcome: CaseOutcome, document: TracedDocument, law: Trace
) -> Trace:
    """The trace of *matter*, which is about *document* where that is known and goes by its *law*
    for the reasons given."""
    rule, case = matter.rule, matter.case
    told = _about_what(case, document)
    told |= _by_when(case, dates)
    if case.deadline is not NO_DEADLINE:
        told |= _which_deadline(case, dates.due)
    _, extensions = of_case(case, dates.due_term, outcome.met)
    if extensions:
        told["extensions"] = [_extension(each) for each in extensions]
    told |= _how_it_ended(rule, case, outcome)
    if outcome.objected is not None:
        told["objected"] = told_of(outcome.objected)
    if outcome.met is not None:
        told |= acceptance_of(rule, case, outcome.met, matter.regulation)
    if outcome.uncounted is not None:
        told["uncounted"] = outcome.uncounted
    elif outcome.excuses:
        told["excused"] = _written(outcome.excuses)
    if matter.returned:
        told["returned"] = _written(matter.returned)
    told |= _what_came_short(rule, case, outcome.met, matter.earliest, dates)
    if rule.accumulates and outcome.met is None:
        told["needed"] = still_needed(rule, case)
    told |= law
    if matter.told is not None:
        told |= matter.told
    return told


def of_source(rule: Rule, case: Case) -> Trace:
    """What a trace says of the obligation that opened *case* under *rule*: its id, and its rule
    where there are several that can."""
    told: Trace = {"follows": case.part}
    if case.follows is not None and len(rule.opens.sources) > 1:
        told["followed"] = case.follows
    return told


def _about_what(case: Case, document: TracedDocument) -> Trace:
    """What *case* is about, as people name it: the *document*, or the bodies concerned."""
    told: Trace = {"document": document} if document else {}
    if not PARTIES.keys().isdisjoint(case.events.types):
        event = case.events[case.events.places(PARTIES, 0)[-1]]
        named = {name: event.data.get(name) for name in PARTIES[event.type]}
        known = {name: value for name, value in named.items() if value}
        told["parties"] = cast(TracedParties, known)
    if case.task is not None and case.task.parent is not None:
        told["parent_task"] = case.task.parent
    parties = _parties(case)
    if parties:
        told["parties"] = parties
    if case.opened_by is not None and case.opened_by.type == _DISCREPANCY:
        field = case.opened_by.data.get("field")
        if field in _FIELDS:
            told["field"] = field
    return told


def _parties(case: Case) -> TracedParties:
    """Who returned the task or told what hinders it, where that opened *case*; otherwise whose the
    task is that the Office is to urge, or the telling that is to be corrected."""
    if case.follows is not None:
        return {"about_body": case.lead} if case.lead and case.role == "office" else {}
    event = case.opened_by
    if event is None:
        return {}
    body = event.under or event.data.get("body")
    if not isinstance(body, str):
        return {}
    if event.type in _TOLD_BY:
        return {"from_body": body}
    return {"about_body": body} if event.type == _DISCREPANCY and body != case.body else {}


def _by_when(case: Case, dates: Dates) -> Trace:
    """What opened *case*, and how its *dates* came about."""
    told: Trace = {}
    if case.opened_by is not None:
        told["opened_by"] = told_of(case.opened_by)
    if case.opened_at is not None:
        told["opened_at"] = moment_text(case.opened_at)
    if dates.target_term is not None:
        told["target"] = describe(dates.target_term, dates.target_from, dates.hours_from)
    if dates.due_term is not None:
        told["due"] = describe(dates.due_term, dates.due_from, dates.hours_from)
        if dates.past:
            told["due"]["past"] = True
    if dates.exception is not None:
        told["exception"] = dates.exception
    if not dates.covered:
        told["beyond_coverage"] = True
    return told


def _which_deadline(case: Case, due: date | None) -> Trace:
    """What became of the deadlines of *case*, which is *due* by then."""
    told: Trace = {}
    deadline = case.deadline
    if deadline.awaiting:
        told["awaiting_deadline"] = True
    if due is not None and case.known_on > max(due, case.opened_on):
        told["known_on"] = case.known_on.isoformat()
    if deadline.over:
        told["over"] = [
            {**told_of(event), "date": due_on.isoformat() if due_on else None}
            for event, due_on in deadline.over
        ]
    if deadline.moves:
        told["moved"] = [
            {**told_of(event), "from": old.isoformat()} for event, old in deadline.moves
        ]
    return told


def _extension(each: Extension) -> TracedExtension:
    """What was said about more time."""
    more = {
        "from": each.before and each.before.isoformat(),
        "date": each.due_on and each.due_on.isoformat(),
        "by": each.by,
        "number": each.number,
        "days": each.days if each.kind else None,
        "kind": each.kind,
        "beyond": [*each.beyond],
        "granted": each.granted and each.granted.isoformat(),
    }
    kept = {key: value for key, value in more.items() if value}
    return cast(TracedExtension, {**told_of(each.event), **kept})


def _how_it_ended(rule: Rule, case: Case, outcome: CaseOutcome) -> Trace:
    """What met *case* of *rule*, or ended it."""
    if outcome.met is not None:
        return {"met_by": told_of(outcome.met[0])}
    if outcome.met_on is not None and rule.silence is not None:
        return {"silence": rule.silence}
    if case.end is None:
        return {}
    told: Trace = {"ended_by": told_of(case.end)}
    if case.superseded:
        told["superseded"] = True
    return told


def _what_came_short(
    rule: Rule, case: Case, met: Met | None, earliest: date | None, dates: Dates
) -> Trace:
    """What came and did not count, where *case* was not met in time or something was taken back;
    and what took back that by which it is met all the same."""
    told: Trace = {}
    undone = case.task.undone if case.task else {}
    if met is None or undone or is_late(met, dates):
        due = dates.due_at or dates.due
        short = fell_short(rule, case, None if met is None else met[0], earliest, due)
        if short:
            told["came"] = short
    if met is not None and said(met[0]) in undone:
        told["stands"] = told_of(undone[said(met[0])])
    return told


def _written(spans: Excuses) -> list[list[str | None]]:
    """*spans* as a trace keeps them: from a day to the day before another."""
    return [[begin.isoformat(), until.isoformat() if until else None] for begin, until in spans]
