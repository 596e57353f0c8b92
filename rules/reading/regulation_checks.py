"""Whether the rules of a regulation agree with each other and with the contract.

Ambiguity is an error when the file is loaded: two rules that claim the same thing at the same
time, two exceptions that can apply at once, an event that nobody sends. It must never be
settled by taking the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from itertools import combinations, islice
from typing import Any

from ..event_facts import dates_of, legal_dates_of, values_of
from ..event_types import EVENT_TYPES, fields_of
from ..named_events import named_events
from ..own_condition import OwnCondition
from ..periods import periods_from
from ..places import FileError
from ..regulation import COMPLETING, PeriodKind, Regulation, Undoing
from ..rule import PERIOD, Accumulation, Fulfilment, Rule
from ..streams import DOCUMENTS, kind_of
from .lights import light_problems
from .own_conditions import settling_problems
from .regulation_absence import absence_problems
from .regulation_claims import compatible, same_claim, same_names
from .regulation_shape import shape_problems, stream_of
from .reports import report_problems

_ALSO_SHORT_OF_IT = frozenset({"task.progress"})
"""Of what completes a task, what may also say that it is not done, by its status."""
_DONE = "done"

_OF_ITS_OPENING = ("that opens it", "opens both", "the rule is about")
"""What is said in problems that depend on what opens a rule."""

_COMPLETED = {"document": "document.received", "task": "task.assigned"}
"""The event whose fields can be asked of a document, and of a task."""


def rule_problems(regulation: Regulation, where: str) -> Iterator[FileError]:
    """Each contradiction between what the rules say, with file, rule and key; of what cannot be
    asked because of one before it, nothing."""
    for problem in _undoing_problems(regulation.undoing):
        yield FileError.at(where, "completion.undone_by", problem)
    for condition in regulation.conditions.values():
        for problem in _condition_problems(condition):
            key, _, said = problem.partition(": ")
            yield FileError.at(where, f"condition[{condition.id}]{key}", said)
    for key, problem in light_problems(regulation.lights, regulation.rules):
        yield FileError.at(where, key, problem)
    seen: dict[str, Rule] = {}
    for rule in regulation.rules:
        for problem in (
            *_problems(rule, seen),
            *report_problems(rule, regulation),
            *_periods_twice(rule, regulation.schedules),
            *_periods_never_in_time(rule, regulation.schedules),
        ):
            yield _of_rule(rule, problem, where)
        seen[rule.id] = rule
    for rule, problem in absence_problems(regulation.rules):
        yield _of_rule(rule, problem, where)
    for one, other in combinations(regulation.rules, 2):
        if same_claim(one, other, regulation.schedules):
            yield _of_rule(
                other,
                f": claims what rule[{one.id}] claims already: the same obligor, opening and "
                "fulfilment at the same time; tell them apart by when, unless or kinds",
                where,
            )


def _of_rule(rule: Rule, problem: str, where: str) -> FileError:
    """*problem*, ".key: what is wrong", of *rule*."""
    key, _, said = problem.partition(": ")
    return FileError.at(where, f"rule[{rule.id}]{key}", said)


def _problems(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    """What is wrong with *rule*. Where one question has found something, what follows is not asked
    of the same key: it would be of no help."""
    told: set[str] = set()
    follows = _following_unknown(rule, earlier)
    questions = (_unknown_names, shape_problems, _unsettled, _unknown_values, _other_streams)
    for question in questions:
        asked = dict.fromkeys(question(rule, earlier))
        found = [each for each in asked if not each.startswith(tuple(told))]
        if question is not _unknown_names:
            found = [each for each in found if not any(said in each for said in follows)]
        yield from found
        told.update(problem.partition(": ")[0] for problem in found)
        if ".per" in told:
            return
    for one, other in combinations(rule.exceptions, 2):
        if compatible((*one.when, *other.when), (*one.unless, *other.unless)):
            yield f".exception[{other.name}]: can apply at the same time as exception[{one.name}]"


def _following_unknown(rule: Rule, earlier: Mapping[str, Rule]) -> tuple[str, ...]:
    """What is said in a problem of *rule* that may be there only because it names an event that is
    unknown: that event, and where that opens it, what all depends on the opening."""
    above = earlier.get(rule.opens.leaves_to or "", rule)
    opening = rule.opens.events | above.opens.events
    unknown = [event for _, event in named_events(rule) if event not in EVENT_TYPES]
    return (*unknown, *(() if opening <= EVENT_TYPES.keys() else _OF_ITS_OPENING))


def _unknown_names(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    yield from _unknown_events(rule)
    yield from _unknown_rules(rule, earlier)


def _unsettled(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    return settling_problems(rule, stream_of(rule, earlier))


def _unknown_values(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    yield from _unknown_fields(rule)
    for source in (earlier[each] for each in rule.opens.met if each in earlier):
        for event in source.fulfilling:
            yield from _wrong_values(".opens.where", event, rule.opens.where)


def _condition_problems(condition: OwnCondition) -> Iterator[str]:
    """What cannot decide a condition, each as ".key: problem"."""
    for event in sorted(condition.events):
        if event not in EVENT_TYPES:
            yield f".events: the contract has no event {event!r}{_nearest(event, EVENT_TYPES)}"
        else:
            yield from _wrong_values(".where", event, condition.where)
    if len({event.partition(".")[0] for event in condition.events}) > 1:
        yield ".events: are not about one kind of subject; write a condition for each"


def _undoing_problems(undone_by: Sequence[Undoing]) -> Iterator[str]:
    """What cannot take a completion back."""
    for each in undone_by:
        if each.event not in EVENT_TYPES:
            yield f"the contract has no event {each.event!r}{_nearest(each.event, EVENT_TYPES)}"
        elif kind_of(each.event) != DOCUMENTS or "body" not in fields_of(each.event):
            yield f"{each.event} names no body, whose completion it could take back"
        elif each.event in COMPLETING and each.event not in _ALSO_SHORT_OF_IT:
            yield f"{each.event} says that the task is done"
        elif each.event in COMPLETING and _DONE in dict(each.where).get("status", (_DONE,)):
            yield f"{each.event} with status done says that the task is done; leave it out by where"
        yield from (
            problem.removeprefix(": ") for problem in _wrong_values("", each.event, each.where)
        )


def _unknown_events(rule: Rule) -> Iterator[str]:
    for key, event in named_events(rule):
        if event not in EVENT_TYPES:
            yield f"{key}: the contract has no event {event!r}{_nearest(event, EVENT_TYPES)}"


def _unknown_fields(rule: Rule) -> Iterator[str]:
    for event in sorted(rule.opens.events):
        yield from _wrong_values(".opens.where", event, rule.opens.where)
        for way in rule.fulfilled:
            yield from _wrong_values(".fulfilled.opened_where", event, way.opened_where)
    for name in rule.opens.on:
        if not any(name in legal_dates_of(event) for event in rule.opens.events):
            yield f".opens.on: no event that opens it has a date {name!r}"
    for way in rule.fulfilled:
        yield from _wrong_way(way)
    for gathered in rule.accumulates:
        yield from _wrong_accumulation(gathered)
    for each in rule.complete:
        for name in each.fields:
            if name not in fields_of(_COMPLETED[each.of]):
                yield f".complete.fields: a {each.of} has no field {name!r}"


def _wrong_way(way: Fulfilment) -> Iterator[str]:
    yield from _wrong_values(".fulfilled.where", way.event, way.where)
    if way.date != "event" and way.date not in dates_of(way.event):
        known = dates_of(way.event)
        yield (
            f".fulfilled.date: {way.event} has no date {way.date!r} that is always there"
            f"{_nearest(way.date, known) or _listed(known)}"
        )


def _wrong_accumulation(gathered: Accumulation) -> Iterator[str]:
    event, field = gathered.event, gathered.field
    yield from _wrong_values(".accumulates.where", event, gathered.where)
    yield from _wrong_values(".accumulates", event, ((field, gathered.needs),))
    if gathered.needs_event is not None and gathered.needs_field is not None:
        yield from _wrong_values(
            ".accumulates.needs_all", gathered.needs_event, ((gathered.needs_field, ()),)
        )


def _wrong_values(
    key: str, event: str, where: tuple[tuple[str, tuple[Any, ...]], ...]
) -> Iterator[str]:
    """Fields that *event* has not, and values that its fields never have."""
    for name, wanted in where:
        if name not in fields_of(event):
            known_fields = fields_of(event)
            yield (
                f"{key}: {event} has no field {name!r}"
                f"{_nearest(name, known_fields) or _listed(known_fields)}"
            )
        known = values_of(event, name)
        if known is not None:
            choice = ", ".join(sorted(map(str, known)))
            for value in wanted:
                if value not in known:
                    yield f"{key}: {name} of {event} is one of {choice}, never {value!r}"


def _other_streams(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    """Events that are told of another kind of subject, which this rule never sees."""
    stream = stream_of(rule, earlier)
    for key, event in named_events(rule):
        if stream is not None and kind_of(event) != stream:
            yield f"{key}: {event} is not told of what the rule is about ({stream})"


def _unknown_rules(rule: Rule, earlier: Mapping[str, Rule]) -> Iterator[str]:
    named = [
        (".opens.overdue", rule.opens.overdue),
        *((".opens.met", each) for each in rule.opens.met),
        (".opens.leaves_to", rule.opens.leaves_to),
    ]
    if rule.excuse is not None:
        named += [
            (".excuse.while_late", rule.excuse.rule),
            (".excuse.in_time_of", rule.excuse.in_time_of),
        ]
    for key, name in named:
        if name is not None and name not in earlier:
            yield f"{key}: no rule above has the id {name!r}"


def _periods_twice(rule: Rule, schedules: Mapping[str, PeriodKind]) -> Iterator[str]:
    for one, other in combinations([schedules[term.schedule] for term in rule.periods], 2):
        if same_names(one, other):
            yield f".period[{other.id}]: has periods of the same name as period[{one.id}]"


def _periods_never_in_time(rule: Rule, schedules: Mapping[str, PeriodKind]) -> Iterator[str]:
    """Periods that are due before they open, or before anything handed in for them counts."""
    after_cut_off = any(way.not_before == "cut_off" for way in rule.fulfilled)
    for term in rule.periods:
        schedule, due = schedules[term.schedule], term.due
        where = f".period[{term.schedule}].due"
        if due is None or due.on is None:
            continue
        # Four years hold every length of a month.
        for period in islice(periods_from(schedule, date(2025, 1, 1)), 4 * 12):
            if PERIOD in rule.per and period.day(due.on) < period.opens_on:
                yield (
                    f"{where}: {period.day(due.on)} lies before {period.name} opens, "
                    f"{period.opens_on}; set opens in schedule[{term.schedule}], or a later due"
                )
                break
            if after_cut_off and period.day(due.on) < period.last:
                yield (
                    f"{where}: {period.day(due.on)} lies before the cut-off of {period.name}, "
                    f'{period.last}, before which nothing counts; leave out not_before = "cut_off"'
                )
                break


def _nearest(name: str, known: Collection[str]) -> str:
    """A hint at the known name that *name* is most like; empty where it is like none."""
    nearest = get_close_matches(name, known, n=1, cutoff=0.8)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def _listed(known: Collection[str]) -> str:
    return f"; it has {', '.join(sorted(known))}" if known else ""
