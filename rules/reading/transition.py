"""Reads the transitional clauses of a regulation (docs/regulation-file.md describes them).

Which law a thing goes by must have one answer: two clauses that speak of one rule in the same
way are refused, and so is a clause that could never matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from ..places import Place
from ..regulation import Regulation, Transition


def transitions(file: Place, start: date) -> tuple[Transition, ...]:
    """The clauses in the list `transition` of the regulation in *file*, in force from *start*.
    Raises FileError."""
    found = file.find("transition")
    places = list(found.items()) if found else []
    clauses = [_transition(place, start) for place in places]
    pairs = list(zip(clauses, places, strict=True))
    for (one, _), (other, place) in combinations(pairs, 2):
        shared = _shared(one, other)
        if shared is not None:
            raise place.error(f"says of {shared} what another transition says already")
    return tuple(clauses)


def _transition(place: Place, start: date) -> Transition:
    place.only("cite", "rules", "begun_before", "goes_by", "opened_from")
    cite, rules = place.at("cite").text(), place.find("rules")
    before, since = place.find("begun_before"), place.find("opened_from")
    goes_by = place.find("goes_by")
    if (before is None) == (since is None):
        raise place.error("says what it is about in one of begun_before and opened_from")
    named = rules.texts() if rules else ()
    if rules is not None and not named:
        raise rules.error("is empty; leave it out where all rules are meant")
    if since is not None:
        if goes_by is not None:
            raise goes_by.error("is of no use beside opened_from: it goes by this regulation")
        if since.date() >= start:
            raise since.error(f"must lie before in_force_from, {start}")
        return Transition(cite, frozenset(named), opened_from=since.date())
    if before is not None and before.date() > start:
        raise before.error(
            f"lies after in_force_from, {start}; what begins from then on goes by this regulation"
        )
    return Transition(
        cite,
        frozenset(named),
        begun_before=before.date() if before else None,
        goes_by=place.at("goes_by").text(),
    )


def _shared(one: Transition, other: Transition) -> str | None:
    """The rule of which both clauses say what it goes by; None where there is none."""
    if (one.opened_from is None) != (other.opened_from is None):
        return None
    if not one.rules or not other.rules:
        return min(one.rules | other.rules, default="every rule")
    return min(one.rules & other.rules, default=None)


def unknown_in_transitions(
    regulation: Regulation, before: Mapping[str, Regulation]
) -> Iterator[str]:
    """What the clauses of *regulation* name and nobody has, as "key: problem"; *before*: the
    regulations before it, by id."""
    for number, clause in enumerate(regulation.transitions, 1):
        key = f"transition[{number}]"
        earlier = before.get(clause.goes_by or "")
        if clause.goes_by is not None and earlier is None:
            known = ", ".join(before) or "none"
            yield (
                f'{key}.goes_by: no regulation before it has the id "{clause.goes_by}"; there is '
                f"{known}"
            )
        for rule_id in sorted(clause.rules):
            known_here = regulation.rule(rule_id) is not None
            if not known_here and (earlier is None or earlier.rule(rule_id) is None):
                yield f'{key}.rules: no regulation that it speaks of has a rule "{rule_id}"'
