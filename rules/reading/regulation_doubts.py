"""What a regulation says that can hardly be meant: rules that never open, schedules that no rule
uses, words compared with free text, terms that were forgotten.

The file has been read and accepted before (`regulation`): nothing here contradicts itself, and
whoever wrote it may know why. Each doubt says where it is, and has words with what to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..directory import KINDS
from ..event_facts import is_free_text
from ..event_types import EVENT_TYPES, SECRECY_CHANGED, fields_of
from ..regulation import Regulation
from ..rule import Rule
from ..streams import DOCUMENTS
from .regulation_shape import stream_of
from .regulation_uses import OF_TASK

_INSPECTION, _TEAM, _HAS = "inspection", "team", "has_deadline"
_NAMES_OF_FIELDS = frozenset(name for type_ in EVENT_TYPES for name in fields_of(type_))
"""What a discrepancy names as wrong: of the words that people write, those that are agreed."""


@dataclass(frozen=True, slots=True)
class RegulationDoubt:
    """What is odd at ``place`` ("rule[review].opens"); ``what`` names it ("free_text"), with the
    ``values`` of its words."""

    place: str
    what: str
    values: Mapping[str, object] = field(default_factory=dict)


def doubts(regulation: Regulation) -> list[RegulationDoubt]:
    """What is odd in *regulation*, rule by rule, then its schedules. A rule that is off is not
    looked at, but what it uses is used."""
    rules = {rule.id: rule for rule in regulation.rules}
    closed: dict[str, RegulationDoubt] = {}
    found: list[RegulationDoubt] = []
    for rule in regulation.rules:
        if rule.off is not None:
            continue
        never = next(_never_opens(rule, rules, closed), None)
        if never is not None:
            closed[rule.id] = never
            found.append(never)
        found += _of_words(rule, rules)
        found += _without_due(rule, regulation.rules)
    found += _of_conditions(regulation)
    used = {term.schedule for rule in regulation.rules for term in rule.periods}
    found += (
        RegulationDoubt(f"schedule.{name}", "schedule_unused", {"schedule": name})
        for name in regulation.schedules
        if name not in used
    )
    return found


def _never_opens(
    rule: Rule, rules: Mapping[str, Rule], closed: Collection[str]
) -> Iterator[RegulationDoubt]:
    """Why *rule* can never open, each reason; *closed*: the rules above it that cannot."""
    at, opens = f"rule[{rule.id}]", rule.opens
    if set(rule.never) >= KINDS or (rule.kinds and set(rule.kinds) <= set(rule.never)):
        yield RegulationDoubt(f"{at}.never", "owed_by_nobody")
    impossible = [name for name in rule.when if not _can_hold(name, stream_of(rule, rules))]
    if impossible:
        yield RegulationDoubt(f"{at}.when", "never_holds", {"condition": impossible[0]})
    if opens.after_deadline and _HAS in rule.unless:
        yield RegulationDoubt(f"{at}.unless", "no_deadline_to_pass")
    other = rules.get(opens.leaves_to or "")
    if other is not None and _takes_all(other, rule):
        yield RegulationDoubt(f"{at}.opens.leaves_to", "all_left", {"other": other.id})
    source = rules.get(opens.overdue or "")
    if source is not None and not _has_due(source):
        yield RegulationDoubt(f"{at}.opens.overdue", "never_overdue", {"other": source.id})
    elif source is not None and source.silence and not source.objected_by:
        yield RegulationDoubt(f"{at}.opens.overdue", "silence_in_time", {"other": source.id})
    if opens.sources and all(rules[each].off or each in closed for each in opens.sources):
        named = ", ".join(opens.sources)
        yield RegulationDoubt(f"{at}.opens", "opened_by_none", {"others": named})


def _of_conditions(regulation: Regulation) -> Iterator[RegulationDoubt]:
    """Conditions of the file's own that no rule names, or that compare what people write."""
    named = {each.id for rule in regulation.rules for each in rule.conditions}
    for condition in regulation.conditions.values():
        place = f"condition[{condition.id}]"
        if condition.id not in named:
            yield RegulationDoubt(place, "condition_unused", {"condition": condition.id})
        for event in sorted(condition.events):
            yield from _free_text(f"{place}.where", event, condition.where)


def _can_hold(condition: str, stream: str | None) -> bool:
    if condition == _TEAM:
        return stream in (None, _INSPECTION)
    return condition == _HAS or condition not in OF_TASK or stream in (None, DOCUMENTS)


def _takes_all(other: Rule, rule: Rule) -> bool:
    """Whether *other* is owed for every event that opens *rule*."""
    limits = (other.when, other.unless, other.kinds, other.never, other.bodies, other.off)
    if any(limits) or other.owes != "office" or not rule.opens.events <= other.opens.events:
        return False
    asked = dict(rule.opens.where)
    return all(
        name in asked and set(asked[name]) <= set(values) for name, values in other.opens.where
    )


def _has_due(rule: Rule) -> bool:
    terms = [rule.due, *(each.due for each in rule.exceptions)]
    terms += [each.due for each in rule.periods]
    return any(term is not None for term in terms)


def _of_words(rule: Rule, rules: Mapping[str, Rule]) -> Iterator[RegulationDoubt]:
    """Where *rule* waits for words that people write as they like, or for what is not kept."""
    at, opens = f"rule[{rule.id}]", rule.opens
    if SECRECY_CHANGED in opens.events:
        yield RegulationDoubt(f"{at}.opens.events", "opened_by_secrecy", {"event": SECRECY_CHANGED})
    openers = opens.events.union(*(rules[each].fulfilling for each in opens.met))
    asked = [(f"{at}.opens.where", event, opens.where) for event in sorted(openers)]
    for way in rule.fulfilled:
        asked.append((f"{at}.fulfilled.where", way.event, way.where))
        asked += [
            (f"{at}.fulfilled.opened_where", event, way.opened_where)
            for event in sorted(opens.events)
        ]
    for each in rule.accumulates:
        needs = ((each.field, each.needs),) if each.needs else ()
        asked.append((f"{at}.accumulates", each.event, (*each.where, *needs)))
    for place, event, where in asked:
        yield from _free_text(place, event, where)


def _free_text(
    place: str, event: str, where: tuple[tuple[str, tuple[Any, ...]], ...]
) -> Iterator[RegulationDoubt]:
    for name, values in where:
        if is_free_text(event, name) and not _NAMES_OF_FIELDS.issuperset(values):
            yield RegulationDoubt(place, "free_text", {"event": event, "field": name})


def _without_due(rule: Rule, rules: Collection[Rule]) -> Iterator[RegulationDoubt]:
    """What of *rule* only matters with a due date, where it has none; an excuse also keeps
    reminders back, so that it tells nothing."""
    if rule.due is not None or rule.periods:
        return
    keys = {
        "exception": rule.exceptions,
        "breach_met_by": rule.breach_met_by,
        "breach": not rule.breach,
        'when = "has_deadline"': _HAS in rule.when,
        "opens.after_deadline": rule.opens.after_deadline,
    }
    overdue = (each.id for each in rules if each.opens.overdue == rule.id and not each.off)
    keys |= {f"rule[{each}].opens.overdue": True for each in overdue}
    for key, there in keys.items():
        if there:
            yield RegulationDoubt(f"rule[{rule.id}].due", "no_due", {"named": key})
            return
