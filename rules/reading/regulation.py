"""Reads a regulation from parsed TOML (docs/regulation-file.md describes the file).

What stands beside the rules is read here, a rule in `rule`; whether the rules agree with each
other is asked in `regulation_checks`. Nothing is guessed: an unknown key, kind or name is refused
where it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from ..documents import kind_as_compared
from ..event_facts import AUTHORITIES
from ..periods import PERIODS_IN_A_YEAR
from ..places import LEFT_OUT, Place
from ..regulation import REPORTS_LISTED_BY_NONE, Assigning, PeriodKind, Regulation, Undoing
from ..rule import Rule
from .default_deadlines import default_deadlines
from .every_fault import read_whole
from .extension import extension_of
from .lights import lights
from .own_conditions import own_conditions
from .readings import readings
from .regulation_checks import rule_problems
from .reports import reports
from .rule import RULE_KEYS, parse_rule, undoing
from .term import day_of, in_order, unit_of
from .transition import transitions
from .values import misplaced

_KEYS = (
    *("id", "title", "cited_as", "cited_short", "issuers", "in_force_from", "in_force_to"),
    *("reading", "assigning", "completion", "extension", "schedule", "condition", "rule"),
    *("transition", "default_deadline", "light", "reports"),
)
"""What the file may have."""
_OF_A_RULE = "it is of a rule: {form} below its [[rule]]"


def parse_regulation(data: Mapping[str, Any], where: str) -> Regulation:
    """The regulation in a parsed TOML file; *where* names the file in errors.

    Raises FileRefused with whatever is unknown, missing, of the wrong type, or contradicts
    another rule.
    """
    regulation = read_whole(
        data, lambda given: _read(given, where), lambda found: rule_problems(found, where)
    )
    rules = tuple(_with_targets(rule) for rule in regulation.rules)
    return replace(regulation, rules=rules, digest=_digest(data))


def _read(data: Mapping[str, Any], where: str) -> Regulation:
    """What the file says, whether its rules agree or not. Raises FileError."""
    file = Place(where, "", data)
    misplaced(file, {key: _OF_A_RULE for key in RULE_KEYS if key not in _KEYS})
    file.only(*_KEYS)
    cited_as, cited_short = file.find("cited_as"), file.find("cited_short")
    to = file.find("in_force_to")
    start = file.at("in_force_from").date()
    if to is not None and to.date() < start:
        raise to.error(f"lies before in_force_from, {start}")
    schedules, conditions = _schedules(file), own_conditions(file)
    rules: dict[str, Rule] = {}
    for place in file.at("rule").items(named_by="id"):
        rule = parse_rule(place, rules, schedules, conditions)
        if rule.id in rules:
            raise place.at("id").error(f'another rule has the id "{rule.id}" already')
        rules[rule.id] = rule
    return Regulation(
        id=file.at("id").text(),
        title=file.at("title").text(),
        in_force_from=start,
        in_force_to=None if to is None else to.date(),
        assigning=_assigning(file.find("assigning")),
        schedules=schedules,
        rules=tuple(rules.values()),
        conditions=conditions,
        readings=readings(file),
        cited_as=(cited_as or file.at("id")).text(),
        cited_short=(cited_short or file.at("id")).text(),
        undone_by=_undone_by(file.find("completion")),
        extension=extension_of(file.find("extension")),
        issuers=_issuers(file.find("issuers")),
        transitions=transitions(file, start),
        default_deadlines=default_deadlines(file),
        lights=lights(file),
        reports=reports(file),
    )


def _with_targets(rule: Rule) -> Rule:
    """*rule* with the due date for a target wherever the file says no other."""
    return replace(
        rule,
        target=rule.target or rule.due,
        exceptions=tuple(replace(each, target=each.target or each.due) for each in rule.exceptions),
        periods=tuple(replace(each, target=each.target or each.due) for each in rule.periods),
    )


def _digest(data: Mapping[str, Any]) -> str:
    """A digest of what obligations depend on: readings, texts and names are words, and change
    none; nor does it matter by which article a completion is taken back, or put off."""
    rules = [
        # Readings are emptied and texts taken out: digests of files that had none are stored.
        {key: each for key, each in {**rule, "reading": None}.items() if key != "texts"}
        for rule in data["rule"]
    ]
    judged = {**data, "reading": None, "cited_as": None, "issuers": None, "rule": rules}
    # Taken out and not emptied: digests of files that never had it are stored.
    judged.pop("cited_short", None)
    judged.pop("light", None)
    named = judged.pop("reports", None)
    if named is not None and set(named) != set(REPORTS_LISTED_BY_NONE):
        judged["reports"] = sorted(named)
    undone = data.get("completion", {}).get("undone_by")
    if undone:
        uncited = [{key: each[key] for key in each if key != "cite"} for each in undone]
        judged["completion"] = {"undone_by": uncited}
    if "extension" in data:
        limit = data["extension"]
        judged["extension"] = {key: limit[key] for key in limit if key != "cite"}
    if "condition" in data:
        judged["condition"] = [
            {key: each[key] for key in each if key != "title"} for each in data["condition"]
        ]
    return sha256(json.dumps(judged, sort_keys=True, default=str).encode()).hexdigest()


def _issuers(place: Place | None) -> dict[str, str]:
    """By authority, what an official calls whoever issues a document."""
    if place is None:
        return {}
    place.only(*sorted(AUTHORITIES))
    return {authority: place.at(authority).text() for authority in place.table()}


def _assigning(place: Place | None) -> Assigning | None:
    """Which documents assign; None where the file says nothing of it."""
    if place is None:
        return None
    place.only("received", "documents")
    pairs: set[tuple[str, str]] = set()
    documents = place.find("documents")
    for item in documents.items() if documents else ():
        item.only("authority", "types")
        authority = item.at("authority").choice(AUTHORITIES)
        types = item.at("types").texts()
        pairs.update((authority, kind_as_compared(each)) for each in types)
    return Assigning(frozenset(pairs), place.at("received").truth())


def _undone_by(place: Place | None) -> tuple[Undoing, ...] | None:
    """What takes a completion back; None where the file says nothing of it."""
    if place is None:
        return None
    place.only("undone_by")
    return tuple(undoing(item) for item in place.at("undone_by").items())


def _schedules(file: Place) -> dict[str, PeriodKind]:
    found = file.find("schedule")
    if found and (
        not isinstance(found.value, Mapping) or isinstance(found.value.get("every"), str)
    ):
        raise found.error("must be a table with a name for each: [schedule.week]")
    schedules: dict[str, PeriodKind] = {}
    for name in found.table() if found else ():
        place = file.at("schedule").at(name)
        place.only("every", "only", "first", "last", "opens")
        said, opens = place.at("every"), place.find("opens")
        every = said.choice(PERIODS_IN_A_YEAR)
        if said.value is LEFT_OUT:
            every = unit_of(place.find("first"), place.find("last"), opens)
        first, last = day_of(place.at("first"), every), day_of(place.at("last"), every)
        whole = _whole(place.at("first")) and _whole(place.at("last"))
        if whole and in_order(last) < in_order(first):
            raise place.at("last").error("lies before first")
        schedules[name] = PeriodKind(
            id=name,
            every=every,
            only=_only(place, PERIODS_IN_A_YEAR[every]),
            first=first,
            last=last,
            opens=day_of(opens, every) if opens else None,
        )
    return schedules


def _whole(day: Place) -> bool:
    """Whether nothing of *day* was left out because it is wrong."""
    return day.value is not LEFT_OUT and LEFT_OUT not in day.table().values()


def _only(place: Place, most: int) -> tuple[int, ...]:
    """The numbers of the year's periods that there are; empty for all of them."""
    only = place.find("only")
    if only is None:
        return ()
    numbers = tuple(item.integer(1, most) for item in only.items())
    if not numbers or any(one >= other for one, other in pairwise(numbers)):
        raise only.error("must be numbers of periods in ascending order")
    return numbers
