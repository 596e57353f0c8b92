"""What differs between two regulations, key by key as their files name them.

For `dondoc regulation diff`. A difference is found by walking the values themselves, so that a key
added to the file's format later is compared as well; what follows from it is not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

from ..default_deadline import DefaultDeadline
from ..lights import Light
from ..prose import Prose, Reading
from ..regulation import ExtensionLimit, Regulation, Transition
from ..rule import PeriodTerm, TermException
from .regulation_phrases import pauses, phrase, shines

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

_ELSEWHERE = (
    *("assigning", "completion", "schedules", "rules", "undone_by", "digest", "conditions"),
    *("reports", "extension", "lights"),
)
"""What of a regulation has places of its own, or is none of its keys."""
_BY_ITS_ID = ("cited_as", "cited_short")
"""What of a regulation is its id where its file does not say it."""
_WHOLE, _REPORTS, _EXTENSION = "regulation", "reports", "extension"
_LIGHT = "light["
_MOST_OF_IT = 0.7
"""How much of what a rule says is said by one of another id that is taken for it."""

_NAMES = ("name", "schedule", "cite")
"""Keys of those tables that already stand in the place."""


class RegulationDifference(NamedTuple):
    """What differs in one place. ``change``: added, removed, renamed or changed. ``place``:
    "regulation", "assigning", "schedule[month]", "condition[urgent]", "light[amber]",
    "rule[review]". ``key`` as in the file; empty where all of the place was added or removed."""

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
    names = {_id(was): _id(is_) for was, is_ in _renamed(before, after).items()}
    if names:
        before = {
            _place(names, place): said if place == _REPORTS else _called_now(names, said)
            for place, said in before.items()
        }
        found += [
            RegulationDifference("renamed", f"{_RULE}{was}]", "id", was, is_)
            for was, is_ in names.items()
        ]
    for place in dict.fromkeys((*before, *after)):
        if place not in after:
            found.append(RegulationDifference("removed", place, "", _name(old, place), ""))
        elif place not in before:
            found.append(RegulationDifference("added", place, "", "", _name(new, place)))
        else:
            found += _changes(place, before[place], after[place])
    found += _order(old, new, names)
    if not found and old.digest != new.digest:
        # What is said in another way is the same law, but not the same file.
        found.append(
            RegulationDifference("changed", _WHOLE, "digest", old.digest[:8], new.digest[:8])
        )
    return tuple(found)


def _id(place: str) -> str:
    return place[len(_RULE) : -1]


def _place(names: Mapping[str, str], place: str) -> str:
    now = names.get(_id(place)) if place.startswith(_RULE) else None
    return f"{_RULE}{now}]" if now else place


def _called_now(names: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """What a place said, with the *names* that rules have now."""
    old = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, names))})(?![\w.])")
    return {key: old.sub(lambda found: names[found[1]], text) for key, text in said.items()}


def _renamed(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """The rules that are there under another id, each with the place that it has now: such as say
    most of the same."""
    gone = [place for place in before if place.startswith(_RULE) and place not in after]
    come = [place for place in after if place.startswith(_RULE) and place not in before]
    found: dict[str, str] = {}
    for was in gone:
        alike = [(_alike(before[was], after[place]), place) for place in come]
        likeness, place = max(alike, default=(0.0, ""))
        if likeness >= _MOST_OF_IT:
            found[was] = place
            come.remove(place)
    return found


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """How much of what two rules say is the same, but for their ids: from 0 to 1."""
    keys = {*one, *other} - {"id"}
    return sum(one.get(key) == other.get(key) for key in keys) / max(len(keys), 1)


def _order(
    old: Regulation, new: Regulation, names: Mapping[str, str]
) -> Iterator[RegulationDifference]:
    """The rules that both have, where they stand in another order; *names*: what those that were
    renamed are called now."""
    before = [names.get(rule.id, rule.id) for rule in old.rules]
    after = [rule.id for rule in new.rules]
    kept = [each for each in before if each in after]
    now = [each for each in after if each in before]
    if kept != now:
        yield RegulationDifference("changed", _WHOLE, "rule", ", ".join(kept), ", ".join(now))


def _changes(
    place: str, before: Mapping[str, str], after: Mapping[str, str]
) -> list[RegulationDifference]:
    return [
        RegulationDifference(
            _change(key, before, after), place, key, before.get(key, ""), after.get(key, "")
        )
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key) and not _is_due(key, before, after)
    ]


def _is_due(key: str, *sides: Mapping[str, str]) -> bool:
    """Whether *key* is that of a target which is the due date on all *sides*, as it is where a file
    says no other: the due date is told."""
    if key.rpartition(".")[2] != "target":
        return False
    due = f"{key.removesuffix('target')}due"
    return all(each.get(key) == each.get(due) for each in sides)


def _change(key: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if key not in before:
        return "added"
    return "changed" if key in after else "removed"


def _places(regulation: Regulation) -> dict[str, dict[str, str]]:
    """Every place of *regulation* with its keys and their values in words."""
    own = {name: each for name, each in _values(regulation).items() if name not in _ELSEWHERE}
    own |= {name: None for name in _BY_ITS_ID if own[name] == regulation.id}
    places = {
        _WHOLE: dict(_keys(own)),
        "assigning": dict(_assigning(regulation)),
        "completion": dict(_keys({"undone_by": regulation.undoing})),
        _REPORTS: dict(_reports(regulation)),
    }
    if regulation.extension is not None:
        places[_EXTENSION] = dict(_extension(regulation.extension))
    places |= {place: dict(_light(each)) for place, each in _lights(regulation).items()}
    for schedule in regulation.schedules.values():
        places[f"{_SCHEDULE}{schedule.id}]"] = dict(_keys(_values(schedule)))
    for condition in regulation.conditions.values():
        where = {f"where.{name}": wanted for name, wanted in condition.where}
        told = {**_values(condition), "where": None, **where}
        places[f"condition[{condition.id}]"] = dict(_keys(told))
    for rule in regulation.rules:
        # Which conditions of the file it names, when, unless and its exceptions say.
        told = {**_values(rule), "conditions": None, "pauses": None, "pause": pauses(rule)}
        places[f"{_RULE}{rule.id}]"] = dict(_keys(told))
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


def _extension(limit: ExtensionLimit) -> Iterator[tuple[str, str]]:
    """The limits of extensions, each by the key of the file."""
    told = {key: value for key, value in _values(limit).items() if key != "binds_beyond"}
    yield from _keys(told)
    yield "beyond", "binds" if limit.binds_beyond else "limit"


def _lights(regulation: Regulation) -> dict[str, Light]:
    """The lights by their colours, which tell them apart for people; a further one of a colour with
    its number among those."""
    found: dict[str, Light] = {}
    counted = Counter[str]()
    for each in regulation.lights:
        counted[each.colour] += 1
        number = counted[each.colour]
        found[f"{_LIGHT}{each.colour}{f' {number}' if number > 1 else ''}]"] = each
    return found


def _light(light: Light) -> Iterator[tuple[str, str]]:
    """The keys of a light, as the file has them."""
    key = light.measure or "closed"
    yield from _keys({"name": light.name, key: shines(light), "cite": light.cite})


def _reports(regulation: Regulation) -> Iterator[tuple[str, str]]:
    """The names of reports, each with what officials call it."""
    for each in regulation.reports:
        texts = each.title.texts if each.title else (("", each.name),)
        for language, text in texts:
            yield f"{each.name}.{language}" if language else each.name, text


def _name(regulation: Regulation, place: str) -> str:
    """What a whole place is called: a rule by its citation and title."""
    rule = regulation.rule(place[len(_RULE) : -1]) if place.startswith(_RULE) else None
    if rule is not None:
        return f"{rule.cite} {rule.title}"
    if place == _EXTENSION:
        return phrase(regulation.extension)
    light = _lights(regulation).get(place)
    return phrase(light) if light else place


def _values(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in fields(value) if each.init}


def _keys(values: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    """Each key under *inside* with its value in words; what is not there has no key."""
    for name, value in values.items():
        if name == "default_deadlines":
            for each in value:
                yield f"default_deadline[{_called(each)}]", phrase(replace(each, cite="", where=()))
        elif name in _SINGULAR:
            for each in value:
                place = f"{inside}{_SINGULAR[name]}[{_called(each)}]."
                told = {key: said for key, said in _values(each).items() if key not in _NAMES}
                yield from _keys(told, place)
        elif isinstance(value, Mapping):
            yield from ((f"{inside}{name}.{key}", phrase(each)) for key, each in value.items())
        elif name == "texts":
            yield from ((f"{name}.{key}", text) for key, text in value)
        elif isinstance(value, Prose):
            for language, text in value.texts:
                yield f"{inside}{name}.{language}" if language else f"{inside}{name}", text
        elif said := phrase(value):
            yield f"{inside}{name}", said


def _called(value: TermException | PeriodTerm | Reading | Transition | DefaultDeadline) -> str:
    if isinstance(value, DefaultDeadline):
        where = f": {phrase(value.where)}" if value.where else ""
        return f"{value.cite}{where}"
    if isinstance(value, TermException):
        return value.name
    if isinstance(value, Transition):
        return f"{value.cite}: {phrase(value.rules) or 'all'}"
    return value.schedule if isinstance(value, PeriodTerm) else value.wording.said(_LANGUAGE)
