"""What a regulation says beside its rules, as rows to look at: extensions, reports, lights …

For `dondoc regulation show` and `check`. A row says a few words of what the file says; what follows
from it, nothing here knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ..prose import Prose
from ..regulation import Assigning, Regulation
from ..rule import WORKING_DAYS
from .regulation_phrases import days, phrase, shining, wanted


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


class DefaultDeadlineRow(NamedTuple):
    """The deadline of tasks that name none; ``where``: of which, empty for all others."""

    cite: str
    where: str
    term: str


class ExtensionRow(NamedTuple):
    """How often and how far a deadline may be put off; empty where that is not limited."""

    cite: str
    at_most: str
    each: str
    in_all: str
    beyond: str


class ConditionRow(NamedTuple):
    """A condition of the file's own: what decides it, as of when."""

    id: str
    title: str
    events: str
    where: str
    read: str


class ReportRow(NamedTuple):
    """A report by the name that events have for it; ``title``: what officials call it."""

    id: str
    title: str


class LightRow(NamedTuple):
    """A light: its colour and word, and where it shines."""

    colour: str
    name: str
    shines: str
    cite: str


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
    assigning = regulation.assigning or Assigning()
    for authority, type_ in sorted(assigning.documents):
        types.setdefault(authority, []).append(type_)
    rows = [AssigningRow(authority, ", ".join(found)) for authority, found in types.items()]
    if assigning.received:
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
    return tuple(UndoingRow(each.event, wanted(each.where)) for each in regulation.undoing)


def extension_rows(regulation: Regulation) -> tuple[ExtensionRow, ...]:
    """How *regulation* limits extensions; nothing where it does not."""
    limit = regulation.extension
    if limit is None:
        return ()
    kind = limit.kind or WORKING_DAYS
    return (
        ExtensionRow(
            limit.cite,
            phrase(limit.at_most),
            days(limit.days, kind) if limit.days is not None else "",
            days(limit.days_in_all, kind) if limit.days_in_all is not None else "",
            "binds all the same" if limit.binds_beyond else "binds as far as it is allowed",
        ),
    )


def condition_rows(regulation: Regulation, language: str) -> tuple[ConditionRow, ...]:
    """The conditions that *regulation* makes itself, called in *language* where they can be."""
    return tuple(
        ConditionRow(
            each.id,
            _said(each.title, language),
            " or ".join(sorted(each.events)),
            wanted(each.where),
            phrase(each.read),
        )
        for each in regulation.conditions.values()
    )


def report_rows(regulation: Regulation, language: str) -> tuple[ReportRow, ...]:
    """The reports that *regulation* lists, called in *language* where they can be."""
    listed = regulation.reports if regulation.lists_reports else ()
    return tuple(ReportRow(each.name, _said(each.title, language)) for each in listed)


def light_rows(regulation: Regulation, language: str) -> tuple[LightRow, ...]:
    """The lights of *regulation*, called in *language* where they can be."""
    return tuple(
        LightRow(each.colour, each.name.said(language), shining(each), each.cite or "")
        for each in regulation.lights
    )


def default_deadline_rows(regulation: Regulation) -> tuple[DefaultDeadlineRow, ...]:
    """The deadlines that *regulation* gives to tasks for which nobody named one."""
    return tuple(
        DefaultDeadlineRow(
            each.cite,
            wanted(each.where),
            phrase(replace(each, cite="", where=())),
        )
        for each in regulation.default_deadlines
    )


PARTS: Mapping[str, Callable[[Regulation, str], Iterable[Any]]] = {
    "assigning": lambda regulation, _: assigning_rows(regulation),
    "default_deadlines": lambda regulation, _: default_deadline_rows(regulation),
    "extension": lambda regulation, _: extension_rows(regulation),
    "undoing": lambda regulation, _: undoing_rows(regulation),
    "conditions": condition_rows,
    "reports": report_rows,
    "schedules": lambda regulation, _: schedule_rows(regulation),
    "lights": light_rows,
    "transitions": lambda regulation, _: transition_rows(regulation),
}
"""The rows of each part in a language, in the order in which people read them."""


def _said(text: Prose | None, language: str) -> str:
    return text.said(language) if text else ""
