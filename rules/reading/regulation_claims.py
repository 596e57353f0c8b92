"""Whether two rules of a regulation claim the same thing at the same time.

Ambiguity is an error when the file is loaded (`regulation_checks`); it must never be settled by
taking the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from ..regulation import PeriodKind
from ..rule import CHARGED, Rule


def same_claim(one: Rule, other: Rule, schedules: Mapping[str, PeriodKind]) -> bool:
    """Whether both would open for the same obligor, by the same event, until the same event."""
    if one.off or other.off or not _same_obligor(one, other):
        return False
    if one.opens.leaves_to == other.id or other.opens.leaves_to == one.id:
        return False
    if not _ways(one) & _ways(other) and not (one.complete and one.complete == other.complete):
        return False
    if one.periods or other.periods:
        pairs = product(one.periods, other.periods)
        if not any(same_names(schedules[a.schedule], schedules[b.schedule]) for a, b in pairs):
            return False
    elif not _same_opening(one, other):
        return False
    return compatible((*one.when, *other.when), (*one.unless, *other.unless))


def _same_obligor(one: Rule, other: Rule) -> bool:
    """Whether one body could owe both for the same thing."""
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


def same_names(one: PeriodKind, other: PeriodKind) -> bool:
    """Whether a report could name a period of both."""
    if one.every != other.every:
        return False
    return not (one.only and other.only) or bool(set(one.only) & set(other.only))


def _same_opening(one: Rule, other: Rule) -> bool:
    if one.opens.events & other.opens.events:
        wanted = dict(one.opens.where)
        return all(
            set(values) & set(wanted.get(name, values)) for name, values in other.opens.where
        )
    if set(one.opens.met) & set(other.opens.met):
        return not (one.opens.of and other.opens.of) or bool(
            set(one.opens.of) & set(other.opens.of)
        )
    derived = (one.opens.after_deadline, one.opens.overdue)
    return any(derived) and derived == (other.opens.after_deadline, other.opens.overdue)


def compatible(when: tuple[str, ...], unless: tuple[str, ...]) -> bool:
    """Whether the conditions can hold together: none is both wanted and excluded."""
    return not set(when) & set(unless)
