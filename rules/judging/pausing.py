"""The pauses of a case's clock: what began and ended each, how far they count, where they move its
dates to.

A term in days stands still by whole days, one that ends by the clock from moment to moment. It must
never ask what day it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

from ..calendar import Calendar, OutsideCoverage
from ..events import Event
from ..moments import moment_text, start_of
from ..months import month_ends
from ..own_condition import PauseBetween
from ..paused_hours import cut_halts, moved_by_halts
from ..pauses import Standstill, cut, joined, moved_by_pauses
from ..rule import CALENDAR_MONTHS, WORKING_DAYS, WORKING_HOURS, Rule, Term
from ..trace import TracedPause
from ..working_hours import Halt, begins_at, minutes_between
from .by_the_clock import dates_by
from .cases import ONE_DAY, Case
from .shortfall import told_of
from .terms import Dates, Excuses
from .timeline import Timeline


class Pause(NamedTuple):
    """The clock stood still from what ``began`` until something ``ended`` it, or stands, as the
    rule's ``between`` says. As far as that counts: ``days`` of a term in days, the ``halt`` of one
    that ends by the clock, which counts so many ``minutes`` of office hours."""

    between: PauseBetween
    began: Event
    ended: Event | None
    days: Standstill
    halt: Halt
    minutes: int = 0


class Paused(NamedTuple):
    """The ``dates`` of a case as its ``pauses`` move them, which are in the order in which they
    began; ``by_the_clock``: they count from moment to moment."""

    dates: Dates
    pauses: Sequence[Pause]
    by_the_clock: bool

    def began_in_time(self, pause: Pause) -> bool:
        """Whether *pause*, or what it only goes on with, began before the due date was over."""
        began = self._span(pause)[0]
        for stopped, went_on in self._spans():
            if stopped <= began and (went_on is None or began <= went_on):
                began = stopped
        return self._in_time(began)

    def stands_at(self, event: Event) -> bool:
        """Whether the clock stands still, with no end, when *event* comes."""
        came = begins_at(event.time) if self.by_the_clock else event.on
        return any(stopped <= came for stopped in self._standing())

    def standing(self) -> Excuses:
        """Since which day the clock stands still, with no end: the day of a moment, or the one
        after the day of an event."""
        return [
            (stopped.date() if isinstance(stopped, datetime) else stopped + ONE_DAY, None)
            for stopped in self._standing()
        ]

    def told(self) -> list[TracedPause]:
        """What a trace says of the pauses."""
        return [self._told(each) for each in self.pauses]

    def _standing(self) -> Iterator[date]:
        for stopped, went_on in self._spans():
            if went_on is None and self._in_time(stopped):
                yield stopped

    def _spans(self) -> Sequence[Standstill]:
        return joined(self._span(each) for each in self.pauses)

    def _span(self, pause: Pause) -> Standstill:
        return pause.halt if self.by_the_clock else pause.days

    def _in_time(self, stopped: date) -> bool:
        due = self.dates.due_at if self.by_the_clock else self.dates.due
        return due is None or stopped <= due

    def _told(self, pause: Pause) -> TracedPause:
        told: dict[str, Any] = {**told_of(pause.began)}
        if self.by_the_clock:
            told |= _told_by_the_clock(pause)
        else:
            told |= _told_by_days(pause)
        if pause.ended is not None:
            told["by"] = told_of(pause.ended)
        if not self.began_in_time(pause):
            told["late"] = True
        return cast(TracedPause, told)


def _told_by_days(pause: Pause) -> Mapping[str, Any]:
    stopped, went_on = pause.days
    told: dict[str, Any] = {"first": (stopped + ONE_DAY).isoformat()}
    if went_on is not None:
        told["last"] = went_on.isoformat()
        if pause.ended is None or went_on < pause.ended.on:
            told["cut"] = True
    return told


def _told_by_the_clock(pause: Pause) -> Mapping[str, Any]:
    stopped, went_on = pause.halt
    told: dict[str, Any] = {"stopped_at": moment_text(stopped)}
    if went_on is not None:
        told |= {"went_on_at": moment_text(went_on), "minutes": pause.minutes}
        if pause.ended is None or went_on < begins_at(pause.ended.time):
            told["cut"] = True
    return told


def pauses_of(rule: Rule, case: Case, story: Timeline, closed: Event | None) -> list[Pause]:
    """The pauses of *case* under *rule*, which was *closed* by that event, as long as they last;
    *story*: all that was told in its stream."""
    return [each for way in rule.pauses for each in _between(way, case, story, closed)]


def _between(
    between: PauseBetween, case: Case, story: Timeline, closed: Event | None
) -> Iterator[Pause]:
    """Each time from something that begins a pause to the next that ends it; one that is begun
    while it lasts, or ended when it is over, is as if nothing had come. To close the case ends
    it too."""
    events = story if case.task is None else case.task.events
    began: Event | None = None
    for place in events.places(between.begins | between.ends, 0):
        event = events[place]
        if not case.concerned_by(event):
            continue
        if closed is not None and event.order >= closed.order:
            break
        if began is None and event.type in between.begins:
            began = event
        elif began is not None and event.type in between.ends:
            yield _pause(between, began, event)
            began = None
    if began is not None:
        yield _pause(between, began, closed)


def _pause(between: PauseBetween, began: Event, ended: Event | None) -> Pause:
    days = began.on, None if ended is None else ended.on
    halt = begins_at(began.time), None if ended is None else begins_at(ended.time)
    return Pause(between, began, ended, days, halt)


def paused(rule: Rule, case: Case, calendar: Calendar, pauses: Sequence[Pause]) -> Paused:
    """The dates of *case* under *rule* as its *pauses* move them, as far as they count."""
    dates = dates_by(rule, case, calendar)
    terms = [term for term in (dates.due_term, dates.target_term) if term is not None]
    by_the_clock = any(term.ends_by_the_clock for term in terms)
    if not pauses or not terms:
        return Paused(dates, pauses, by_the_clock)
    try:
        counted = [
            pause
            for way in rule.pauses
            for pause in _counted(
                [each for each in pauses if each.between is way], way, dates, calendar
            )
        ]
        counted.sort(key=lambda each: each.began.order)
        move = _moved_by_the_clock if by_the_clock else _moved_by_days
        return Paused(move(dates, counted, calendar), counted, by_the_clock)
    except OutsideCoverage:
        none = dates._replace(target=None, due=None, target_at=None, due_at=None, covered=False)
        return Paused(none, pauses, by_the_clock)


def _counted(
    pauses: list[Pause], between: PauseBetween, dates: Dates, calendar: Calendar
) -> list[Pause]:
    """*pauses*, all *between* the same, as far as they count for a case of these *dates*."""
    term, start = dates.due_term, dates.due_from
    if term is None or start is None:
        return pauses
    if term.ends_by_the_clock:
        begin = _begin(term, start, dates)
        halts = [each.halt for each in pauses]
        if between.most_hours is not None:
            halts = cut_halts(halts, between.most_hours * 60, begin, calendar)
        return [
            each._replace(halt=halt, minutes=_lost(halt, begin, calendar))
            for each, halt in zip(pauses, halts, strict=True)
        ]
    if between.most is None:
        return pauses
    zero, in_working = term.day_zero(start), term.kind == WORKING_DAYS
    days = [each.days for each in pauses]
    days = cut(days, between.most, zero, calendar, in_working_days=in_working)
    return [each._replace(days=span) for each, span in zip(pauses, days, strict=True)]


def _lost(halt: Halt, begin: datetime, calendar: Calendar) -> int:
    stopped, went_on = halt
    return 0 if went_on is None else minutes_between(calendar, max(stopped, begin), went_on)


def _begin(term: Term, start: date, dates: Dates) -> datetime:
    """The moment at which *term* begins to run, which is counted from *start*."""
    if term.kind == WORKING_HOURS and dates.hours_from is not None:
        return begins_at(dates.hours_from)
    return start_of(term.day_zero(start) + ONE_DAY)


def _moved_by_days(dates: Dates, pauses: Sequence[Pause], calendar: Calendar) -> Dates:
    spans = joined(each.days for each in pauses)

    def moved(day: date | None, term: Term | None, start: date | None) -> date | None:
        if day is None or term is None or start is None:
            return day
        return moved_by_pauses(
            _unmoved(term, start) if term.rolls else day,
            term.day_zero(start),
            spans,
            calendar,
            in_working_days=term.kind == WORKING_DAYS,
            rolls=term.rolls,
        )[1]

    target = moved(dates.target, dates.target_term, dates.target_from)
    due = moved(dates.due, dates.due_term, dates.due_from)
    if target is not None and due is not None and due < target:
        due = target
    return dates._replace(target=target, due=due)


def _unmoved(term: Term, start: date) -> date:
    """The last day of *term*, counted from *start*, before it is moved off a day off."""
    if term.kind == CALENDAR_MONTHS:
        return month_ends(start, term.months, inclusive=term.inclusive)
    return term.day_zero(start) + timedelta(days=term.days)


def _moved_by_the_clock(dates: Dates, pauses: Sequence[Pause], calendar: Calendar) -> Dates:
    halts = joined(each.halt for each in pauses)

    def moved(end: datetime | None, term: Term | None, start: date | None) -> datetime | None:
        if end is None or term is None or start is None:
            return end
        return moved_by_halts(end, _begin(term, start, dates), halts, calendar)

    target = moved(dates.target_at, dates.target_term, dates.target_from)
    due = moved(dates.due_at, dates.due_term, dates.due_from)
    if target is not None and due is not None and due < target:
        due = target
    return dates._replace(
        target=target and target.date(),
        due=due and due.date(),
        target_at=target,
        due_at=due,
    )
