"""Which keys of a rule, and which conditions, can matter to a rule of each kind.

A key that a kind of rule has no use for would be read and then never matter: whoever wrote it
would believe that it does. So it is refused, and the refusal names what would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..rule import (
    ADDED_TASK,
    CHARGED,
    COMPLETION,
    CONDITIONS,
    COORDINATING,
    DEADLINE_STARTS,
    DELIVERY,
    DOCUMENT,
    EVENT,
    LEAD,
    LEAD_PERIOD,
    OBLIGATION,
    OCCURRENCE,
    PERIOD,
    Rule,
)

_OF_DOCUMENT = frozenset(
    {"several_tasks", "several_bodies", "consultation", "written_tracking", "from_province"}
)


OF_TASK = _OF_DOCUMENT | {"has_deadline", "class_4_1", "recurring"}


_TERMS = frozenset({"target", "due", "exception", "pause"})


_SILENCE = frozenset({"silence", "objected_by"})


_STARTS = frozenset({"opening", "event"})


_ANY_START = _STARTS | DEADLINE_STARTS


@dataclass(frozen=True, slots=True)
class Use:
    """What a kind of subject can use: of ``owes``; of the keys of ``opens`` and of the rule
    that not all kinds have; ``conditions`` that can hold; ``starts`` that a term can have."""

    owes: frozenset[str]
    opens: frozenset[str]
    keys: frozenset[str]
    conditions: frozenset[str]
    starts: frozenset[str] = _STARTS


FIELD = "<field> of <event>"


_CHARGED = Use(
    frozenset(),
    frozenset({"events", "after_deadline"}),
    _TERMS | _SILENCE | {"fulfilled", "earlier_counts", "stands_after_due", "excuse"},
    OF_TASK,
    _ANY_START,
)


USES: Mapping[str, Use] = {
    DOCUMENT: Use(
        frozenset({"office", FIELD}),
        frozenset({"events", "on"}),
        _TERMS | {"fulfilled", "complete", "counts_tasks", "excuse"},
        _OF_DOCUMENT,
    ),
    ADDED_TASK: Use(frozenset({"office", FIELD}), frozenset(), _TERMS | {"complete"}, _OF_DOCUMENT),
    DELIVERY: Use(
        frozenset({"body"}),
        frozenset({"events"}),
        _TERMS | _SILENCE | {"fulfilled", "stands_after_due", "excuse"},
        _OF_DOCUMENT,
    ),
    LEAD: Use(frozenset({"lead"}), _CHARGED.opens, _CHARGED.keys, OF_TASK, _ANY_START),
    COORDINATING: Use(
        frozenset({"coordinating"}), _CHARGED.opens, _CHARGED.keys, OF_TASK, _ANY_START
    ),
    EVENT: Use(
        frozenset({"office", "body", FIELD}),
        frozenset({"events", "on", "where", "once_for", "leaves_to"}),
        _TERMS | _SILENCE | {"fulfilled", "accumulates", "earlier_counts", "excuse"},
        CONDITIONS,
        _ANY_START,
    ),
    PERIOD: Use(
        frozenset({"office", "body"}),
        frozenset(),
        frozenset({"period", "fulfilled", "accumulates"}),
        frozenset(),
    ),
    LEAD_PERIOD: Use(
        frozenset({"lead", CHARGED}),
        frozenset(),
        frozenset({"period", "fulfilled", "stands_after_due", "excuse"}),
        OF_TASK,
    ),
    OCCURRENCE: Use(
        frozenset({"lead", CHARGED}),
        frozenset(),
        _TERMS | {"fulfilled", "stands_after_due", "excuse"},
        OF_TASK,
        _ANY_START,
    ),
    COMPLETION: Use(
        frozenset({"office"}),
        frozenset(),
        _TERMS | {"fulfilled"},
        _OF_DOCUMENT,
    ),
    OBLIGATION: Use(
        frozenset({"office", "body", "lead", FIELD}),
        frozenset({"overdue", "met", "where", "of"}),
        _TERMS | _SILENCE | {"fulfilled", "accumulates", "earlier_counts", "excuse"},
        CONDITIONS,
        _ANY_START,
    ),
}


def together(uses: list[Use]) -> Use:
    """What a rule can use that is owed for several kinds of subjects, of *uses* each."""
    # Whatever a lead and a coordinating body owe alike is whose is charged.
    alike = all(use.owes == uses[0].owes for use in uses)
    owes = uses[0].owes if alike else frozenset({CHARGED})
    return Use(
        owes,
        frozenset().union(*(use.opens for use in uses)),
        frozenset().union(*(use.keys for use in uses)),
        uses[0].conditions,
        uses[0].starts,
    )


def use_problems(rule: Rule, use: Use) -> Iterator[str]:
    """Keys that are there and would never matter."""
    per = " and ".join(rule.per)
    there: dict[str, object] = {
        "target": rule.target,
        "due": rule.due,
        "exception": rule.exceptions,
        "fulfilled": rule.fulfilled,
        "accumulates": rule.accumulates,
        "complete": rule.complete,
        "counts_tasks": rule.counts_tasks,
        "earlier_counts": rule.earlier_counts,
        "stands_after_due": rule.stands_after_due,
        "excuse": rule.excuse,
        "pause": rule.pauses,
        "silence": rule.silence,
        "objected_by": rule.objected_by,
        "period": rule.periods,
    }
    for key, value in there.items():
        if value and key not in use.keys:
            yield f".{key}: is of no use to a rule per {per}"
    opens: dict[str, object] = {
        "events": rule.opens.events,
        "on": rule.opens.on,
        "where": rule.opens.where,
        "once_for": rule.opens.once_for,
        "leaves_to": rule.opens.leaves_to,
        "after_deadline": rule.opens.after_deadline,
        "overdue": rule.opens.overdue,
        "met": rule.opens.met,
        "of": rule.opens.of,
    }
    for key, value in opens.items():
        if value and key not in use.opens:
            yield f".opens.{key}: is of no use to a rule per {per}"


def condition_problems(rule: Rule, use: Use) -> Iterator[str]:
    """Conditions that can never hold, each as ".key: problem"."""
    places = [
        (".when", rule.when),
        (".unless", rule.unless),
        *((f".exception[{each.name}].when", each.when) for each in rule.exceptions),
        *((f".exception[{each.name}].unless", each.unless) for each in rule.exceptions),
        *((".accumulates.when", each.when) for each in rule.accumulates),
    ]
    for each in rule.complete:
        known = use.conditions | ({"class_4_1"} if each.of == "task" else frozenset())
        for key, named in (("when", each.when), ("unless", each.unless)):
            for name in named:
                if name not in known:
                    yield f".complete.{key}: {name} can never hold for a {each.of}"
    own = {each.id for each in rule.conditions}
    for key, named in places:
        for name in named:
            if name not in own and name not in use.conditions:
                yield f"{key}: {name} can never hold for a rule per {' and '.join(rule.per)}"
    sides = [("", rule.when, rule.unless)]
    sides += [(f".exception[{each.name}]", each.when, each.unless) for each in rule.exceptions]
    for where, when, unless in sides:
        for name in sorted(set(when) & set(unless)):
            yield f"{where}.when: {name} is excluded by unless"
    for exception in rule.exceptions:
        if not (exception.when or exception.unless):
            yield f".exception[{exception.name}].when: is missing; it would always apply"
