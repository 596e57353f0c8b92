"""A task that comes round: what each body charged with it owes for each day on which it is due.

An occurrence opens on the day after the one before it, and is met by what is done from then on;
what comes after its due date meets it late and serves its own occurrence as well. It must never
give more than `MOST` of one charge and rule of repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from ..events import Event
from ..recurrence import days_from
from ..regulation import Regulation
from ..rule import CHARGED, LEAD, Rule
from .by_the_clock import dates_by, told_in_time
from .cases import ONE_DAY, Case, of_occurrence
from .fulfilment import Met
from .judgement import StreamJudgement
from .outcome import Matter
from .period_matters import ServedByKey, met_in_its_time, unserved
from .settling import Settled, settled
from .task import Charge, Task
from .terms import Dates, Excuses
from .timeline import Timeline, first_of

MOST = 400
"""Occurrences of one charge: more than seven years of weeks."""
BOUNDED = "recurrence_bounded"
"""Flags a task that comes round more often than is followed."""

Returned = Callable[[Rule, Case], Excuses]
"""When the task of a case was back with the Office, where its rule excuses that."""


def occurrence_matters(
    judgement: StreamJudgement,
    regulation: Regulation,
    rule: Rule,
    tasks: Iterable[Task],
    held: frozenset[str],
    returned: Returned,
) -> Iterator[Matter]:
    """What *rule* of *regulation* asks for each occurrence of those of *tasks* that come round, of
    each lead, or of each body that is charged."""
    for task in tasks:
        for charge in task.charges if task.recurrences else ():
            if rule.owes == CHARGED or charge.role == LEAD:
                for run in _runs(task, charge):
                    yield from _of_run(judgement, regulation, rule, run, held, returned)


@dataclass(slots=True)
class _Run:
    """A body charged with a task that comes round by one rule of repetition, from the event that
    brought it about to another."""

    task: Task
    charge: Charge
    by: Event
    recurrence: str
    end: Event | None
    served: ServedByKey = field(default_factory=dict)

    def until(self, day: date) -> date | None:
        """The last day on which it comes round, as had been said by *day*; None: it goes on."""
        said = [each.due_on for each in self.task.dates if each.event.on <= day]
        return said[-1] if said else None

    def is_over(self, opened_on: date, day: date) -> bool:
        """Whether it does not come round on *day*, which would open on *opened_on*, nor after."""
        last = self.task.dates[-1] if self.task.dates else None
        if last is None or last.due_on is None:
            return False
        return last.event.on <= opened_on and last.due_on < day

    def cut_short(self, day: date, opened_on: date) -> Event | None:
        """What says that it does not come round as far as *day* any more, after the occurrence of
        that day has *opened_on* another."""
        return next(
            (
                each.event
                for each in self.task.dates
                if each.due_on is not None and each.due_on < day and each.event.on > opened_on
            ),
            None,
        )


def _runs(task: Task, charge: Charge) -> Iterator[_Run]:
    """The times in which *charge* came round by one rule each."""
    for place, (event, recurrence) in enumerate(task.recurrences):
        after = task.recurrences[place + 1][0] if place + 1 < len(task.recurrences) else None
        end = first_of(after, charge.end)
        by = max((event, charge.start), key=lambda each: each.order)
        if recurrence is not None and (end is None or by.order < end.order):
            yield _Run(task, charge, by, recurrence, end)


def _of_run(
    judgement: StreamJudgement,
    regulation: Regulation,
    rule: Rule,
    run: _Run,
    held: frozenset[str],
    returned: Returned,
) -> Iterator[Matter]:
    for opened_on, day in _occurrences(judgement, rule, run):
        until = run.until(opened_on)
        if opened_on < judgement.since or (until is not None and until < day):
            continue
        case = of_occurrence(run.charge, run.task, run.by, day, opened_on, held)
        case = case.ended_by(run.cut_short(day, opened_on)).ended_by(run.end)
        if not judgement.law.governs(regulation, rule, case):
            continue
        if not judgement.applies(rule, case):
            continue
        case = judgement.read(rule, case)
        found = Settled(dates_by(rule, case, judgement.calendar), (), {})
        counted, met, in_time = _met(rule, run, case, day, found.dates)
        if rule.settled_later:
            closed = counted.end if met is None else met[0]
            found = settled(rule, case, judgement.calendar, judgement.story, closed)
            counted, met, in_time = _met(rule, run, case, day, found.dates)
        if met is not None and in_time:
            run.served[met[0].key] = day.isoformat()
        yield Matter(
            regulation,
            rule,
            counted,
            dates=found.dates,
            met=met,
            returned=returned(rule, case),
            standing=found.standing,
            told=found.told,
        )


def _met(
    rule: Rule, run: _Run, case: Case, day: date, dates: Dates
) -> tuple[Case, Met | None, bool]:
    """What meets the *case* of the occurrence of *day* by these *dates*, after the case as it
    counts; and whether it came by the due date."""
    due, events = dates.due or day, run.task.events
    counting = case._replace(
        events=unserved(told_in_time(events.between(case.opened_on, due), dates), run.served),
        told=Timeline(events.between(case.opened_on, None)),
        served=dict(run.served),
    )
    counted, met = met_in_its_time(rule, counting, dates)
    by_then = met is not None and met[1] <= due
    return counted, met, by_then and (counted is counting or dates.due_at is None)


def _occurrences(judgement: StreamJudgement, rule: Rule, run: _Run) -> Iterator[tuple[date, date]]:
    """The days on which the task comes round in *run*, each with the day on which it opens, as far
    as that is to be followed."""
    opened_on = run.by.on
    for number, day in enumerate(days_from(run.recurrence, opened_on)):
        if run.is_over(opened_on, day):
            return
        if run.end is not None and number and run.end.on <= opened_on:
            return
        if not judgement.opens(opened_on, (rule.id, run.task.id)):
            return
        if number >= MOST:
            judgement.flags.add(BOUNDED)
            return
        yield opened_on, day
        opened_on = day + ONE_DAY
