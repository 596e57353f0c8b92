"""A regulation as rows to look at, for `dondoc regulation show`: rules, readings, periods, clauses.

A row says a few words of what the file says; what follows from it, nothing here knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from ..regulation import Assigning, Regulation
from ..rule import LEAD_PERIOD, PERIOD, Rule
from .regulation_phrases import phrase


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


class DefaultDeadlineRow(NamedTuple):
    """The deadline of tasks that name none; ``where``: of which, empty for all others."""

    cite: str
    where: str
    term: str


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
    return tuple(
        UndoingRow(each.event, "; ".join(f"{name} = {phrase(said)}" for name, said in each.where))
        for each in regulation.undoing
    )


def default_deadline_rows(regulation: Regulation) -> tuple[DefaultDeadlineRow, ...]:
    """The deadlines that *regulation* gives to tasks for which nobody named one."""
    return tuple(
        DefaultDeadlineRow(
            each.cite,
            "; ".join(f"{name} = {phrase(said)}" for name, said in each.where),
            phrase(replace(each, cite="", where=())),
        )
        for each in regulation.default_deadlines
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
    if rule.pauses:
        yield f"its clock stands still {phrase(rule.pauses)}"
    if rule.silence:
        objected = f", unless {phrase(rule.objected_by)}" if rule.objected_by else ""
        yield f"silence until it is due {rule.silence} it{objected}"
    if rule.earlier_counts:
        yield "what happened before the opening counts"
    if rule.stands_after_due:
        yield "a completion taken back after the due date still counts"
    if rule.readings:
        yield f"readings: {len(rule.readings)}"
