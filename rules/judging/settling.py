"""The dates of a case as what is told later settles them: conditions decided while its term runs,
and pauses of its clock.

What comes after the due date that runs by then changes nothing any more; nor does what comes after
the case was met or ended. It must never ask what day it is.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from ..calendar import Calendar
from ..events import Event
from ..rule import Rule
from ..trace import Trace, TracedTurn
from .by_the_clock import comes_by
from .cases import Case
from .own_conditions import Turn, later_turns
from .pausing import Paused, paused, pauses_of
from .shortfall import told_of
from .terms import Dates, Excuses
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


def settled(
    rule: Rule, case: Case, calendar: Calendar, story: Timeline, closed: Event | None
) -> Settled:
    """The dates of *case* under *rule*, which was *closed* by that event; *story*: all that was
    told in its stream."""
    turns = [turn for turn in later_turns(rule, case, story) if _before(turn.event, closed)]
    pauses = pauses_of(rule, case, story, closed)
    runs = paused(rule, case, calendar, pauses)
    told: list[TracedTurn] = []
    for turn in turns:
        held = case.conditions - {turn.condition.id}
        if turn.holds:
            held |= {turn.condition.id}
        other = case._replace(conditions=held)
        anew = paused(rule, other, calendar, pauses)
        why = _counts(turn, runs, anew)
        told.append(_told_turn(turn, why))
        if why == IN_TIME:
            case, runs = other, anew
    trace: Trace = {"turned": told} if told else {}
    if runs.pauses:
        trace["paused"] = runs.told()
    return Settled(runs.dates, runs.standing(), trace)


def _before(event: Event, closed: Event | None) -> bool:
    return closed is None or event.order < closed.order


def _counts(turn: Turn, runs: Paused, anew: Paused) -> str:
    """Whether *turn* counts, by which *anew* would be the dates in place of those that *runs*."""
    stands = runs.stands_at(turn.event)
    if not (comes_by(turn.event, runs.dates) or stands):
        return TOO_LATE
    # A date that is over when it is set binds nobody.
    return IN_TIME if comes_by(turn.event, anew.dates) or stands else OVER


def _told_turn(turn: Turn, why: str) -> TracedTurn:
    told = {**told_of(turn.event), "condition": turn.condition.id, "holds": turn.holds}
    return cast(TracedTurn, told if why == IN_TIME else {**told, "why": why})
