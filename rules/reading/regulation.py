"""Reads a regulation from parsed TOML (docs/regulation-file.md describes the file).

What a key means is decided here, once; whether the rules agree with each other is asked in
`regulation_checks`. Nothing is guessed: an unknown key, kind or name is refused where it
stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from ..directory import KINDS
from ..event_types import AUTHORITIES
from ..periods import PERIODS_IN_A_YEAR
from ..places import Place
from ..regulation import (
    CONDITIONS,
    FIXED_DATE,
    STARTS,
    SUBJECT_KINDS,
    TERM_KINDS,
    Accumulation,
    Assigning,
    DayOf,
    Excuse,
    Fulfilment,
    Opening,
    PeriodTerm,
    Prose,
    Reading,
    Regulation,
    Requirement,
    Rule,
    Schedule,
    Term,
    TermException,
)
from .regulation_checks import check_rules

_MOST_DAYS = 3660
_LANGUAGES = ("en", "vi")


def parse_regulation(data: Mapping[str, Any], where: str) -> Regulation:
    """The regulation in a parsed TOML file; *where* names the file in errors.

    Raises FileError for whatever is unknown, missing, of the wrong type, or contradicts
    another rule.
    """
    file = Place(where, "", data)
    file.only(
        *("id", "title", "cited_as", "in_force_from", "in_force_to"),
        *("reading", "assigning", "schedule", "rule"),
    )
    cited_as = file.find("cited_as")
    to = file.find("in_force_to")
    start = file.at("in_force_from").date()
    if to is not None and to.date() < start:
        raise to.error(f"lies before in_force_from, {start}")
    schedules = _schedules(file)
    rules: dict[str, Rule] = {}
    for place in file.at("rule").items(named_by="id"):
        rule = _rule(place, rules, schedules)
        if rule.id in rules:
            raise place.at("id").error(f'another rule has the id "{rule.id}" already')
        rules[rule.id] = rule
    regulation = Regulation(
        id=file.at("id").text(),
        title=file.at("title").text(),
        in_force_from=start,
        in_force_to=None if to is None else to.date(),
        assigning=_assigning(file.at("assigning")),
        schedules=schedules,
        rules=tuple(rules.values()),
        readings=_readings(file),
        digest=_digest(data),
        cited_as=(cited_as or file.at("id")).text(),
    )
    check_rules(regulation, where)
    return replace(regulation, rules=tuple(_with_targets(rule) for rule in regulation.rules))


def _with_targets(rule: Rule) -> Rule:
    """*rule* with the due date for a target wherever the file says no other."""
    return replace(
        rule,
        target=rule.target or rule.due,
        exceptions=tuple(replace(each, target=each.target or each.due) for each in rule.exceptions),
        periods=tuple(replace(each, target=each.target or each.due) for each in rule.periods),
    )


def _digest(data: Mapping[str, Any]) -> str:
    """A digest of what obligations depend on: readings and names are words, and change none."""
    rules = [{**rule, "reading": None} for rule in data["rule"]]
    judged = {**data, "reading": None, "cited_as": None, "rule": rules}
    return sha256(json.dumps(judged, sort_keys=True, default=str).encode()).hexdigest()


def _assigning(place: Place) -> Assigning:
    place.only("received", "documents")
    pairs: set[tuple[str, str]] = set()
    documents = place.find("documents")
    for item in documents.items() if documents else ():
        item.only("authority", "types")
        authority = item.at("authority").choice(AUTHORITIES)
        pairs.update((authority, each.upper()) for each in item.at("types").texts())
    return Assigning(frozenset(pairs), place.at("received").truth())


def _schedules(file: Place) -> dict[str, Schedule]:
    found = file.find("schedule")
    schedules: dict[str, Schedule] = {}
    for name in found.table() if found else ():
        place = file.at("schedule").at(name)
        place.only("every", "only", "first", "last", "opens")
        every, opens = place.at("every").choice(PERIODS_IN_A_YEAR), place.find("opens")
        first, last = _day_of(place.at("first")), _day_of(place.at("last"))
        # 31 stands in for the last day of whatever month it is.
        if (last.months, last.day or 31) < (first.months, first.day or 31):
            raise place.at("last").error("lies before first")
        schedules[name] = Schedule(
            id=name,
            every=every,
            only=_only(place, PERIODS_IN_A_YEAR[every]),
            first=first,
            last=last,
            opens=_day_of(opens) if opens else None,
        )
    return schedules


def _only(place: Place, most: int) -> tuple[int, ...]:
    """The numbers of the year's periods that there are; empty for all of them."""
    only = place.find("only")
    if only is None:
        return ()
    numbers = tuple(item.integer(1, most) for item in only.items())
    if not numbers or any(one >= other for one, other in pairwise(numbers)):
        raise only.error("must be numbers of periods in ascending order")
    return numbers


