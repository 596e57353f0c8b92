"""What the calendar opens: reports of a body by period, updates on tasks by period.

Streams of periods never end; each projection gives those that have opened and notes when the
next one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from ..events import Event
from ..periods import Period, periods_from
from ..regulation import Regulation
from ..rule import PERIOD, PeriodTerm, Rule
from ..trace import Trace
from .acting import ENDED_BODY, is_of_ended
from .by_the_clock import timed_period, told_in_time
from .cases import ONE_DAY, Case, counting_only, of_period, of_period_of_charge
from .conditions import applies
from .fulfilment import Met, came_early, met_by_event, stands_after
from .judgement import StreamJudgement
from .outcome import Matter
from .shortfall import told_of
from .terms import Dates, Excuses
from .timeline import Timeline

EARLY_REPORT = "early_report"
"""Flags a report that came before the end of the period that it is on."""


def period_matters(judgement: StreamJudgement, history: Sequence[Event]) -> Iterator[Matter]:
    """What the stream's own body owes for each period, as *history* tells of it."""
    for regulation, rule in judgement.law.regulations.of_kind(PERIOD):
        for term in rule.periods:
            for period in _opened(judgement, regulation, rule, term):
                case = _case(judgement, rule, term, period, history)
                if case is not None:
                    yield Matter(
                        regulation,
                        rule,
                        case,
                        dates=timed_period(rule, term, period, judgement.calendar),
                        earliest=period.last,
                        breach=term.breach,
                        told=_told(period, term),
                    )


def _opened(
    judgement: StreamJudgement, regulation: Regulation, rule: Rule, term: PeriodTerm
) -> Iterator[Period]:
    """The periods that have opened since tracking began, and go by the regulation."""
    for period in periods_from(regulation.schedules[term.schedule], judgement.since):
        if period.opens_on < judgement.since:
            continue
        ruling = judgement.law.regulations.ruling(rule.id, period.opens_on, period.first)
        if ruling.regulation is not regulation:
            if _is_over(regulation, period.opens_on):
                return
            continue
        if not judgement.opens(period.opens_on, (rule.id, None)):
            return
        yield period


def _is_over(regulation: Regulation, day: date) -> bool:
    """Whether what opens on *day* opens after the regulation has expired: once another law has
    taken over its periods, it gets none back."""
    return regulation.in_force_to is not None and day > regulation.in_force_to


def _case(
    judgement: StreamJudgement,
    rule: Rule,
    term: PeriodTerm,
    period: Period,
    history: Sequence[Event],
) -> Case | None:
    """The case of what the stream's own body owes for *period*; None where it owes nothing."""
    body, directory = judgement.subject, judgement.directory
    if not directory.exists(body, period.opens_on):
        # Who does not exist, or no longer, owes no report; and whoever hands one in says so.
        _flag_report_of_none(judgement, rule, period, history)
        return None
    of_office = rule.owes == "office"
    if of_office and directory.office(period.opens_on) != body:
        return None
    about = Timeline(
        event
        for event in history
        if _concerns(event, period)
        and directory.is_act_for(event.under or body, body, event.on, period.opens_on)
    )
    case = of_period(term.schedule, period, body, "office" if of_office else "body", about)
    if not applies(rule, case, directory):
        return None
    if came_early(rule, case, period.last):
        judgement.flags.add(EARLY_REPORT)
    return case


def _flag_report_of_none(
    judgement: StreamJudgement, rule: Rule, period: Period, history: Sequence[Event]
) -> None:
    """Flag a report on *period* under the code of the stream's body, which had ended when that
    opened, where it is nobody else's by then."""
    body, directory = judgement.subject, judgement.directory
    if directory.has_ended(body, period.opens_on) and any(
        event.type in rule.fulfilling
        and _concerns(event, period)
        and is_of_ended(event, body, directory)
        for event in history
    ):
        judgement.flags.add(f"{ENDED_BODY}:{body}")


def _concerns(event: Event, period: Period) -> bool:
    """Whether *event* is about *period*, or about no period at all."""
    data = event.data
    if "year" in data:
        return bool(data["year"] == period.year)
    if "period" not in data:
        return "request_id" not in data
    return data["period"] == period.name or period.name in (data.get("covers") or ())


def _told(period: Period, term: PeriodTerm) -> Trace:
    return {
        "period": {
            "schedule": term.schedule,
            "name": period.name,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        }
    }


def _opened_within(period: Period, span: Case) -> Trace:
    """What opened *span*, where that was only within *period*."""
    if span.opened_by is None or span.opened_on <= period.first:
        return {}
    return {"opened_by": told_of(span.opened_by)}


