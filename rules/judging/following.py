"""The rules that other rules' obligations open: by passing their due date, or by being met.

It must never ask what day it is: what is open is taken to pass its due date some day.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import date

from ..regulation import Regulation
from ..rule import Rule
from .bench import Bench, Judged
from .cases import Case, about_request, agrees, applies
from .terms import first_breach


def dependent_cases(bench: Bench, regulation: Regulation, rule: Rule) -> Iterator[Case]:
    """The cases that another rule's obligations open under *rule* of *regulation*: those
    overdue, or those met."""
    for judged in (each for id_ in rule.opens.sources for each in bench.judged.get(id_, ())):
        day = _overdue_from(judged) if rule.opens.overdue else judged.obligation.met_on
        if day is None or not _brings_about(bench, rule, judged):
            continue
        # What was met before it opened (a report of the cut-off day) opens nothing before.
        day = max(day, judged.obligation.opened_on)
        case = copy(judged.case)
        case.part, case.opened_on, case.opened_by = judged.obligation.id, day, None
        case.moves, case.over, case.awaiting, case.superseded = [], [], False, False
        case.own, case.begun_on = False, bench.law.begun(judged.case)
        if not bench.law.governs(regulation, rule, case):
            continue
        case.follows = judged.obligation.rule
        if judged.met_by is not None and "request_id" in case.data:
            case.events = about_request(case.events, judged.met_by)
            case.position = 0
        if judged.obligation.ended_on is None:
            case.end = None
        if not rule.earlier_counts:
            case.position = max(case.position, case.events.on(day))
        if rule.owes != "lead":
            bench.assign(rule, case, case.events)
        if case.body and applies(rule, case, bench.directory):
            yield case


def _brings_about(bench: Bench, rule: Rule, judged: Judged) -> bool:
    """Whether what was *judged* is of a kind that opens *rule*, once it is overdue or met."""
    kind = bench.directory.kind(judged.case.body, judged.obligation.opened_on)
    if rule.opens.of and kind not in rule.opens.of:
        return False
    return judged.met_by is None or agrees(judged.met_by.data, rule.opens.where)


def _overdue_from(judged: Judged) -> date | None:
    """The first day on which an obligation was overdue and the task not back with the Office;
    None where it was met or ended before.

    What is still open is taken to pass its due date: it opens what that day opens.
    """
    obligation = judged.obligation
    return first_breach(obligation.due, judged.case.known_on, obligation.closed_on, judged.returned)
