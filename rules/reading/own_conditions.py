"""Reads the conditions that a regulation's file makes itself, and the pauses of a rule's clock; and
says what of them could never matter, or is about something else than the rule that names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..own_condition import OPENING, READ_ON, OwnCondition, PauseBetween
from ..places import Place
from ..rule import (
    ADDED_TASK,
    CONDITIONS,
    DATA_DATE,
    DOCUMENT,
    FULFILS,
    PERIOD,
    Rule,
    Term,
    TermException,
)
from ..streams import REPORTS, kind_of
from .readings import prose_of
from .term import MOST_HOURS
from .values import texts_of, where_of

_MOST_DAYS = 3660
_OF_TASKS = "task."


def own_conditions(file: Place) -> dict[str, OwnCondition]:
    """The conditions of the *file*, by their ids. Raises FileError."""
    found: dict[str, OwnCondition] = {}
    listed = file.find("condition")
    for place in listed.items(named_by="id") if listed else ():
        place.only("id", "events", "where", "read", "title")
        id_ = place.at("id").text()
        if id_ in CONDITIONS:
            raise place.at("id").error(f'"{id_}" is a condition that is known already')
        if id_ in found:
            raise place.at("id").error(f'another condition has the id "{id_}" already')
        read, title = place.find("read"), place.find("title")
        events = place.at("events").texts()
        if not events:
            raise place.at("events").error("is empty; say which events decide it")
        if not place.at("where").table():
            raise place.at("where").error("is empty; say what they say where it holds")
        found[id_] = OwnCondition(
            id=id_,
            events=frozenset(events),
            where=where_of(place),
            read=read.choice(READ_ON) if read else OPENING,
            title=prose_of(title) if title else None,
        )
    return found


def pauses_of(place: Place) -> tuple[PauseBetween, ...]:
    """When the clock of the rule at *place* stands still: one table, or a list of them. Raises
    FileError."""
    found = place.find("pause")
    if found is None:
        return ()
    tables = list(found.items()) if isinstance(found.value, list) else [found]
    return tuple(_pause(each) for each in tables)


def _pause(place: Place) -> PauseBetween:
    place.only("from", "to", "max", "max_hours")
    most, most_hours = place.find("max"), place.find("max_hours")
    return PauseBetween(
        begins=frozenset(place.at("from").texts()),
        ends=frozenset(place.at("to").texts()),
        most=most.integer(1, _MOST_DAYS) if most else None,
        most_hours=most_hours.integer(1, MOST_HOURS) if most_hours else None,
    )


def silence_of(place: Place) -> tuple[str | None, frozenset[str]]:
    """What silence does to the rule at *place*, and what objects to it. Raises FileError."""
    found = place.find("silence")
    silence = found.choice((FULFILS,)) if found else None
    return silence, frozenset(texts_of(place, "objected_by"))


def named_in(
    own: Mapping[str, OwnCondition],
    when: tuple[str, ...],
    unless: tuple[str, ...],
    exceptions: tuple[TermException, ...],
) -> tuple[OwnCondition, ...]:
    """Of the file's *own* conditions those that a rule names, itself or in its exceptions."""
    named = {*when, *unless}
    for each in exceptions:
        named.update(each.when, each.unless)
    return tuple(condition for id_, condition in own.items() if id_ in named)


def settling_problems(rule: Rule, stream: str | None) -> Iterator[str]:
    """What is wrong with the file's own conditions in *rule*, its pauses and what its silence does,
    each as ".key: problem"; *stream*: the kind of stream that it is judged in."""
    for condition in rule.conditions:
        yield from _condition(rule, condition, stream)
    yield from _pauses(rule)
    yield from _silence(rule)


def _condition(rule: Rule, condition: OwnCondition, stream: str | None) -> Iterator[str]:
    said = f".when: condition[{condition.id}]"
    if PERIOD in rule.per or stream == REPORTS:
        yield f"{said} is of one thing, and what a body reports is about many"
        return
    for event in sorted(condition.events):
        if stream is not None and kind_of(event) != stream:
            yield f"{said} is decided by {event}, which is not told of what the rule is about"
        elif event.startswith(_OF_TASKS) and set(rule.per) & {DOCUMENT, ADDED_TASK}:
            yield f"{said} is decided by {event}, of one task; the rule is about the document"
    if condition.is_settled_later and condition.id in (*rule.when, *rule.unless):
        yield (
            f"{said} is read until the rule is due, and whether it is owed is settled when it "
            f"opens; name it in an exception, or open the rule by what decides it"
        )


def _terms(rule: Rule) -> Iterator[Term]:
    terms = [rule.target, rule.due]
    for each in rule.exceptions:
        terms += [each.target, each.due]
    return (term for term in terms if term is not None)


def _pauses(rule: Rule) -> Iterator[str]:
    if rule.pauses and not any(_terms(rule)):
        yield ".pause: there is no term that it could stop"
    if rule.pauses and any(term.kind == DATA_DATE for term in _terms(rule)):
        yield (
            ".pause: a deadline that is set (data_date) is no term that could stand still; "
            "task.due_changed or task.extension_granted moves it"
        )
    if rule.pauses and any(term.days < 0 for term in _terms(rule)):
        yield ".pause: a term that counts back from a deadline does not stand still"
    pairs = (rule.target, rule.due), *((each.target, each.due) for each in rule.exceptions)
    for target, due in pairs:
        if (
            rule.pauses
            and target is not None
            and due is not None
            and target.ends_by_the_clock != due.ends_by_the_clock
        ):
            yield (
                ".pause: stops terms in days by whole days and others by the hour, which would "
                "part target and due; say both in days, or both by the clock"
            )
    for each in rule.pauses:
        yield from _most(rule, each)
        for event in sorted(each.begins & each.ends):
            yield f".pause: {event} cannot both stop the clock and let it go on"


def _most(rule: Rule, pause: PauseBetween) -> Iterator[str]:
    """Whether what *pause* may last at most is said as the terms of *rule* are counted."""
    by_the_clock = {term.ends_by_the_clock for term in _terms(rule)}
    if pause.most is not None and by_the_clock == {True}:
        yield ".pause.max: counts days, and its terms end by the clock; say max_hours"
    if pause.most_hours is not None and by_the_clock == {False}:
        yield ".pause.max_hours: counts office hours, and its terms are in days; say max"
    if len(by_the_clock) > 1 and (pause.most is None) != (pause.most_hours is None):
        yield (
            ".pause: stops terms in days and by the clock; say both max and max_hours, or neither"
        )


def _silence(rule: Rule) -> Iterator[str]:
    if rule.silence is None:
        if rule.objected_by:
            yield '.objected_by: is of no use without silence = "fulfils"'
        return
    if rule.due is None:
        yield ".silence: there is no due date until which it could last"
    if rule.breach_met_by:
        yield ".breach_met_by: what silence has met in time is never met late"
    for event in sorted(rule.objected_by & rule.fulfilling.keys()):
        yield f".objected_by: {event} fulfils it"
