"""The cases that single events open: each thing that is told of, whatever is told of it again.

Whose they are is said by the law that each goes by, not by the rule that is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeAlias

from ..event_facts import ASKING
from ..events import Event
from ..regulation import Regulation
from ..rule import Rule
from ..streams import is_of_reports
from .acting import is_strangers
from .case_deadline import NO_DEADLINE, CaseDeadline, deadline_of
from .cases import Case, of_event, told_again
from .clock import Clock, own_clock
from .conditions import agrees, conditions_of
from .fulfilment import is_before, met_by
from .judgement import StreamJudgement
from .petitions import hands_over, taken_from
from .task import Task
from .timeline import Timeline

CaseClocks: TypeAlias = Callable[[Case], Clock | None]
"""How the law that a case goes by reads a deadline of the data; None where its rule reads none."""

Running: TypeAlias = Callable[[Event], CaseDeadline]
"""The deadline that ran for a task when an event came."""


def no_deadline(_: Event) -> CaseDeadline:
    """What runs where there is no task."""
    return NO_DEADLINE


def event_cases(
    judgement: StreamJudgement,
    regulation: Regulation,
    rule: Rule,
    events: Timeline,
    task: Task | None,
    held: frozenset[str],
    running: Running = no_deadline,
) -> Iterator[Case]:
    """The cases that *events* open under *rule* of *regulation*, each with its obligor, but for
    those that are left to another rule. *running*: the deadline of *task* when an event came,
    which counts for what only asks for another."""
    left = judgement.openers(rule.opens.leaves_to)
    law = judgement.law
    clocks = partial(_clock, judgement, rule)
    # A body's stream is about no one thing; what was asked for has its own name.
    named = is_of_reports(judgement.stream)
    handing = hands_over(events)
    for spans in _things(rule, events, task, held, clocks, running):
        for case in _until_met(judgement, rule, spans, events):
            opened_by = case.opened_by
            if opened_by is None or opened_by.key in left:
                continue
            if law.governs(regulation, rule, case) and case.body:
                if named:
                    case = case._replace(subject=_name(rule, case, opened_by))  # noqa: PLW2901
                elif handing:
                    case = case.ended_by(taken_from(case, handing))  # noqa: PLW2901
                if judgement.applies(rule, case):
                    yield case


def _clock(judgement: StreamJudgement, rule: Rule, case: Case) -> Clock | None:
    own = judgement.law.own(rule, case) or rule
    return own_clock(own, conditions_of(case), judgement.calendar)


def _name(rule: Rule, case: Case, opened_by: Event) -> str:
    """What *rule* tells the case by (a request's own id), otherwise the event's subject."""
    names = (case.data.get(name) for name in rule.opens.once_for if name != "subject")
    return str(next((name for name in names if name), opened_by.subject))


def _until_met(
    judgement: StreamJudgement, rule: Rule, spans: Sequence[Case], events: Timeline
) -> Iterator[Case]:
    """*spans* of one thing, each assigned by the law that it goes by. One that was fulfilled
    before its deadline was moved is the last: moving it then changes nothing."""
    for span in spans:
        own = judgement.law.own(rule, span)
        if own is None:
            yield span
            continue
        case = judgement.assigned(own, span, events)
        if case.superseded and case.end is not None:
            lasting = case.not_superseded()
            met = met_by(own, lasting)
            if met is not None and is_before(met, case.end):
                yield lasting
                return
        yield case


def _things(
    rule: Rule,
    events: Timeline,
    task: Task | None,
    held: frozenset[str],
    clocks: CaseClocks,
    running: Running,
) -> Iterator[list[Case]]:
    """The cases of each thing that *events* open *rule* for.

    There are several where the thing was told again with another deadline after the last day of
    the one before, as the clock of that case reads it: each ends with the next.
    """
    found: dict[tuple[Any, ...], list[Case]] = {}
    handing = hands_over(events)
    for position in events.places(rule.opens.events, 0):
        event = events[position]
        if agrees(event.data, rule.opens.where) and not is_strangers(event, task):
            case = of_event(rule, event, position, events, task, held)
            if event.type in ASKING:
                case = case._replace(deadline=running(event))
            about = _about(rule, event)
            if handing:
                # Whoever has a petition again has it anew.
                about = (sum(each.order < event.order for each in handing), *about)
            spans = found.setdefault(about, [])
            if spans:
                spans[-1:] = _told_again(rule, spans, case, event, clocks)
            else:
                spans.append(_first(case, event, clocks))
    yield from found.values()


def _about(rule: Rule, event: Event) -> tuple[Any, ...]:
    """What *event* is about, as far as *rule* goes: itself, or what it shares with others."""
    if not rule.opens.once_for:
        return event.key
    return tuple(
        event.subject if name == "subject" else event.data.get(name) for name in rule.opens.once_for
    )


def _first(case: Case, event: Event, clocks: CaseClocks) -> Case:
    """The *case* of a thing that *event* is the first to tell of."""
    due_on = None if event.type in ASKING else _due_on(event.data)
    if due_on is None:
        return case
    with_date = case._replace(deadline=CaseDeadline(due_on))
    clock = clocks(with_date)
    binds = clock is None or clock.binds(event, due_on)
    return with_date if binds else case._replace(deadline=deadline_of(event, due_on, binds=False))


def _told_again(
    rule: Rule, spans: Sequence[Case], new: Case, event: Event, clocks: CaseClocks
) -> Sequence[Case]:
    """What takes the place of the last of *spans* when *event* tells of the thing again: that one,
    said better, or that one as it ends with what *event* opens (*new*)."""
    case = spans[-1]
    data: Mapping[str, Any] = {**case.data, **event.data}
    if event.type in ASKING:
        return (told_again(rule, case, data, case.deadline),)
    due_on = _due_on(data)
    new = told_again(rule, new, data, CaseDeadline(due_on).after(case.deadline))
    new = new._replace(begun_on=spans[0].opened_on)
    runs = case.deadline
    running = clocks(case)
    passed = running is not None and running.passed(event, runs.due_on, _set_on(case))
    setting = clocks(new) if passed else running
    if due_on != runs.due_on and setting and not setting.binds(event, due_on):
        runs, due_on = runs.beside(event, due_on), runs.due_on
    if due_on == runs.due_on:
        return (told_again(rule, case, data, runs),)
    if not passed:
        return (told_again(rule, case, data, runs.moved(event, due_on)),)
    return (case._replace(deadline=runs).superseded_by(event), new)


def _set_on(case: Case) -> date:
    """When the deadline of *case* was set."""
    told = case.opened_on if case.opened_by is None else case.opened_by.on
    return case.deadline.set_on or told


def _due_on(data: Mapping[str, Any]) -> date | None:
    due_on = data.get("due_on")
    return date.fromisoformat(due_on) if isinstance(due_on, str) else None
