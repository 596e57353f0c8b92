"""Rules that would tell one event twice: of one type, for the same items, in one message."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from ....rules.places import Place
from ..telling import ANYTHING, Changed, EventRule, RuleCondition
from .faults import Faults

_NOTHING = ""


def note_overlaps(rules: list[tuple[Place, EventRule]], faults: Faults) -> None:
    """Note each rule that may hold for the same message as an earlier one of its type.

    Rules of several types may hold at once, and all of them tell their events; two of one type
    would make of one happening two events, or one with two contents.
    """
    for (first, one), (place, other) in combinations(rules, 2):
        if one.type != other.type or one.each != other.each or _apart(one, other):
            continue
        faults.add(
            place,
            f"can hold for the same message as {first.key}, of the same type; let when or unless "
            "tell them apart",
        )


def _apart(one: EventRule, other: EventRule) -> bool:
    mine, theirs = _wanted(one.when), _wanted(other.when)
    if any(_disjoint(mine[path], theirs[path]) for path in mine.keys() & theirs.keys()):
        return True
    return _excluded(mine, other) or _excluded(theirs, one)


def _wanted(conditions: tuple[RuleCondition | Changed, ...]) -> Mapping[str, frozenset[str]]:
    return {each.path.written: each.words for each in conditions if isinstance(each, RuleCondition)}


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    if one & other:
        return False
    # Anything is every word but nothing.
    return not any(
        ANYTHING in mine and theirs - {_NOTHING} for mine, theirs in ((one, other), (other, one))
    )


def _excluded(wanted: Mapping[str, frozenset[str]], other: EventRule) -> bool:
    """Whether what one rule wants is what the *other* will not have."""
    return any(
        each.path.written in wanted and _covers(each.words, wanted[each.path.written])
        for each in other.unless
    )


def _covers(unless: frozenset[str], when: frozenset[str]) -> bool:
    if ANYTHING in unless:
        return _NOTHING not in when or _NOTHING in unless
    return when <= unless
