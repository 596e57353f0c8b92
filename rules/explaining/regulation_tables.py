"""The rules of a regulation and their readings as rows to look at, for `dondoc regulation show`.

A row says a few words of what the file says; what follows from it, nothing here knows. What stands
beside the rules has its rows in `regulation_parts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..regulation import Regulation
from ..rule import LEAD_PERIOD, PERIOD, Rule
from .regulation_phrases import pauses, phrase


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


def _owes(rule: Rule) -> str:
    words = rule.owes
    if rule.kinds:
        words += f", only {' or '.join(rule.kinds)}"
    if rule.bodies:
        words += f", {' or '.join(rule.bodies)} alone"
    return f"{words}, never {' or '.join(rule.never)}" if rule.never else words


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
        yield f"its clock stands still {pauses(rule)}"
    if rule.silence:
        objected = f", unless {phrase(rule.objected_by)}" if rule.objected_by else ""
        yield f"silence until it is due {rule.silence} it{objected}"
    if rule.earlier_counts:
        yield "what happened before the opening counts"
    if rule.stands_after_due:
        yield "a completion taken back after the due date still counts"
    if rule.readings:
        yield f"readings: {len(rule.readings)}"
