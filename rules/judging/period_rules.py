"""Rules that the calendar opens: reports of a body by period, updates on tasks by period.

Streams of periods never end; each projection gives those that have opened and notes when the
next one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from ..calendar import Calendar, OutsideCoverage
from ..events import Event
from ..periods import Period, periods_from
from ..regulation import Regulation
from ..rule import PERIOD, PeriodTerm, Rule, Term
from ..trace import Trace
from .acting import ENDED_BODY, is_of_ended
from .bench import Bench
from .cases import ONE_DAY, Case, applies
from .fulfilment import came_early, met_by_event, stands_after
from .task import Task
from .terms import Dates, Excuses
from .timeline import Timeline


def judge_periods(bench: Bench, body: str, history: Sequence[Event]) -> None:
    """What *body* owes for each period."""
    for regulation, rule in bench.regulations.of_kind(PERIOD):
        for term in rule.periods:
            for period in _opened(bench, regulation, rule, term):
                _judge_period(bench, regulation, rule, term, period, body, history)


def _opened(bench: Bench, regulation: Regulation, rule: Rule, term: PeriodTerm) -> Iterator[Period]:
    """The periods that have opened since tracking began, and go by the regulation."""
    for period in periods_from(regulation.schedules[term.schedule], bench.since):
        if period.opens_on < bench.since:
            continue
        ruling = bench.regulations.ruling(rule.id, period.opens_on, period.first)
        if ruling.regulation is not regulation:
            if _is_over(regulation, period.opens_on):
                return
            continue
        if not bench.opens(period.opens_on):
            return
        yield period


def _is_over(regulation: Regulation, day: date) -> bool:
    """Whether what opens on *day* opens after the regulation has expired: once another law has
    taken over its periods, it gets none back."""
    return regulation.in_force_to is not None and day > regulation.in_force_to


def _judge_period(
    bench: Bench,
    regulation: Regulation,
    rule: Rule,
    term: PeriodTerm,
    period: Period,
    body: str,
    history: Sequence[Event],
) -> None:
    if not bench.directory.exists(body, period.opens_on):
        # Who does not exist, or no longer, owes no report; and whoever hands one in says so.
        _flag_report_of_none(bench, rule, period, body, history)
        return
    if rule.owes == "office" and bench.directory.office(period.opens_on) != body:
        return
    case = Case(
        part=f"{term.schedule} {period.name}",
        body=body,
        role="office" if rule.owes == "office" else "body",
        opened_on=period.opens_on,
        subject=period.name,
        events=Timeline(event for event in history if _concerns(event, period)),
        begun_on=period.first,
    )
    if not applies(rule, case, bench.directory):
        return
    if came_early(rule, case, period.last):
        bench.flags.add("early_report")
    bench.judge(
        regulation,
        rule,
        case,
        dates=_dates(term, period, bench.calendar),
        earliest=period.last,
        breach=term.breach,
        trace=_trace(period, term),
    )


def _flag_report_of_none(
    bench: Bench, rule: Rule, period: Period, body: str, history: Sequence[Event]
) -> None:
    """Flag a report on *period* under the code of *body*, which had ended when that opened, where
    it is nobody else's by then."""
    if bench.directory.has_ended(body, period.opens_on) and any(
        event.type in rule.fulfilling
        and _concerns(event, period)
        and is_of_ended(event, body, bench.directory)
        for event in history
    ):
        bench.flags.add(f"{ENDED_BODY}:{body}")


def _concerns(event: Event, period: Period) -> bool:
    """Whether *event* is about *period*, or about no period at all."""
    data = event.data
    if "year" in data:
        return bool(data["year"] == period.year)
    if "period" not in data:
        return "request_id" not in data
    return data["period"] == period.name or period.name in (data.get("covers") or ())


def _dates(term: PeriodTerm, period: Period, calendar: Calendar) -> Dates:
    target, target_from, target_covered = _day(term.target, period, calendar)
    due, due_from, due_covered = _day(term.due, period, calendar)
    return Dates(
        target,
        due,
        term.target,
        term.due,
        target_from,
        due_from,
        covered=target_covered and due_covered,
    )


