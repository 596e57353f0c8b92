"""A regulation as rows to look at, and what differs between two.

For `dondoc regulation show` and `dondoc regulation diff`. A difference is found by walking the
values themselves, so that a key added to the file's format later is compared as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from ..regulation import (
    LEAD_PERIOD,
    PERIOD,
    PeriodTerm,
    Prose,
    Reading,
    Regulation,
    Rule,
    TermException,
    Transition,
)
from .regulation_phrases import phrase

_LANGUAGE = "en"
"""Of what a regulation's file says in several languages, the one that names a place in it."""


class RegulationRow(NamedTuple):
    """One rule, in a few words each; ``notes`` says when lateness counts, and what is off."""

    id: str
    cite: str
    title: str
    per: str
    owes: str
    opens: str
    term: str
    fulfilled_by: str
    notes: str


class ReadingRow(NamedTuple):
    """One wording that can be read two ways; ``rule`` is empty for the whole regulation's."""

    rule: str
    cite: str
    wording: str
    chosen: str
    rejected: str
    why: str


class ScheduleRow(NamedTuple):
    """One kind of period: what it covers and when it is owed, counted from its first month."""

    id: str
    every: str
    only: str
    first: str
    last: str
    opens: str
    rules: str


class AssigningRow(NamedTuple):
    """Documents of one authority that assign tasks, by their types."""

    authority: str
    types: str


class TransitionRow(NamedTuple):
    """One transitional clause: of which rules it says what they go by."""

    cite: str
    rules: str
    about: str
    goes_by: str


class UndoingRow(NamedTuple):
    """An event that takes a completion back; ``where``: what it must say, empty where anything."""

    event: str
    where: str


class Difference(NamedTuple):
    """What differs in one place. ``change``: added, removed or changed. ``place``: "regulation",
    "assigning", "schedule[month]", "rule[review]". ``key`` as in the file; empty where all of
    the place was added or removed."""

    change: str
    place: str
    key: str
    old: str
    new: str


def regulation_rows(regulation: Regulation) -> tuple[RegulationRow, ...]:
    """Every rule of *regulation*, in the order of the file."""
    return tuple(
        RegulationRow(
            id=rule.id,
            cite=rule.cite,
            title=rule.title,
            per=phrase(rule.per),
            owes=_owes(rule),
            opens=_opens(rule),
            term=_terms(rule),
            fulfilled_by=_fulfilled(rule),
            notes="; ".join(_notes(rule)),
        )
        for rule in regulation.rules
    )


def reading_rows(regulation: Regulation, language: str) -> tuple[ReadingRow, ...]:
    """The readings of *regulation* as a whole and of its rules, in *language* where it can be."""
    readings = [("", "", each) for each in regulation.readings]
    readings += [(rule.id, rule.cite, each) for rule in regulation.rules for each in rule.readings]
    return tuple(
        ReadingRow(
            rule,
            cite,
            reading.wording.said(language),
            reading.chosen.said(language),
            reading.rejected.said(language),
            reading.why.said(language) if reading.why else "",
        )
        for rule, cite, reading in readings
    )


def schedule_rows(regulation: Regulation) -> tuple[ScheduleRow, ...]:
    """The kinds of periods of *regulation*, each with the rules that are owed by it."""
    return tuple(
        ScheduleRow(
            id=each.id,
            every=each.every,
            only=phrase(each.only),
            first=phrase(each.first),
            last=phrase(each.last),
            opens=phrase(each.opens) if each.opens else "the day after the last",
            rules=", ".join(
                rule.id
                for rule in regulation.rules
                if each.id in {term.schedule for term in rule.periods}
            ),
        )
        for each in regulation.schedules.values()
    )


def assigning_rows(regulation: Regulation) -> tuple[AssigningRow, ...]:
    """The documents that assign tasks under *regulation*; another opens no obligation unless a
    task is assigned under it."""
    types: dict[str, list[str]] = {}
    for authority, type_ in sorted(regulation.assigning.documents):
        types.setdefault(authority, []).append(type_)
    rows = [AssigningRow(authority, ", ".join(found)) for authority, found in types.items()]
    if regulation.assigning.received:
        rows.append(AssigningRow("province", "every document received"))
    return tuple(rows)


def transition_rows(regulation: Regulation) -> tuple[TransitionRow, ...]:
    """The transitional clauses of *regulation*."""
    return tuple(
        TransitionRow(
            each.cite,
            phrase(each.rules) or "all",
            f"opened from {each.opened_from} on"
            if each.opened_from
            else f"begun before {each.begun_before}",
            each.goes_by or regulation.id,
        )
        for each in regulation.transitions
    )


