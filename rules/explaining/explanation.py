"""Why an obligation has the dates that it has: everything a lawyer would ask, in order.

An explanation is a value made from the obligation, the law it was judged by and the texts of
one language; whoever shows it only prints it. It never judges: it names what was decided and
counts the days again for everybody to see. What an older version did not keep is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..event_types import REPORTED, STREAM_KINDS
from ..judging.cases import ONE_DAY
from ..law import Law
from ..obligations import FormerDeadline, Obligation
from ..prose import Reading
from ..rule import DOCUMENT, LEAD_PERIOD, OCCURRENCE
from ..streams import DOCUMENTS, REPORTS, parts_of
from ..trace import TracedEvent
from ..wording import Texts, capital
from .breach import breach_lines
from .days import Count
from .extensions import extension_lines
from .lawful import law_lines
from .moves import former_lines, move_lines
from .outcome import missing_lines, outcome_lines
from .terms import (
    calendar_lines,
    clock_lines,
    counts_of,
    default_counts,
    default_lines,
    exception_lines,
    settling_lines,
    term_lines,
)
from .words import Asked, one_line

GENERAL = "general_readings"
"""The part of the readings of the whole regulation."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an explanation. ``key`` names it whatever the language: breach, term (target and
    due alike), target, due, moves, outcome, missing, opening, exception, duty, calendar,
    readings, `GENERAL`."""

    key: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why ``obligation`` (its id) is as it is, looked at on ``as_of``, a local date.

    ``sections`` have the words, in one language, without those that would be empty. ``terms``
    has the days of each term: "target" and "due" where they were counted differently,
    otherwise "due" alone; none where there is no clock.
    """

    obligation: str
    as_of: date
    sections: tuple[Section, ...]
    terms: Mapping[str, Count]

    def section(self, key: str) -> Section | None:
        """The section of that key; None where there is nothing to say."""
        return next((section for section in self.sections if section.key == key), None)


def explain(
    obligation: Obligation,
    law: Law,
    texts: Texts,
    as_of: date,
    former: Sequence[FormerDeadline] = (),
    symbol: str | None = None,
) -> Explanation:
    """Why *obligation* has its dates, and how it stands at the end of *as_of*.

    *obligation*: as what had been said by then has it, so that nothing of a later day is told.
    *law*: by which it was judged; where that has changed since, the explanation says what it
    no longer finds, or where it counts to another day. *former*: the deadlines it had by another
    law, the oldest first. *symbol*: its document's.
    """
    asked = Asked(obligation, law, texts, as_of, symbol)
    counts = counts_of(asked)
    regulation = asked.regulation
    parts: list[tuple[str, Iterable[str]]] = [("breach", breach_lines(asked))]
    if counts:
        ends = obligation.due, obligation.due_at
        alone = len(counts) == 1 and (obligation.target, obligation.target_at) == ends
        for of, counted in counts.items():
            parts.append(("term" if alone else of, term_lines(asked, of, counted)))
    else:
        parts.append(("term", clock_lines(asked)))
    parts += [
        ("moves", _moves(asked, former)),
        ("outcome", outcome_lines(asked)),
        ("missing", missing_lines(asked)),
        ("opening", _opening(asked)),
        ("exception", exception_lines(asked)),
        ("duty", _duty(asked)),
        ("calendar", calendar_lines(asked, [*counts.values(), *default_counts(asked)])),
        ("readings", _readings(asked, asked.rule.readings if asked.rule else ())),
        (GENERAL, _readings(asked, regulation.readings if regulation else ())),
    ]
    sections = (Section(key, asked.say(f"heading.{key}"), tuple(said)) for key, said in parts)
    said = tuple(section for section in sections if section.lines)
    return Explanation(obligation.id, as_of, said, counts)


def lines(explanation: Explanation) -> list[str]:
    """*explanation* for a terminal: each section's heading, its lines set in below it; without
    the readings of the whole regulation, which are the same for every obligation."""
    shown: list[str] = []
    for section in explanation.sections:
        if section.key == GENERAL:
            continue
        if shown:
            shown.append("")
        shown.append(section.heading)
        shown.extend(f"  {line}" for line in section.lines)
    return shown


def _moves(asked: Asked, former: Sequence[FormerDeadline]) -> Iterator[str]:
    """What gave it other dates than it had at first."""
    yield from move_lines(asked)
    yield from extension_lines(asked)
    yield from settling_lines(asked)
    yield from former_lines(asked, former)


def _duty(asked: Asked) -> Iterator[str]:
    obligation, rule = asked.obligation, asked.rule
    if rule is None:
        yield asked.say("duty.rule_unknown", rule=one_line(obligation.rule))
    else:
        duty, gloss = asked.texts.duty(rule), asked.texts.gloss(rule) or asked.texts.duty(None)
        told = {"title": one_line(rule.title), "gloss": gloss, "duty": capital(duty)}
        yield asked.say("duty.rule", rule=rule.id, **told)
    yield _cite(asked)
    yield from law_lines(asked)
    yield _subject(asked)
    if "parent_task" in asked.trace:
        yield asked.say("duty.parent", task=one_line(asked.trace["parent_task"]))
    role = asked.role(_role(asked))
    body = asked.body(obligation.body, obligation.opened_on)
    yield asked.say("duty.obligor", body=body, role=role)
    yield from _successors(asked)
    yield asked.say("duty.id", id=obligation.id)