def _day_of(place: Place, *more: str) -> DayOf:
    place.only("months", "day", *more)
    months, day = place.find("months"), place.at("day")
    return DayOf(
        months.integer(-24, 36) if months else 0,
        0 if day.value == "last" else day.integer(1, 31),
    )


def _rule(place: Place, earlier: Mapping[str, Rule], schedules: Mapping[str, Schedule]) -> Rule:
    place.only(
        *("id", "cite", "title", "per", "owes", "kinds", "never", "opens", "when", "unless"),
        *("target", "due", "terms_of", "exception", "fulfilled", "accumulates", "complete"),
        *("counts_tasks", "earlier_counts", "breach", "breach_met_by", "excuse", "period"),
        *("off", "reading"),
    )
    same = place.find("terms_of")
    model = None if same is None else earlier.get(same.text())
    if same is not None and model is None:
        raise same.error(f"no rule above has the id {same.value!r}")
    for key in ("target", "due", "exception") if same is not None else ():
        if place.find(key) is not None:
            raise place.at(key).error("is already what terms_of says")
    opens = place.find("opens")
    off, excuse = place.find("off"), place.find("excuse")
    return Rule(
        id=place.at("id").text(),
        cite=place.at("cite").text(),
        title=place.at("title").text(),
        per=_choices(place, "per", SUBJECT_KINDS),
        owes=_owes(place.at("owes")),
        kinds=_choices(place, "kinds", KINDS),
        never=_choices(place, "never", KINDS),
        opens=_opening(opens) if opens else (model.opens if model else Opening()),
        when=_choices(place, "when", CONDITIONS),
        unless=_choices(place, "unless", CONDITIONS),
        target=model.target if model else _term(place.find("target")),
        due=model.due if model else _term(place.find("due")),
        exceptions=model.exceptions if model else _exceptions(place),
        fulfilled=tuple(_fulfilment(item) for item in _items(place, "fulfilled")),
        accumulates=tuple(_accumulation(item) for item in _items(place, "accumulates")),
        complete=tuple(_requirement(item) for item in _items(place, "complete")),
        counts_tasks=_truth(place, "counts_tasks", default=False),
        earlier_counts=_truth(place, "earlier_counts", default=False),
        breach=_truth(place, "breach", default=True),
        breach_met_by=frozenset(_texts(place, "breach_met_by")),
        excuse=_excuse(excuse) if excuse else None,
        periods=tuple(_period_term(item, schedules) for item in _items(place, "period")),
        off=off.text() if off else None,
        readings=_readings(place),
    )


def _owes(place: Place) -> str:
    """Whose it is: office, body, lead, coordinating, or "<field> of <event type>"."""
    text = place.text()
    if " of " not in text:
        place.choice(("office", "body", "lead", "coordinating"))
    return text


def _opening(place: Place) -> Opening:
    place.only("events", "on", "where", "once_for", "after_deadline", "overdue", "met")
    overdue, met = place.find("overdue"), place.find("met")
    return Opening(
        events=frozenset(_texts(place, "events")),
        on=_texts(place, "on"),
        once_for=_texts(place, "once_for"),
        where=_where(place),
        after_deadline=_truth(place, "after_deadline", default=False),
        overdue=overdue.text() if overdue else None,
        met=met.text() if met else None,
    )


def _term(place: Place | None) -> Term | None:
    if place is None:
        return None
    place.only("kind", "days", "from", "inclusive", "rolls")
    kind = place.at("kind").choice(TERM_KINDS - {FIXED_DATE})
    counted = kind in ("working_days", "calendar_days")
    days, start = place.find("days"), place.find("from")
    if counted:
        days = place.at("days")
    elif days is not None or start is not None:
        raise place.error(f"a term of kind {kind} has neither days nor from")
    useless = "rolls" if kind == "working_days" else None if counted else "inclusive"
    if useless is not None and place.find(useless) is not None:
        raise place.at(useless).error(f"is of no use to a term of kind {kind}")
    return Term(
        kind=kind,
        days=days.integer(1, _MOST_DAYS) if days else 0,
        start=start.choice(STARTS) if start else "opening",
        inclusive=_truth(place, "inclusive", default=False),
        rolls=_truth(place, "rolls", default=False),
    )


