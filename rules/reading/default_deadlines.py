"""Reads the deadlines that a regulation gives tasks for which nobody named one.

Which of them a task has must have one answer: two that could both be for it are refused.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from ..default_deadline import ASSIGNMENT, DEFAULT_STARTS, DefaultDeadline, written
from ..event_facts import values_of
from ..places import LEFT_OUT, Place
from ..rule import COUNTED_KINDS, WORKING_DAYS, WORKING_HOURS, Term
from .term import counted_term
from .values import where_of

_OF_DOCUMENT, _OF_TASK = "document.issued", "task.assigned"
_FIELDS = ("doc_type", "authority", "urgency", "consultation", "written_tracking", "kind", "class")
"""What `where` can ask, of the document or of the assignment."""


def default_deadlines(file: Place) -> tuple[DefaultDeadline, ...]:
    """The default deadlines of the regulation in *file*. Raises FileError."""
    found = file.find("default_deadline")
    places = list(found.items()) if found else []
    deadlines = [(_deadline(place), place) for place in places]
    for (one, _), (other, place) in combinations(deadlines, 2):
        if not one.where and not other.where:
            raise place.error("another is for whatever no other is for already; add where")
        if one.where and other.where and not _apart(one, other):
            raise place.error(
                "can be for the same task as another; tell them apart by a field that both have "
                "under where"
            )
    return tuple(each for each, _ in deadlines)


def _deadline(place: Place) -> DefaultDeadline:
    kind = place.at("kind")
    if kind.value == WORKING_HOURS:
        raise kind.error(
            "a deadline is a day (due_on) and has no hours; say working_days, with until in the "
            'due of its rule for a time of that day, or give a rule with unless = ["has_deadline"] '
            "a due in working_hours"
        )
    # Whose kind is wrong may well have the keys of that kind.
    known = kind.value is not LEFT_OUT
    if known:
        place.only("cite", "where", "kind", "days", "months", "from", "inclusive", "rolls")
    kind.choice(COUNTED_KINDS)
    start = place.find("from")
    return DefaultDeadline(
        cite=place.at("cite").text(),
        term=counted_term(place) if known else Term(WORKING_DAYS, days=1),
        start=start.choice(DEFAULT_STARTS) if start else ASSIGNMENT,
        where=_where(place),
    )


def _where(place: Place) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """The values that fields of the document and of the assignment may have."""
    asked = place.find("where")
    if asked is None:
        return ()
    asked.only(*_FIELDS)
    if not asked.table():
        raise asked.error("is empty; leave it out where every task is meant")
    for name in asked.table():
        known = values_of(_OF_DOCUMENT, name) or values_of(_OF_TASK, name)
        for item in asked.at(name).items():
            if known is not None and not (
                isinstance(item.value, str | bool) and item.value in known
            ):
                choice = ", ".join(sorted(map(str, known)))
                raise item.error(f"must be one of {choice}, not {item.value!r}")
    return tuple(
        (name, tuple(written(name, value) for value in values)) for name, values in where_of(place)
    )


def _apart(one: DefaultDeadline, other: DefaultDeadline) -> bool:
    """Whether no task can agree with both."""
    wanted = dict(one.where)
    return any(
        name in wanted and set(wanted[name]).isdisjoint(values) for name, values in other.where
    )
