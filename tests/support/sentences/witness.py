"""Holds every sentence of an explanation to what happened: no sentence may say what is untrue.

What is said is taken as it is filled in, by the key of its text and its values, so that one check
goes for every language; a text without a check here is refused. What happened is read from the
events alone, never from what the judging made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dondoc.rules.explaining.explanation import explain
from dondoc.rules.wording import Texts

from . import breaches, duties, extensions, openings, outcomes, pauses, shortcomings, terms
from .facts import Facts
from .said import Check, Said, days_in


@dataclass(frozen=True)
class Witness(Texts):
    """Texts that remember what was said with them."""

    said: list[Said] = field(default_factory=list)

    def fill(self, key: str, **values: object) -> str:
        line = super().fill(key, **values)
        self.said.append(Said(key, values, line))
        return line


def untrue(facts: Facts, texts: Texts) -> list[str]:
    """What an explanation says on the day of *facts* that is not so, one line each."""
    witness = Witness(texts.templates)
    symbol = next(
        (
            fields["symbol"]
            for event in reversed(facts.history)
            for fields in (event.data, event.data.get("fields") or {})
            if event.type.startswith("document.") and fields.get("symbol")
        ),
        None,
    )
    told = explain(facts.obligation, facts.law, witness, facts.as_of, (), symbol)
    found = []
    spoken = {said.line for said in witness.said}
    for section in told.sections:
        for line in section.lines:
            if line not in spoken and not any(part in line for part in spoken):
                found.append(f"nothing says it: {line}")
    for said in witness.said:
        problem = _check(said, facts)
        if problem:
            found.append(f"{said.key}: {problem}: {said.line}")
    return found


def _check(said: Said, facts: Facts) -> str | None:
    if said.key.startswith(_WORDS):
        return None
    check = CHECKS.get(said.key)
    if check is None:
        return "has no check in tests/support/sentences"
    problem = check(said, facts)
    if problem is None and not said.key.startswith(_OF_THE_FUTURE):
        late = [day for day in days_in(said.line) if day > facts.as_of]
        problem = f"{late[0]} is still to come" if late else None
    return problem


_WORDS = (
    *("period.", "citation.", "date", "end.", "document.", "lacking.", "explain.heading."),
    *(
        "explain.day",
        "explain.days.",
        "explain.body",
        "explain.reading.",
        "explain.calendar.",
        "explain.step.",
    ),
    *("explain.start.", "explain.weekday.", "explain.role.", "explain.reason.", "explain.language"),
    *("explain.condition", "explain.way.", "explain.short.not.", "explain.short.said"),
    "explain.own_condition.",
    *("explain.exception.", "explain.state.", "explain.event."),
)
"""Words within a sentence, what a day is by the calendar, and what the regulation's file says: what
is said with them is checked with the sentence, or by test_explanation*.py."""

_OF_THE_FUTURE = (
    *("explain.term.", "explain.opening.period", "explain.breach.will", "explain.breach.not_yet"),
    *("explain.short.early", "explain.moves.moved", "explain.short.another_value"),
    *("explain.outcome.silent", "explain.paused.between", "explain.paused.cut"),
    "explain.paused.cut_at",
    "explain.extension.",
    *("explain.duty.", "explain.outcome.came", "explain.moves.over", "explain.breach.excused"),
    *(
        "explain.opening.on",
        "explain.default.",
        "explain.opening.at",
        "explain.opening.deadline",
        "explain.subject.",
        *("explain.breach.in_time", "explain.law.opening"),
    ),
)
"""Sentences that may name a day still to come: a deadline, the end of a period."""

CHECKS: Mapping[str, Check] = {
    **duties.CHECKS,
    **openings.CHECKS,
    **terms.CHECKS,
    **pauses.CHECKS,
    **extensions.CHECKS,
    **shortcomings.CHECKS,
    **outcomes.CHECKS,
    **breaches.CHECKS,
}