def _exceptions(place: Place) -> tuple[TermException, ...]:
    exceptions = []
    for item in _items(place, "exception"):
        item.only("name", "when", "unless", "target", "due")
        exceptions.append(
            TermException(
                name=item.at("name").text(),
                when=_choices(item, "when", CONDITIONS),
                unless=_choices(item, "unless", CONDITIONS),
                target=_term(item.find("target")),
                due=_term(item.find("due")),
            )
        )
    return tuple(exceptions)


def _fulfilment(place: Place) -> Fulfilment:
    place.only("event", "by", "where", "date", "same", "not_before")
    by, day, limit = place.find("by"), place.find("date"), place.find("not_before")
    return Fulfilment(
        event=place.at("event").text(),
        by=by.choice(("obligor", "lead")) if by else None,
        where=_where(place),
        date=day.text() if day else "event",
        same=_texts(place, "same"),
        not_before=limit.choice(("deadline", "cut_off", "opening")) if limit else None,
    )


def _accumulation(place: Place) -> Accumulation:
    place.only("event", "field", "needs", "needs_all", "where", "when")
    needs, needs_all = place.find("needs"), place.find("needs_all")
    if (needs is None) == (needs_all is None):
        raise place.error("says what it needs in one of needs and needs_all")
    if needs_all is not None:
        needs_all.only("event", "field")
    return Accumulation(
        event=place.at("event").text(),
        field=place.at("field").text(),
        needs=_values(needs) if needs else (),
        needs_event=needs_all.at("event").text() if needs_all else None,
        needs_field=needs_all.at("field").text() if needs_all else None,
        where=_where(place),
        when=_choices(place, "when", CONDITIONS),
    )


def _requirement(place: Place) -> Requirement:
    place.only("point", "of", "fields", "when", "unless")
    return Requirement(
        point=place.at("point").text(),
        of=place.at("of").choice(("document", "task")),
        fields=place.at("fields").texts(),
        when=_choices(place, "when", CONDITIONS),
        unless=_choices(place, "unless", CONDITIONS),
    )


def _excuse(place: Place) -> Excuse:
    place.only("while_late", "by", "in_time_of", "until")
    late = place.find("while_late")
    if late is not None:
        place.only("while_late")
        return Excuse(rule=late.text())
    return Excuse(
        by=place.at("by").text(),
        in_time_of=place.at("in_time_of").text(),
        until=frozenset(place.at("until").texts()),
    )


def _period_term(place: Place, schedules: Mapping[str, Schedule]) -> PeriodTerm:
    place.only("schedule", "target", "due", "breach")
    return PeriodTerm(
        schedule=place.at("schedule").choice(schedules),
        target=_fixed(place.find("target")),
        due=_fixed(place.find("due")),
        breach=_truth(place, "breach", default=True),
    )


def _fixed(place: Place | None) -> Term | None:
    if place is None:
        return None
    return Term(FIXED_DATE, on=_day_of(place, "rolls"), rolls=_truth(place, "rolls", default=False))


def _readings(place: Place) -> tuple[Reading, ...]:
    readings = []
    for item in _items(place, "reading"):
        item.only("wording", "chosen", "rejected", "why")
        why = item.find("why")
        readings.append(
            Reading(
                wording=_prose(item.at("wording")),
                chosen=_prose(item.at("chosen")),
                rejected=_prose(item.at("rejected")),
                why=_prose(why) if why else None,
            )
        )
    return tuple(readings)


def _prose(place: Place) -> Prose:
    """A text, or a table of texts by language."""
    if isinstance(place.value, str):
        return Prose((("", place.text()),))
    place.only(*_LANGUAGES)
    if not place.table():
        raise place.error("must be a text, or a table of texts by language")
    return Prose(tuple((language, place.at(language).text()) for language in place.table()))


def _where(place: Place) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    where = place.find("where")
    if where is None:
        return ()
    return tuple((name, _values(where.at(name))) for name in where.table())


def _values(place: Place) -> tuple[Any, ...]:
    """A list of texts, whole numbers and truth values."""
    for item in place.items():
        if not isinstance(item.value, str | int):
            raise item.error("must be a text, a whole number, true or false")
    return tuple(place.value)


def _items(place: Place, key: str) -> list[Place]:
    found = place.find(key)
    return list(found.items(named_by="name")) if found else []


def _texts(place: Place, key: str) -> tuple[str, ...]:
    found = place.find(key)
    return found.texts() if found else ()


def _choices(place: Place, key: str, known: frozenset[str]) -> tuple[str, ...]:
    found = place.find(key)
    if found is None:
        return ()
    if isinstance(found.value, str):
        return (found.choice(known),)
    return tuple(item.choice(known) for item in found.items())


def _truth(place: Place, key: str, *, default: bool) -> bool:
    found = place.find(key)
    return found.truth() if found else default
