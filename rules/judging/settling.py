"""The dates of a case as what is told later settles them: conditions decided while its term runs,
and pauses of its clock.

What comes after the due date that runs by then changes nothing any more; nor does what comes after
the case was met or ended. It must never ask what day it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

from ..calendar import Calendar, OutsideCoverage
from ..events import Event
from ..months import month_ends
from ..own_condition import PauseBetween
from ..pauses import Standstill, cut, joined, moved_by_pauses
from ..rule import CALENDAR_MONTHS, WORKING_DAYS, Rule, Term
from ..trace import Trace, TracedPause, TracedTurn
from .by_the_clock import timed
from .cases import ONE_DAY, Case
from .own_conditions import Turn, later_turns
from .shortfall import told_of
from .terms import Dates, Excuses, dates_of
from .timeline import Timeline

IN_TIME, TOO_LATE, OVER = "in_time", "too_late", "over"
"""What becomes of a condition that is decided after the opening: it counts; the due date had passed
by then; the due date that it would set had."""


class Settled(NamedTuple):
    """The ``dates`` of a case, the days on which its clock is ``standing`` still with no end, and
    what its trace says of both."""

    dates: Dates
    standing: Excuses
    told: Trace


class _Pause(NamedTuple):
    """The clock stood still from what ``began`` until something ``ended`` it, or stands. ``days``:
    as far as that counts."""

    began: Event
    ended: Event | None
    days: Standstill


def settled(
    rule: Rule, case: Case, calendar: Calendar, story: Timeline, closed: Event | None
) -> Settled:
    """The dates of *case* under *rule*, which was *closed* by that event; *story*: all that was
    told in its stream."""
    turns = [turn for turn in later_turns(rule, case, story) if _before(turn.event, closed)]
    pauses = _pauses(rule, case, calendar, story, closed)
    spans = joined(each.days for each in pauses)
    dates = _paused_dates(rule, case, calendar, spans)
    told: list[TracedTurn] = []
    for turn in turns:
        held = case.conditions - {turn.condition.id}
        if turn.holds:
            held |= {turn.condition.id}
        other = case._replace(conditions=held)
        anew = _paused_dates(rule, other, calendar, spans)
        why = _counts(turn, dates, anew, spans)
        told.append(_told_turn(turn, why))
        if why == IN_TIME:
            case, dates = other, anew
    trace: Trace = {"turned": told} if told else {}
    paused = [_told_pause(each, dates.due) for each in pauses]
    if paused:
        trace["paused"] = paused
    standing = [
        (stopped + ONE_DAY, None)
        for stopped, went_on in spans
        if went_on is None and _in_time(stopped, dates.due)
    ]
    return Settled(dates, standing, trace)


def _before(event: Event, closed: Event | None) -> bool:
    return closed is None or event.order < closed.order


def _in_time(day: date, due: date | None) -> bool:
    return due is None or day <= due


def _by(event: Event, dates: Dates) -> bool:
    """Whether *event* comes by the due date of *dates*, or by its moment."""
    if dates.due_at is not None:
        return event.time <= dates.due_at
    return _in_time(event.on, dates.due)


def _counts(turn: Turn, runs: Dates, anew: Dates, spans: Sequence[Standstill]) -> str:
    """Whether *turn* counts, by which *anew* would be the dates in place of those that *runs*."""
    day = turn.event.on
    stands = any(
        _in_time(stopped, runs.due) and stopped <= day and went_on is None
        for stopped, went_on in spans
    )
    if not (_by(turn.event, runs) or stands):
        return TOO_LATE
    # A date that is over when it is set binds nobody.
    return IN_TIME if _by(turn.event, anew) or stands else OVER


# Pauses


def _pauses(
    rule: Rule, case: Case, calendar: Calendar, story: Timeline, closed: Event | None
) -> list[_Pause]:
    """The pauses of *case*, in the order in which they began."""
    found = [
        pause
        for each in rule.pauses
        for pause in _cut(each, [*_between(each, case, story, closed)], rule, case, calendar)
    ]
    return sorted(found, key=lambda each: each.began.order)


def _between(
    between: PauseBetween, case: Case, story: Timeline, closed: Event | None
) -> Iterator[_Pause]:
    """Each time from something that begins a pause to the next that ends it; one that is begun
    while it lasts, or ended when it is over, is as if nothing had come. To close the case ends
    it too."""
    events = story if case.task is None else case.task.events
    began: Event | None = None
    for place in events.places(between.begins | between.ends, 0):
        event = events[place]
        if not case.concerned_by(event):
            continue
        if not _before(event, closed):
            break
        if began is None and event.type in between.begins:
            began = event
        elif began is not None and event.type in between.ends:
            yield _Pause(began, event, (began.on, event.on))
            began = None
    if began is not None:
        yield _Pause(began, closed, (began.on, closed.on if closed else None))


def _cut(
    between: PauseBetween, pauses: list[_Pause], rule: Rule, case: Case, calendar: Calendar
) -> list[_Pause]:
    """*pauses* as far as they count."""
    if between.most is None or not pauses:
        return pauses
    dates = dates_of(rule, case, calendar)
    term, start = dates.due_term, dates.due_from
    if term is None or start is None:
        return pauses
    days = [each.days for each in pauses]
    try:
        left = cut(
            days, between.most, term.day_zero(start), calendar, in_working_days=_in_working(term)
        )
    except OutsideCoverage:
        return pauses
    counted = [each._replace(days=span) for each, span in zip(pauses, left, strict=False)]
    over = [each._replace(days=(each.days[0], each.days[0])) for each in pauses[len(left) :]]
    return counted + over


def _in_working(term: Term) -> bool:
    return term.kind == WORKING_DAYS


def _paused_dates(rule: Rule, case: Case, calendar: Calendar, spans: Sequence[Standstill]) -> Dates:
    """The dates of *case* under *rule*, as *spans* of standstill move them."""
    dates = dates_of(rule, case, calendar)
    if rule.by_the_clock:
        return timed(rule, dates, case, calendar)
    if not spans:
        return dates
    try:
        target = _moved(dates.target, dates.target_term, dates.target_from, calendar, spans)
        due = _moved(dates.due, dates.due_term, dates.due_from, calendar, spans)
    except OutsideCoverage:
        return replace(dates, target=None, due=None, covered=False)
    if target is not None and due is not None and due < target:
        due = target
    return replace(dates, target=target, due=due)


def _moved(
    day: date | None,
    term: Term | None,
    start: date | None,
    calendar: Calendar,
    spans: Sequence[Standstill],
) -> date | None:
    if day is None or term is None or start is None:
        return day
    return moved_by_pauses(
        _unmoved(term, start) if term.rolls else day,
        term.day_zero(start),
        spans,
        calendar,
        in_working_days=_in_working(term),
        rolls=term.rolls,
    )[1]


def _unmoved(term: Term, start: date) -> date:
    """The last day of *term*, counted from *start*, before it is moved off a day off."""
    if term.kind == CALENDAR_MONTHS:
        return month_ends(start, term.months, inclusive=term.inclusive)
    return term.day_zero(start) + timedelta(days=term.days)


def _told_turn(turn: Turn, why: str) -> TracedTurn:
    told = {**told_of(turn.event), "condition": turn.condition.id, "holds": turn.holds}
    return cast(TracedTurn, told if why == IN_TIME else {**told, "why": why})


def _told_pause(pause: _Pause, due: date | None) -> TracedPause:
    stopped, went_on = pause.days
    told: dict[str, Any] = {**told_of(pause.began), "first": (stopped + ONE_DAY).isoformat()}
    if pause.ended is not None:
        told["by"] = told_of(pause.ended)
    if went_on is not None:
        told["last"] = went_on.isoformat()
        if pause.ended is None or went_on < pause.ended.on:
            told["cut"] = True
    if not _in_time(stopped, due):
        told["late"] = True
    return cast(TracedPause, told)
