"""Whether the rules of a regulation agree with each other and with the contract.

Ambiguity is an error when the file is loaded: two rules that claim the same thing at the same
time, two exceptions that can apply at once, an event that nobody sends. It must never be
settled by taking the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import combinations, pairwise

from .event_types import EVENT_TYPES, fields_of
from .places import FileError
from .regulation import EVENT, LEAD_PERIOD, OBLIGATION, PERIOD, Regulation, Regulations, Rule


def check_rules(regulation: Regulation, where: str) -> None:
    """Raise FileError for the first contradiction, naming file, rule and key."""
    seen: set[str] = set()
    for rule in regulation.rules:
        for problem in _problems(rule, seen):
            raise FileError(f"{where}: rule[{rule.id}]{problem}")
        seen.add(rule.id)
    for one, other in combinations(regulation.rules, 2):
        if _same_claim(one, other):
            raise FileError(
                f"{where}: rule[{other.id}]: claims what rule[{one.id}] claims already: the same "
                f"obligor, opening and fulfilment at the same time; tell them apart by when, "
                f"unless or kinds"
            )


def together(regulations: Sequence[tuple[Regulation, str]]) -> Regulations:
    """The regulations an office has been under, each with the name of its file.

    Raises FileError where two have one id, or are in force on one day.
    """
    ordered = sorted(regulations, key=lambda pair: pair[0].in_force_from)
    for (one, _), (other, where) in combinations(ordered, 2):
        if one.id == other.id:
            raise FileError(f'{where}: id: another regulation has the id "{one.id}" already')
    for (earlier, _), (later, where) in pairwise(ordered):
        if earlier.in_force_to is None or earlier.in_force_to >= later.in_force_from:
            raise FileError(
                f"{where}: in_force_from: {later.id} is in force from {later.in_force_from}, while "
                f"{earlier.id} still is; give that one in_force_to, the day before"
            )
    law = tuple(regulation for regulation, _ in ordered)
    digests = "\n".join(regulation.digest for regulation in law)
    return Regulations(law, sha256(digests.encode()).hexdigest()[:16])


def _problems(rule: Rule, earlier: set[str]) -> Iterator[str]:
    yield from _unknown_events(rule)
    yield from _unknown_rules(rule, earlier)
    yield from _shape(rule)
    for one, other in combinations(rule.exceptions, 2):
        if _compatible((*one.when, *other.when), (*one.unless, *other.unless)):
            yield f".exception[{other.name}]: can apply at the same time as exception[{one.name}]"


def _unknown_events(rule: Rule) -> Iterator[str]:
    named = [(".opens.events", event) for event in sorted(rule.opens.events)]
    named += [(".fulfilled", each.event) for each in rule.fulfilled]
    named += [(".accumulates", each.event) for each in rule.accumulates]
    named += [(".breach_met_by", event) for event in sorted(rule.breach_met_by)]
    if " of " in rule.owes:
        named.append((".owes", rule.owes.partition(" of ")[2]))
    if rule.excuse is not None and rule.excuse.by is not None:
        named += [(".excuse", event) for event in (rule.excuse.by, *sorted(rule.excuse.until))]
    named += [(".accumulates", each.needs_event) for each in rule.accumulates if each.needs_event]
    for key, event in named:
        if event not in EVENT_TYPES:
            yield f"{key}: the contract has no event {event!r}"
    for each in rule.fulfilled:
        names = [name for name, _ in each.where] + ([] if each.date == "event" else [each.date])
        for name in names:
            if each.event in EVENT_TYPES and name not in fields_of(each.event):
                yield f".fulfilled: {each.event} has no field {name!r}"
    for gathered in rule.accumulates:
        if gathered.field not in fields_of(gathered.event):
            yield f".accumulates: {gathered.event} has no field {gathered.field!r}"


def _unknown_rules(rule: Rule, earlier: set[str]) -> Iterator[str]:
    named = [(".opens.overdue", rule.opens.overdue), (".opens.met", rule.opens.met)]
    if rule.excuse is not None:
        named += [
            (".excuse.while_late", rule.excuse.rule),
            (".excuse.in_time_of", rule.excuse.in_time_of),
        ]
    for key, name in named:
        if name is not None and name not in earlier:
            yield f"{key}: no rule above has the id {name!r}"


def _shape(rule: Rule) -> Iterator[str]:
    """What a kind of subject needs, and what it has no use for."""
    periodic = PERIOD in rule.per or LEAD_PERIOD in rule.per
    if periodic and not rule.periods:
        yield ".period: is missing; say for which schedules it is owed"
    if rule.periods and not periodic:
        yield '.period: only a rule per = "period" or "lead_period" has periods'
    if rule.off is None:
        for term in rule.periods:
            if term.due is None:
                yield f".period[{term.schedule}].due: is missing; say it, or why the rule is off"
    if EVENT in rule.per and not rule.opens.events:
        yield ".opens.events: is missing; say which event opens it"
    if OBLIGATION in rule.per and not (rule.opens.overdue or rule.opens.met):
        yield ".opens: is missing; name the rule whose obligation opens it (overdue or met)"
    if rule.target is not None and rule.due is None:
        yield ".due: is missing beside target"
    if not (rule.fulfilled or rule.accumulates or rule.complete or rule.counts_tasks):
        yield ".fulfilled: is missing; say what fulfils it"


def _same_claim(one: Rule, other: Rule) -> bool:
    """Whether both would open for the same obligor, by the same event, until the same event."""
    if one.off or other.off or one.owes != other.owes or not set(one.per) & set(other.per):
        return False
    if _ways(one) != _ways(other) or one.complete != other.complete:
        return False
    if one.periods or other.periods:
        schedules = {term.schedule for term in one.periods}
        if not schedules & {term.schedule for term in other.periods}:
            return False
    elif not _same_opening(one, other):
        return False
    if one.kinds and other.kinds and not set(one.kinds) & set(other.kinds):
        return False
    return _compatible((*one.when, *other.when), (*one.unless, *other.unless))


def _ways(rule: Rule) -> frozenset[object]:
    return frozenset((*rule.fulfilled, *rule.accumulates, rule.counts_tasks))


def _same_opening(one: Rule, other: Rule) -> bool:
    if one.opens.where != other.opens.where:
        return False
    if one.opens.events & other.opens.events:
        return True
    derived = (one.opens.after_deadline, one.opens.overdue, one.opens.met)
    return any(derived) and derived == (
        other.opens.after_deadline,
        other.opens.overdue,
        other.opens.met,
    )


def _compatible(when: tuple[str, ...], unless: tuple[str, ...]) -> bool:
    """Whether the conditions can hold together: none is both wanted and excluded."""
    return not set(when) & set(unless)
