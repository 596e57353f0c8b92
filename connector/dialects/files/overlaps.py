"""Rules that contradict each other: of one type, for the same items, in one message, which would
tell one event twice; and a silence that takes away what a rule is for."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from ....rules.file_faults import Faults
from ....rules.places import Place
from ..mapped import SilentRule
from ..telling import ANYTHING, Changed, EventRule, RuleCondition

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


def note_silenced(
    silences: list[tuple[Place, SilentRule]], rules: list[tuple[Place, EventRule]], faults: Faults
) -> None:
    """Note each silence that takes from a rule messages that both name by the same words.

    A silence comes first. One that asks of a place of which the rule does not ask is a filter.
    """
    for place, silence in silences:
        for named, rule in rules:
            words = _taken(silence, named, rule)
            if words:
                faults.add(
                    place,
                    f"takes {words} away from {named.key}, since it comes first; name the words in"
                    " one of both",
                )


def _taken(silence: SilentRule, place: Place, rule: EventRule) -> str:
    """The conditions by which *silence* takes messages from the *rule* at *place*; empty where it
    does not."""
    written = place.table().get("when")
    mine = {
        path: words
        for path, words in _wanted(rule.when).items()
        if isinstance(written, Mapping) and path in written
    }
    theirs = _wanted(silence.when)
    if not theirs or not theirs.keys() <= mine.keys() or _excluded(theirs, rule):
        return ""
    both = {path: _shared(mine[path], words) for path, words in theirs.items()}
    if not all(both.values()):
        return ""
    return " and ".join(f"{path} = {', '.join(sorted(words))}" for path, words in both.items())


def _shared(mine: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    named = mine - {ANYTHING, _NOTHING}
    return (mine & theirs) | (named if ANYTHING in theirs else frozenset())


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
