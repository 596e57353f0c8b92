"""Which rules can be judged of one task by itself, and which by one kind of event: what follows
from the regulations alone, before any history is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..event_facts import CORRECTED_BY
from ..event_types import EVENT_TYPES
from ..in_force import Regulations, named_by
from ..named_events import named_events
from ..rule import ADDED_TASK, DOCUMENT, EVENT, LEAD, Rule

_OF_DOCUMENTS = ("document.", "task.")


class Locality:
    """What *regulations* let be judged by itself. ``is_given``: whether a task can be at all;
    ``everywhere``: the rules that are asked of every task each time, since together they say what
    information the document lacks."""

    def __init__(self, regulations: Regulations) -> None:
        types = {each for each in EVENT_TYPES if each.startswith(_OF_DOCUMENTS)}
        concerned = list(regulations.concerned(types))
        rules = [rule for _, rule, _ in concerned]
        self._naming: dict[str, set[str]] = {}
        self._told: dict[str, set[str]] = {}
        for rule in rules:
            self._naming.setdefault(rule.id, set()).update(_names(rule, regulations))
            self._told.setdefault(rule.id, set()).update(_told(rule))
        # How a task stands with its lead says when it was back with the Office, which is looked
        # over by other rules.
        self._standing = self._closed(
            id_ for rule in rules if LEAD in rule.per for id_ in _looked_over(rule, regulations)
        )
        self._found: dict[frozenset[str], frozenset[str]] = {}
        self.everywhere = frozenset(rule.id for rule in rules if ADDED_TASK in rule.per)
        of_tasks = {rule.id for _, rule, kind in concerned if kind != DOCUMENT}
        self.is_given = not any(
            rule.pauses
            or (rule.id in self.everywhere and kind not in (DOCUMENT, ADDED_TASK))
            or (_is_of_document(rule, kind) and self._naming[rule.id] & of_tasks)
            for _, rule, kind in concerned
        )

    def rules_told(self, types: frozenset[str]) -> frozenset[str]:
        """The rules that have to be asked again of a task about which events of these *types* came,
        none of which changes who has it, by when, or whether it is done."""
        found = self._found.get(types)
        if found is None:
            changed = {id_ for id_, told in self._told.items() if not told.isdisjoint(types)}
            while more := {
                id_
                for id_, named in self._naming.items()
                if id_ not in changed and not named.isdisjoint(changed)
            }:
                changed |= more
            found = self._found[types] = self._closed(changed) | self._standing
        return found

    def _closed(self, ids: Iterable[str]) -> frozenset[str]:
        """The rules of *ids* with all that they cannot be judged without."""
        found: set[str] = set()
        waiting = list(ids)
        while waiting:
            id_ = waiting.pop()
            if id_ not in found:
                found.add(id_)
                waiting += self._naming.get(id_, ())
        return frozenset(found)


def _is_of_document(rule: Rule, kind: str) -> bool:
    """Whether *rule* is owed by the document itself as *kind*, or by an event of its own."""
    if kind == EVENT:
        return any(event.startswith("document.") for event in rule.opens.events)
    return kind == DOCUMENT


def _names(rule: Rule, regulations: Regulations) -> Iterator[str]:
    """The rules that *rule* cannot be judged without."""
    yield from named_by(rule)
    yield from _looked_over(rule, regulations)


def _looked_over(rule: Rule, regulations: Regulations) -> tuple[str, ...]:
    return regulations.looking_over(rule)


def _told(rule: Rule) -> Iterator[str]:
    """The types of the events that *rule* reads by itself."""
    yield from (event for _, event in named_events(rule))
    for condition in rule.conditions:
        yield from condition.events
        yield from (CORRECTED_BY[each] for each in condition.events if each in CORRECTED_BY)