def _day(
    term: Term | None, period: Period, calendar: Calendar
) -> tuple[date | None, date | None, bool]:
    if term is None or term.on is None:
        return None, None, True
    day = period.day(term.on)
    if not term.rolls:
        return day, day, True
    try:
        return calendar.next_working_day(day), day, True
    except OutsideCoverage:
        return None, day, False


def _trace(period: Period, term: PeriodTerm) -> Trace:
    return {
        "period": {
            "schedule": term.schedule,
            "name": period.name,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        }
    }


Served: TypeAlias = dict[tuple[str, ...], dict[tuple[str, str], str]]
"""By task, charge, role, body, rule and kind of period: the events that have served a period, each
with that period."""


def judge_lead_periods(
    bench: Bench,
    regulation: Regulation,
    rule: Rule,
    task: Task,
    spans: Sequence[tuple[Case, Excuses]],
    served: Served,
) -> None:
    """What each lead of *task* owes for each period in which it leads on the cut-off day. *spans*:
    its charges, each with when the task was back with the Office. *served*: the events that
    have served a period already, by this regulation or the one before; added to.

    An event after the cut-off and up to the due date serves that period if nothing else has,
    and otherwise the next one; what completes the task serves both. One after the due date meets
    it late, and serves its own period as well. Who no longer leads on the cut-off day is left with
    a void.
    """
    for span, returned in spans:
        if applies(rule, span, bench.directory):
            for term in rule.periods:
                every = regulation.schedules[term.schedule].every
                about = (task.id, span.part, span.role, span.body, rule.id, every)
                by_now = served.setdefault(about, {})
                _judge_span(bench, regulation, rule, term, span, returned, by_now)


def _judge_span(
    bench: Bench,
    regulation: Regulation,
    rule: Rule,
    term: PeriodTerm,
    span: Case,
    returned: Excuses,
    served: dict[tuple[str, str], str],
) -> None:
    task, charge = span.task, span.charge
    if task is None or charge is None:
        return
    lasting = task.completion(charge)
    for period in periods_from(regulation.schedules[term.schedule], span.opened_on):
        opened_on = max(period.first, span.opened_on)
        if period.last < span.opened_on or opened_on < bench.since:
            continue
        if span.end is not None and span.end.on < opened_on:
            return
        if lasting is not None and lasting[1] < opened_on:
            return
        ruling = bench.regulations.ruling(rule.id, opened_on, bench.law.begun(span))
        if ruling.regulation is not regulation:
            if _is_over(regulation, opened_on):
                return
            continue
        dates = _dates(term, period, bench.calendar)
        done = task.completion(charge, stands_after(rule, dates.due))
        if done is not None and done[1] < opened_on:
            continue  # taken back only after the term: the task stood as done all through it
        if not bench.opens(opened_on):
            return
        case = Case(
            part=f"{span.part} {term.schedule} {period.name}",
            body=span.body,
            role=span.role,
            opened_on=opened_on,
            task=task,
            charge=charge,
            events=Timeline(
                event
                for event in task.events.between(period.first, dates.due)
                if event.key not in served
            ),
            end=span.end,
            lead=span.lead,
            told=Timeline(task.events.between(period.first, None)),
            served=dict(served),
            begun_on=bench.law.begun(span),
        )
        met = met_by_event(rule, case, due=dates.due)
        if met is not None:
            if done is None or met[0].key != done[0].key:
                # What completes the task leaves no later month to tell of.
                served[met[0].key] = period.name
        elif dates.due is not None:
            # Too late: it ends this period's obligation, and still serves the one it is in.
            case.events = Timeline(task.events.between(dates.due + ONE_DAY, None))
            met = met_by_event(rule, case, due=dates.due)
        bench.judge(
            regulation,
            rule,
            case,
            dates=dates,
            met=met,
            breach=term.breach,
            returned=returned,
            trace=_trace(period, term),
        )
