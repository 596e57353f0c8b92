"""Whether a rule that opens `where` a field has a value says what becomes of events without it.

A field that an event need not have is left out by somebody, sooner or later. Nothing would then be
owed, and nobody would see it; so the file has to say that this is meant, or what is owed instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..event_facts import may_lack
from ..rule import Rule


def absence_problems(rules: Sequence[Rule]) -> Iterator[tuple[Rule, str]]:
    """Each of *rules* that leaves it open, or settles what nothing asks, with ".key: problem"."""
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        lacking = tuple(_lacking(rule, by_id))
        if rule.opens.absent is not None and not lacking:
            yield rule, ".opens.absent: no field under where can be left out of what opens it"
        if rule.off is not None or rule.opens.absent is not None:
            continue
        for event, field in lacking:
            if not any(_covers(other, rule, event, field, by_id) for other in rules):
                yield rule, f".opens.where: {_unsettled(rule, event, field)}"


def _unsettled(rule: Rule, event: str, field: str) -> str:
    if rule.opens.met:
        return (
            f"{event} may come without {field}, and nothing would be owed; "
            f'say absent = "none" where that is meant'
        )
    return (
        f"{event} may come without {field}, and nothing would be owed; "
        f'add a rule below with leaves_to = "{rule.id}", or say absent = "none" where that is meant'
    )


def _lacking(rule: Rule, by_id: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """Each event that opens *rule* only by the value of a field that it may lack, and the field."""
    for event in sorted(_openers(rule, by_id)):
        for field, _ in rule.opens.where:
            if may_lack(event, field):
                yield event, field


def _openers(rule: Rule, by_id: Mapping[str, Rule]) -> Collection[str]:
    """The types of the events whose fields *rule* asks for before it opens."""
    met = (by_id[each].fulfilling for each in rule.opens.met if each in by_id)
    return rule.opens.events.union(*met)


def _covers(other: Rule, rule: Rule, event: str, field: str, by_id: Mapping[str, Rule]) -> bool:
    """Whether *event* without *field* opens *other*, to which *rule* leaves it."""
    if other.off is not None or event not in other.opens.events or field in dict(other.opens.where):
        return False
    left = other.opens.leaves_to
    while left is not None and left != rule.id:
        left = by_id[left].opens.leaves_to
    return left == rule.id