def undoing_rows(regulation: Regulation) -> tuple[UndoingRow, ...]:
    """What takes back, under *regulation*, what a body has reported as done."""
    return tuple(
        UndoingRow(each.event, "; ".join(f"{name} = {phrase(said)}" for name, said in each.where))
        for each in regulation.undone_by
    )


def _owes(rule: Rule) -> str:
    words = rule.owes
    if rule.kinds:
        words += f" ({phrase(rule.kinds)})"
    if rule.bodies:
        words += f", {phrase(rule.bodies)} alone"
    return f"{words}, never {phrase(rule.never)}" if rule.never else words


def _opens(rule: Rule) -> str:
    parts = [phrase(rule.opens)]
    if PERIOD in rule.per or LEAD_PERIOD in rule.per:
        parts.append(f"each {', '.join(term.schedule for term in rule.periods)}")
    if rule.when:
        parts.append(f"if {phrase(rule.when)}")
    if rule.unless:
        parts.append(f"unless {phrase(rule.unless)}")
    return ", ".join(part for part in parts if part)


def _terms(rule: Rule) -> str:
    terms = [("", rule.target, rule.due)]
    terms += [(f"{each.name}: ", each.target, each.due) for each in rule.exceptions]
    terms += [(f"{each.schedule}: ", each.target, each.due) for each in rule.periods]
    said = [f"{name}{_both(target, due)}" for name, target, due in terms if target or due]
    return "; ".join(said) or "none, its age is shown"


def _both(target: Any, due: Any) -> str:
    if target is None or target == due:
        return phrase(due)
    return f"target {phrase(target)}, due {phrase(due)}"


def _fulfilled(rule: Rule) -> str:
    ways = ["all announced tasks assigned"] if rule.counts_tasks else []
    parts = (rule.fulfilled, rule.accumulates, rule.complete)
    return "; ".join((*ways, *(phrase(part) for part in parts if part)))


def _notes(rule: Rule) -> Iterator[str]:
    if rule.off:
        yield f"off: {rule.off}"
    if not rule.breach:
        yield "never a breach"
    for term in rule.periods:
        if not term.breach:
            yield f"{term.schedule}: never a breach"
    if rule.breach_met_by:
        yield f"a breach only where met late by {phrase(rule.breach_met_by)}"
    if rule.excuse:
        yield f"not counted {phrase(rule.excuse)}"
    if rule.earlier_counts:
        yield "what happened before the opening counts"
    if rule.stands_after_due:
        yield "a completion taken back after the due date still counts"
    if rule.readings:
        yield f"readings: {len(rule.readings)}"


def regulation_difference(old: Regulation, new: Regulation) -> tuple[Difference, ...]:
    """What *new* changes in *old*: the regulation's own keys, then what assigns tasks, its
    schedules and its rules, each in the order of *old*, additions last."""
    before, after = _places(old), _places(new)
    found: list[Difference] = []
    for place in dict.fromkeys((*before, *after)):
        if place not in after:
            found.append(Difference("removed", place, "", _name(old, place), ""))
        elif place not in before:
            found.append(Difference("added", place, "", "", _name(new, place)))
        else:
            found += _changes(place, before[place], after[place])
    return tuple(found)


def _changes(place: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    return [
        Difference(_change(key, before, after), place, key, before.get(key, ""), after.get(key, ""))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]


def _change(key: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if key not in before:
        return "added"
    return "changed" if key in after else "removed"


_RULE, _SCHEDULE = "rule[", "schedule["


def _places(regulation: Regulation) -> dict[str, dict[str, str]]:
    """Every place of *regulation* with its keys and their values in words."""
    own = ("id", "title", "in_force_from", "in_force_to", "transitions", "readings")
    places = {
        "regulation": dict(_keys({name: getattr(regulation, name) for name in own})),
        "assigning": dict(_assigning(regulation)),
        "completion": dict(_keys({"undone_by": regulation.undone_by})),
    }
    for schedule in regulation.schedules.values():
        places[f"{_SCHEDULE}{schedule.id}]"] = dict(_keys(_values(schedule)))
    for rule in regulation.rules:
        places[f"{_RULE}{rule.id}]"] = dict(_keys(_values(rule)))
    return places


def _assigning(regulation: Regulation) -> Iterator[tuple[str, str]]:
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


_SINGULAR = {
    "exceptions": "exception",
    "periods": "period",
    "readings": "reading",
    "transitions": "transition",
}
"""Lists of tables, named in the file by the singular."""

_NAMES = ("name", "schedule", "cite")
"""Keys of those tables that already stand in the place."""


def _keys(values: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    """Each key under *inside* with its value in words; what is not there has no key."""
    for name, value in values.items():
        if name in _SINGULAR:
            for each in value:
                place = f"{inside}{_SINGULAR[name]}[{_called(each)}]."
                told = {key: said for key, said in _values(each).items() if key not in _NAMES}
                yield from _keys(told, place)
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
