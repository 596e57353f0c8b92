"""What differs between two regulations, key by key as their files name them.

For `dondoc regulation diff`. A difference is found by walking the values themselves, so that a key
added to the file's format later is compared as well; what follows from it is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from ..regulation import Regulation, Transition
from ..rule import PeriodTerm, Prose, Reading, TermException
from .regulation_phrases import phrase

_LANGUAGE = "en"
"""Of what a regulation's file says in several languages, the one that names a place in it."""
_RULE, _SCHEDULE = "rule[", "schedule["


_SINGULAR = {
    "exceptions": "exception",
    "periods": "period",
    "readings": "reading",
    "transitions": "transition",
}
"""Lists of tables, named in the file by the singular."""

_NAMES = ("name", "schedule", "cite")
"""Keys of those tables that already stand in the place."""


class RegulationDifference(NamedTuple):
    """What differs in one place. ``change``: added, removed or changed. ``place``: "regulation",
    "assigning", "schedule[month]", "rule[review]". ``key`` as in the file; empty where all of
    the place was added or removed."""

    change: str
    place: str
    key: str
    old: str
    new: str


def regulation_difference(old: Regulation, new: Regulation) -> tuple[RegulationDifference, ...]:
    """What *new* changes in *old*: the regulation's own keys, then what assigns tasks, its
    schedules and its rules, each in the order of *old*, additions last."""
    before, after = _places(old), _places(new)
    found: list[RegulationDifference] = []
    for place in dict.fromkeys((*before, *after)):
        if place not in after:
            found.append(RegulationDifference("removed", place, "", _name(old, place), ""))
        elif place not in before:
            found.append(RegulationDifference("added", place, "", "", _name(new, place)))
        else:
            found += _changes(place, before[place], after[place])
    return tuple(found)


def _changes(
    place: str, before: Mapping[str, str], after: Mapping[str, str]
) -> list[RegulationDifference]:
    return [
        RegulationDifference(
            _change(key, before, after), place, key, before.get(key, ""), after.get(key, "")
        )
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]


def _change(key: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if key not in before:
        return "added"
    return "changed" if key in after else "removed"


def _places(regulation: Regulation) -> dict[str, dict[str, str]]:
    """Every place of *regulation* with its keys and their values in words."""
    own = ("id", "title", "in_force_from", "in_force_to", "transitions", "readings")
    places = {
        "regulation": dict(_keys({name: getattr(regulation, name) for name in own})),
        "assigning": dict(_assigning(regulation)),
        "completion": dict(_keys({"undone_by": regulation.undoing})),
    }
    for schedule in regulation.schedules.values():
        places[f"{_SCHEDULE}{schedule.id}]"] = dict(_keys(_values(schedule)))
    for rule in regulation.rules:
        places[f"{_RULE}{rule.id}]"] = dict(_keys(_values(rule)))
    return places


def _assigning(regulation: Regulation) -> Iterator[tuple[str, str]]:
    if regulation.assigning is None:
        return
    yield "received", phrase(regulation.assigning.received)
    by_authority: dict[str, list[str]] = {}
    for authority, doc_type in sorted(regulation.assigning.documents):
        by_authority.setdefault(authority, []).append(doc_type)
    for authority, types in by_authority.items():
        yield f"documents[{authority}]", ", ".join(types)


def _name(regulation: Regulation, place: str) -> str:
    """What a whole place is called: a rule by its citation and title."""
    rule = regulation.rule(place[len(_RULE) : -1]) if place.startswith(_RULE) else None
    return f"{rule.cite} {rule.title}" if rule else place


def _values(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in fields(value) if each.init}


def _keys(values: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    """Each key under *inside* with its value in words; what is not there has no key."""
    for name, value in values.items():
        if name in _SINGULAR:
            for each in value:
                place = f"{inside}{_SINGULAR[name]}[{_called(each)}]."
                told = {key: said for key, said in _values(each).items() if key not in _NAMES}
                yield from _keys(told, place)
        elif name == "texts":
            yield from ((f"{name}.{key}", text) for key, text in value)
        elif isinstance(value, Prose):
            for language, text in value.texts:
                yield f"{inside}{name}.{language}" if language else f"{inside}{name}", text
        elif said := phrase(value):
            yield f"{inside}{name}", said


def _called(value: TermException | PeriodTerm | Reading | Transition) -> str:
    if isinstance(value, TermException):
        return value.name
    if isinstance(value, Transition):
        return f"{value.cite}: {phrase(value.rules) or 'all'}"
    return value.schedule if isinstance(value, PeriodTerm) else value.wording.said(_LANGUAGE)