ServedByKey: TypeAlias = dict[tuple[str, str], str]
"""By its key, the period that an event has served."""
Served: TypeAlias = dict[tuple[str, ...], ServedByKey]
"""By task, charge, role, body, rule and kind of period: the events that have served a period."""


def lead_period_matters(
    judgement: StreamJudgement,
    regulation: Regulation,
    rule: Rule,
    spans: Sequence[tuple[Case, Excuses]],
    served: Served,
) -> Iterator[Matter]:
    """What each lead of a task owes for each period in which it leads on the cut-off day. *spans*:
    its charges, each with when the task was back with the Office. *served*: the events that
    have served a period already, by this regulation or the one before; added to.

    An event after the cut-off and up to the due date serves that period if nothing else has,
    and otherwise the next one; what completes the task serves both. One after the due date meets
    it late, and serves its own period as well. Who no longer leads on the cut-off day is left with
    a void.
    """
    for span, returned in spans:
        if judgement.applies(rule, span):
            for term in rule.periods:
                by_now = served.setdefault(_about(regulation, rule, term, span), {})
                yield from _span_matters(judgement, regulation, rule, term, span, returned, by_now)


def _about(regulation: Regulation, rule: Rule, term: PeriodTerm, span: Case) -> tuple[str, ...]:
    task_id = span.task.id if span.task else ""
    every = regulation.schedules[term.schedule].every
    return task_id, span.part, span.role, span.body, rule.id, every


def _span_matters(
    judgement: StreamJudgement,
    regulation: Regulation,
    rule: Rule,
    term: PeriodTerm,
    span: Case,
    returned: Excuses,
    served: ServedByKey,
) -> Iterator[Matter]:
    """What the charge of *span* owes for each period of *term*."""
    task, charge = span.task, span.charge
    if task is None or charge is None:
        return
    for period, opened_on in _led(judgement, regulation, rule, term, span):
        dates = timed_period(rule, term, period, judgement.calendar)
        done = task.completion(charge, stands_after(rule, dates.due_at or dates.due))
        if done is not None and done[1] < opened_on:
            continue  # taken back only after the term: the task stood as done all through it
        if not judgement.opens(opened_on, (rule.id, task.id)):
            return
        case = of_period_of_charge(
            span,
            f"{term.schedule} {period.name}",
            opened_on,
            judgement.law.begun(span),
            unserved(told_in_time(task.events.between(period.first, dates.due), dates), served),
            Timeline(task.events.between(period.first, None)),
            served,
        )
        counted, met = met_in_its_time(rule, case, dates)
        in_time = counted is case
        if met is not None and in_time and (done is None or met[0].key != done[0].key):
            # What completes the task leaves no later month to tell of.
            served[met[0].key] = period.name
        yield Matter(
            regulation,
            rule,
            counted,
            dates=dates,
            met=met,
            breach=term.breach,
            returned=returned,
            told=_told(period, term) | _opened_within(period, span),
        )


def _led(
    judgement: StreamJudgement, regulation: Regulation, rule: Rule, term: PeriodTerm, span: Case
) -> Iterator[tuple[Period, date]]:
    """The periods for which the charge of *span* owes something by *regulation*, each with the day
    from which: those that it reaches into before it ends or its task is done."""
    lasting = span.task.completion(span.charge) if span.task and span.charge else None
    for period in periods_from(regulation.schedules[term.schedule], span.opened_on):
        opened_on = max(period.first, span.opened_on)
        if period.last < span.opened_on or opened_on < judgement.since:
            continue
        ended = span.end is not None and span.end.on < opened_on
        if ended or (lasting is not None and lasting[1] < opened_on):
            return
        ruling = judgement.law.regulations.ruling(rule.id, opened_on, judgement.law.begun(span))
        if ruling.regulation is regulation:
            yield period, opened_on
        elif _is_over(regulation, opened_on):
            return


def unserved(events: Sequence[Event], served: ServedByKey) -> Timeline:
    return Timeline([event for event in events if event.key not in served] if served else events)


def met_in_its_time(rule: Rule, case: Case, dates: Dates) -> tuple[Case, Met | None]:
    """What meets *case*, and the case as it counts: by what came up to its due date or, where none
    of that meets it, by what came after, which ends it and still serves the period it is in."""
    due = dates.due_at or dates.due
    met = met_by_event(rule, case, due=due)
    if met is not None or dates.due is None or case.task is None:
        return case, met
    events = case.task.events
    first = events.on(dates.due + ONE_DAY) if dates.due_at is None else events.since(dates.due_at)
    late = counting_only(case, Timeline(events[first:]))
    return late, met_by_event(rule, late, due=due)
