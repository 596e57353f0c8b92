"""Whether two rules claim the same thing at the same time, of one regulation or of two in force at
once.

Ambiguity is an error when the file is loaded (`regulation_checks`, `side_by_side`); it must never
be settled by taking the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TypeAlias

from ..regulation import PeriodKind
from ..rule import CHARGED, Rule, Where

Kinds: TypeAlias = Mapping[str, PeriodKind]
"""The kinds of periods of a regulation, by name."""


def same_claim(one: Rule, other: Rule, kinds: Kinds) -> bool:
    """Whether both, of a regulation with these *kinds* of periods, would open for the same obligor,
    by the same event, until the same event."""
    same_ways = bool(_ways(one) & _ways(other))
    return _claim_alike(one, other, kinds, kinds, same_ways=same_ways)


def claimed_by_both(one: Rule, other: Rule, kinds: Kinds, others: Kinds) -> bool:
    """The same of rules of two regulations, with *kinds* and *others* of periods. One event that
    would fulfil both is enough here: in one regulation two rules were written beside each other,
    and the second may ask for more; of two nobody knows whether they meant to."""
    return _claim_alike(one, other, kinds, others, same_ways=_share_a_way(one, other))


def _claim_alike(one: Rule, other: Rule, kinds: Kinds, others: Kinds, *, same_ways: bool) -> bool:
    if one.off or other.off or not _same_obligor(one, other):
        return False
    if one.opens.leaves_to == other.id or other.opens.leaves_to == one.id:
        return False
    if not same_ways and not (one.complete and one.complete == other.complete):
        return False
    if one.periods or other.periods:
        pairs = product(one.periods, other.periods)
        if not any(same_names(kinds[a.schedule], others[b.schedule]) for a, b in pairs):
            return False
    elif not _same_opening(one, other):
        return False
    return compatible((*one.when, *other.when), (*one.unless, *other.unless))


def _same_obligor(one: Rule, other: Rule) -> bool:
    """Whether one body could owe both for the same thing."""
    if one.is_before_deadline != other.is_before_deadline:
        return False  # what is asked before a deadline is not what the deadline is for
    owes = {one.owes, other.owes}
    if len(owes) > 1 and not (CHARGED in owes and owes < {CHARGED, "lead", "coordinating"}):
        return False
    return bool(set(one.per) & set(other.per)) and not any(
        mine and yours and not set(mine) & set(yours)
        for mine, yours in ((one.bodies, other.bodies), (one.kinds, other.kinds))
    )


def _ways(rule: Rule) -> set[object]:
    """What fulfils *rule*, but for the date on which it does."""
    ways: set[object] = {(way.event, way.by, way.where) for way in rule.fulfilled}
    ways.update(rule.accumulates)
    if rule.counts_tasks:
        ways.add("counts_tasks")
    return ways


def _share_a_way(one: Rule, other: Rule) -> bool:
    """Whether one event could fulfil both."""
    if _ways(one) & _ways(other):
        return True
    return any(
        a.event == b.event and (a.by == b.by or None in (a.by, b.by)) and _agree(a.where, b.where)
        for a, b in product(one.fulfilled, other.fulfilled)
    )


def _agree(one: Where, other: Where) -> bool:
    """Whether data can have what both ask for."""
    wanted = dict(other)
    return all(set(values) & set(wanted.get(name, values)) for name, values in one)


def same_names(one: PeriodKind, other: PeriodKind) -> bool:
    """Whether a report could name a period of both."""
    if one.every != other.every:
        return False
    return not (one.only and other.only) or bool(set(one.only) & set(other.only))


def _same_opening(one: Rule, other: Rule) -> bool:
    if one.opens.events & other.opens.events:
        return _agree(one.opens.where, other.opens.where)
    if set(one.opens.met) & set(other.opens.met):
        return not (one.opens.of and other.opens.of) or bool(
            set(one.opens.of) & set(other.opens.of)
        )
    derived = (one.opens.after_deadline, one.opens.overdue)
    return any(derived) and derived == (other.opens.after_deadline, other.opens.overdue)


def compatible(when: tuple[str, ...], unless: tuple[str, ...]) -> bool:
    """Whether the conditions can hold together: none is both wanted and excluded."""
    return not set(when) & set(unless)
