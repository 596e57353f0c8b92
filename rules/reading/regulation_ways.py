"""What can fulfil a rule of each kind: that it is said, and that every key of it can matter."""

from __future__ import annotations

from collections.abc import Iterator

from ..event_types import fields_of
from ..regulation import COMPLETING
from ..rule import (
    ADDED_TASK,
    COMPLETION,
    COORDINATING,
    EVENT,
    LEAD,
    LEAD_PERIOD,
    OBLIGATION,
    OCCURRENCE,
    PERIOD,
    Fulfilment,
    Rule,
)


def fulfilment_problems(rule: Rule) -> Iterator[str]:
    """What is wrong with what fulfils *rule*, each as ".key: problem"."""
    ways = [bool(rule.fulfilled) or rule.counts_tasks, bool(rule.accumulates), bool(rule.complete)]
    if not any(ways):
        yield ".fulfilled: is missing; say what fulfils it"
    if sum(ways) > 1:
        yield ".fulfilled: only one of fulfilled, accumulates and complete can decide"
    if ADDED_TASK in rule.per and not rule.complete:
        yield ".complete: is missing; say what has to be there"
    fulfilling = {each.event for each in rule.fulfilled}
    if rule.stands_after_due and not fulfilling & COMPLETING:
        yield ".stands_after_due: nothing that fulfils it says that the task is done"
    elif rule.stands_after_due and not rule.has_clock:
        yield ".stands_after_due: there is no due date"
    for event in sorted(rule.breach_met_by - fulfilling):
        yield f".breach_met_by: {event} does not fulfil it"
    for way in rule.fulfilled:
        yield from _way(rule, way)


def _way(rule: Rule, way: Fulfilment) -> Iterator[str]:
    if way.by is not None and "body" not in fields_of(way.event):
        yield f".fulfilled.by: {way.event} names no body"
    if way.by == "lead" and not set(rule.per) & {
        LEAD,
        LEAD_PERIOD,
        OBLIGATION,
        COMPLETION,
        OCCURRENCE,
    }:
        yield ".fulfilled.by: only a rule about a task's lead knows who that is; say obligor"
    for name in way.same:
        if EVENT not in rule.per:
            yield ".fulfilled.same: only a rule per event has something to be the same as"
        elif any(name not in fields_of(event) for event in (way.event, *rule.opens.events)):
            yield f".fulfilled.same: {name!r} is not in both events"
    if way.opened_where and EVENT not in rule.per:
        yield ".fulfilled.opened_where: only a rule per event has an event that opens it"
    if way.not_before == "cut_off" and PERIOD not in rule.per:
        yield ".fulfilled.not_before: only a rule per period has a cut_off"
    if way.not_before == "deadline" and not set(rule.per) & {LEAD, COORDINATING}:
        yield ".fulfilled.not_before: only a rule per lead or coordinating has a deadline"
