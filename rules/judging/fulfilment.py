"""What fulfilled an obligation, and when: events, accumulated values, complete information.

Each function looks at a case's events in order and gives the event that fulfilled it with the
date that counts, or None. Nothing here knows by when it should have happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..events import Event
from ..moments import end_of
from ..rule import DELIVERY, Accumulation, Fulfilment, Rule
from .acting import is_strangers
from .cases import Case
from .conditions import agrees
from .record import DocumentRecord
from .task import said

Met = tuple[Event, date]


def done_at(met: Met) -> datetime:
    """The moment by which it had surely been *met*: when that was told, or the end of the day that
    is stated where it was told later."""
    event, day = met
    return min(event.time, end_of(day))


def is_before(met: Met, event: Event) -> bool:
    """Whether it had been *met* before *event*: late telling is not late doing."""
    return met[0].order < event.order or met[1] < event.on


def met_by(
    rule: Rule, case: Case, earliest: date | None = None, due: date | None = None
) -> Met | None:
    """What of the events of *case* fulfils *rule*: one of them, or all that they name together.
    *earliest*, *due*: as for `met_by_event`."""
    if rule.accumulates:
        return met_by_accumulation(rule, case)
    return met_by_event(rule, case, earliest, due) if rule.fulfilled else None


def met_by_event(
    rule: Rule, case: Case, earliest: date | None = None, due: date | None = None
) -> Met | None:
    """The event of *case* that fulfils *rule* on the earliest date, the first of several.

    *earliest*: the day before which a fulfilment marked `not_before` does not count (for
    periods; for tasks it is the deadline or the opening). *due*: the day by which *rule* is to
    be fulfilled, or the moment.
    """
    found: Met | None = None
    fulfilling, events = rule.fulfilling, case.events
    for position in events.places(fulfilling, case.position):
        event = events[position]
        if case.end is not None and event.order > case.end.order:
            break
        if case.charge is not None and not case.charge.covers(event):
            continue
        if undone_by(rule, case, event, due) is not None:
            continue
        for way in fulfilling[event.type]:
            day = _counts(way, event, case, earliest)
            if day is not None and (found is None or day < found[1]):
                found = event, day
        if found is not None and not rule.fulfilled_on_stated_day:
            break
    return found


def _counts(way: Fulfilment, event: Event, case: Case, earliest: date | None) -> date | None:
    """The date on which *event* fulfils *case* by *way*; None where it does not."""
    day = fits(way, event, case)
    limit = None if day is None else limit_of(way, case, earliest)
    return None if limit is not None and day is not None and day < limit else day


def undone_by(rule: Rule, case: Case, event: Event, due: date | None) -> Event | None:
    """What took back that the task is done, which *event* said (Điều 7); None where nothing did.
    What *rule* demands to be told stays told where that came after it was *due*."""
    if case.task is None or (case.charge is None and DELIVERY not in rule.per):
        return None
    if case.task.counts(event, stands_after(rule, due)):
        return None
    return case.task.undone[said(event)]


def stands_after(rule: Rule, due: date | None) -> date | None:
    """The day, or the moment, after which a completion may be taken back and still fulfils
    *rule*."""
    return due if rule.stands_after_due else None


def came_early(rule: Rule, case: Case, earliest: date | None) -> bool:
    """Whether an event would fulfil *case*, had it not come before it could count."""
    for event in case.events:
        for way in rule.fulfilling.get(event.type, ()):
            day, limit = fits(way, event, case), limit_of(way, case, earliest)
            if day is not None and limit is not None and day < limit:
                return True
    return False


def limit_of(way: Fulfilment, case: Case, earliest: date | None) -> date | None:
    """The day before which *way* does not count; None where any day does."""
    if way.not_before is None:
        return None
    return {"deadline": case.deadline.due_on, "opening": case.opened_on}.get(
        way.not_before, earliest
    )


def is_by(way: Fulfilment, event: Event, case: Case) -> bool:
    """Whether *event* is told by whoever *way* wants, or about them; a stranger to the task never
    is."""
    if is_strangers(event, case.task):
        return False
    if way.by is None:
        return True
    wanted = case.body if way.by == "obligor" else case.lead
    # An event that may name a body and does not (task.urged) is about all of them.
    return bool(event.data.get("body", wanted) == wanted)


def says(way: Fulfilment, event: Event, case: Case) -> bool:
    """Whether *event* says what *way* wants, of a case that was opened as it wants."""
    return agrees(event.data, way.where) and agrees(case.data, way.opened_where)


def is_same(way: Fulfilment, event: Event, case: Case) -> bool:
    """Whether *event* has the data that *way* wants equal to those of what opened *case*."""
    same = way.same
    return not same or all(event.data.get(name) == case.data.get(name) for name in same)


def fits(way: Fulfilment, event: Event, case: Case) -> date | None:
    """The date that *event* has for *way*, early or not; None where it is not of that way."""
    if not (is_by(way, event, case) and says(way, event, case) and is_same(way, event, case)):
        return None
    return event.on if way.date == "event" else date.fromisoformat(event.data[way.date])


def met_by_accumulation(rule: Rule, case: Case) -> Met | None:
    """The event with which everything that *rule* accumulates had been named."""
    missing = _all_needed(rule, case)
    for position in range(case.position, len(case.events)):
        event = case.events[position]
        _take_away(missing, event)
        if not any(values for _, values in missing) and _is_accumulated(rule, event):
            return event, event.on
    return None


def still_needed(rule: Rule, case: Case) -> dict[str, list[Any]]:
    """By field, the values that nothing has named of those that *rule* accumulates."""
    missing = _all_needed(rule, case)
    for event in case.events[case.position :]:
        _take_away(missing, event)
    needed: dict[str, list[Any]] = {}
    for each, values in missing:
        if values:
            needed[each.field] = sorted({*needed.get(each.field, ()), *values}, key=str)
    return needed


def takes_away(rule: Rule, case: Case, event: Event) -> bool:
    """Whether *event* names something of what *rule* accumulates."""
    missing = _all_needed(rule, case)
    before = [set(values) for _, values in missing]
    _take_away(missing, event)
    return before != [values for _, values in missing]


def _all_needed(rule: Rule, case: Case) -> list[tuple[Accumulation, set[Any]]]:
    return [
        (each, _needed(each, case))
        for each in rule.accumulates
        if case.conditions >= set(each.when)
    ]


def _take_away(missing: list[tuple[Accumulation, set[Any]]], event: Event) -> None:
    """Remove from *missing* what *event* names."""
    for each, values in missing:
        if event.type == each.event and agrees(event.data, each.where):
            named = event.data.get(each.field)
            values.difference_update(named if isinstance(named, list) else [named])


def _is_accumulated(rule: Rule, event: Event) -> bool:
    return any(event.type == each.event for each in rule.accumulates)


def _needed(each: Accumulation, case: Case) -> set[Any]:
    if each.needs_event is None:
        return set(each.needs)
    needed: set[Any] = set()
    for event in case.events:
        if event.type == each.needs_event and each.needs_field is not None:
            needed = set(event.data.get(each.needs_field) or ())
    return needed


def met_by_assignments(record: DocumentRecord, opened_by: Event) -> Met | None:
    """The event with which the announced number of tasks had been assigned (Điều 6.1).

    Where no number was announced, the first assignment is enough: what was not announced
    cannot be waited for.
    """
    announced = record.fields.get("task_count")
    needed = 1 if announced is None else int(announced)
    if needed == 0:
        return opened_by, opened_by.on
    firsts = sorted((task.first for task in record.tasks.values()), key=lambda event: event.order)
    if len(firsts) < needed:
        return None
    event = firsts[needed - 1]
    return event, event.on


def absent_fields(
    rule: Rule, of: str, fields: Mapping[str, Any], held: frozenset[str]
) -> list[str]:
    """The fields that *rule* misses in a "document" or "task" (*of*), as "<point>:<field>"."""
    if of == "task" and task_class(fields) == "4.1":
        held = held | {"class_4_1"}
    return [
        f"{requirement.point}:{name}"
        for requirement in rule.complete
        if requirement.of == of
        and held.issuperset(requirement.when)
        and held.isdisjoint(requirement.unless)
        for name in requirement.fields
        if fields.get(name) in (None, "", [])
    ]


def task_class(fields: Mapping[str, Any]) -> str:
    """The class of Điều 4: as stated, otherwise by whether there is a deadline."""
    stated = fields.get("class")
    return str(stated) if stated else ("4.1" if fields.get("due_on") else "4.2")