def _successors(asked: Asked) -> Iterator[str]:
    """Who owes it in the place of the body it was opened for, on the day that is looked at or, if
    that is earlier, when it was closed."""
    obligation = asked.obligation
    day = min(asked.as_of, obligation.closed_on or asked.as_of)
    answering = obligation.owed_by(asked.law.directory, asked.as_of)
    if answering == (obligation.body,):
        return
    key = "duty.successor" if len(answering) == 1 else "duty.successors"
    bodies = ", ".join(asked.body(each, day) for each in answering)
    yield asked.say(key, body=bodies, date=asked.on(day))


def _role(asked: Asked) -> str:
    """What the body is to the obligation; who owes a report was charged with nothing."""
    rule, role = asked.rule, asked.obligation.role
    return "reporting" if role == "body" and rule and REPORTED in rule.fulfilling else role


def _cite(asked: Asked) -> str:
    cite, regulation = one_line(asked.obligation.cite), asked.regulation
    full = asked.texts.citation(cite, one_line(asked.names.cited_as))
    if regulation is None:
        name = one_line(asked.obligation.regulation)
        return asked.say("duty.cite_unknown", cite=cite, regulation=name)
    return asked.say(
        "duty.cite_ended" if regulation.in_force_to else "duty.cite",
        cite=cite,
        full=full,
        regulation=regulation.id,
        title=regulation.title,
        date=asked.on(regulation.in_force_from),
        last=asked.on(regulation.in_force_to or asked.as_of),
    )


def _subject(asked: Asked) -> str:
    obligation, period, document = asked.obligation, asked.period, asked.document
    subject = one_line(obligation.subject)
    if obligation.task_id is not None:
        told = {"task": one_line(obligation.task_id), "subject": subject}
        if document is None:
            line = asked.say("duty.task_unnamed", **told)
        else:
            line = asked.say("duty.task", document=document, **told)
        return line if period is None else f"{line} {asked.say('duty.period', **period)}"
    if period is not None:
        return asked.say("duty.period", **period)
    kind = parts_of(obligation.stream)[0]
    if kind == REPORTS:
        # What follows from a report is about its period; what was asked for has its own name.
        named = asked.texts.period(obligation.subject)
        return asked.say(
            "subject.reports", subject=named or asked.say("duty.request", subject=subject)
        )
    if kind == DOCUMENTS and document is not None:
        return asked.say("duty.document", document=document, subject=subject)
    if kind in STREAM_KINDS and (parties := asked.parties):
        return asked.say(f"duty.{kind}", subject=subject, **parties)
    return asked.say(f"subject.{kind}" if kind in STREAM_KINDS else "duty.other", subject=subject)


def _opening(asked: Asked) -> Iterator[str]:
    obligation, rule, trace = asked.obligation, asked.rule, asked.trace
    yield asked.say("opening.on", date=asked.on(obligation.opened_on))
    if obligation.opened_on > asked.as_of:
        yield asked.say("opening.not_yet", date=asked.on(asked.as_of))
    opened_by = trace.get("opened_by")
    if opened_by is not None:
        yield asked.say("opening.event", event=asked.event(opened_by))
        yield from _legal_date(asked, opened_by)
    if asked.period is not None:
        yield asked.say("opening.period", **asked.period)
        if rule is not None and LEAD_PERIOD in rule.per:
            yield from _within_period(asked)
    follows = trace.get("follows")
    if follows is not None and rule is not None:
        key = "opening.overdue" if rule.opens.overdue else "opening.met"
        source = trace.get("followed") or next(iter(rule.opens.sources), None)
        other = asked.rule_duty(source)
        yield asked.say(key, rule=other, id=one_line(follows))
    if "opened_at" in trace:
        moment = datetime.fromisoformat(trace["opened_at"])
        yield asked.say("opening.at", moment=asked.texts.moment(moment))
    yield from default_lines(asked)


def _within_period(asked: Asked) -> Iterator[str]:
    """Why an update is owed from a day within the period, and not from its first."""
    since = asked.obligation.opened_on.isoformat()
    if "opened_by" in asked.trace and since > str(asked.trace["period"].get("first")):
        yield asked.say("opening.within")


def _legal_date(asked: Asked, opened_by: TracedEvent) -> Iterator[str]:
    """Why it opens on another day than that of the event, or by another event than is usual."""
    obligation, rule = asked.obligation, asked.rule
    if rule is None:
        return
    if DOCUMENT in rule.per and opened_by.get("type") not in rule.opens.events:
        yield asked.say("opening.added" if obligation.task_id else "opening.outside")
    elif OCCURRENCE in rule.per and opened_by.get("on") != obligation.opened_on.isoformat():
        yield asked.say("opening.comes_round")
    elif rule.opens.after_deadline:
        due = asked.trace.get("due") or {}
        # A term that counts from the deadline as it is moved begins on another day than this opens.
        moved = due.get("start") in ("moved_deadline", "moved_back_deadline")
        day = (obligation.opened_on - ONE_DAY).isoformat() if moved else due.get("from", "?")
        yield asked.say("opening.deadline", date=asked.written(day))
    elif opened_by.get("on") != obligation.opened_on.isoformat():
        day = asked.on(obligation.opened_on)
        yield asked.say("opening.legal_date", date=day, on=asked.written(opened_by.get("on")))


def _readings(asked: Asked, readings: Iterable[Reading]) -> Iterator[str]:
    language = asked.language
    for reading in readings:
        yield asked.say("reading.wording", wording=reading.wording.said(language))
        yield asked.say("reading.chosen", text=reading.chosen.said(language))
        yield asked.say("reading.rejected", text=reading.rejected.said(language))
        if reading.why is not None:
            yield asked.say("reading.why", text=reading.why.said(language))
