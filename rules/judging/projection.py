"""The law applied to one stream: from its whole history to every obligation that follows.

A pure function. There is no clock in it: what a passing date opens is given with its own
opening date, up to a `through` that the caller has stored; whether something is late is left
to whoever looks, on the date they look. Its cost is linear in the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..calendar import Calendar
from ..directory import Directory
from ..events import Event
from ..in_force import Regulations
from ..obligations import Projection
from ..rule import EVENT, OBLIGATION
from ..streams import DOCUMENTS, REPORTS, parts_of
from .acting import ENDED_BODY, ended_bodies, of_body, told_to, unasked_of
from .bench import Bench
from .cases import source_told
from .document_rules import DocumentJudge
from .following import dependent_cases
from .period_rules import judge_periods
from .timeline import Timeline


def project(
    stream: str,
    history: Sequence[Event],
    regulations: Regulations,
    calendar: Calendar,
    directory: Directory,
    since: date,
    through: date,
) -> Projection:
    """Every obligation of *stream* that has opened by *through*, in a fixed order.

    *history* is the stream's, whole, in the contract's order and without repeats. *since*:
    obligations of periods exist only from then on. The result for a later *through*, cut at an
    earlier one, is the result for the earlier.
    """
    kind, subject = parts_of(stream)
    bench = Bench(stream, subject, regulations, calendar, directory, since, through)
    if kind == DOCUMENTS:
        return DocumentJudge(bench, history).judge()
    if kind == REPORTS:
        history = list(of_body(history, subject, directory))
        judge_periods(bench, subject, history)
        asked = {f"{ENDED_BODY}:{subject}"}
        bench.flags |= ended_bodies(history, directory) & asked
        bench.flags |= unasked_of(history, subject, directory)
    else:
        bench.law.begun_on = history[0].on if history else None
        history = list(told_to(history, directory))
        bench.flags |= ended_bodies(history, directory)
    _judge_events(bench, history)
    _judge_dependents(bench)
    return bench.projection()


def _judge_events(bench: Bench, history: Sequence[Event]) -> None:
    """The rules that single events of a stream without tasks open, each by its own day's law."""
    events = Timeline(history)
    for regulation, rule in bench.regulations.of_kind(EVENT):
        for case in bench.event_cases(regulation, rule, events, None, frozenset()):
            bench.judge(regulation, rule, case)


def _judge_dependents(bench: Bench) -> None:
    """The rules that other rules' obligations open in a stream without tasks."""
    for regulation, rule in bench.regulations.of_kind(OBLIGATION):
        for case in dependent_cases(bench, regulation, rule):
            bench.judge(regulation, rule, case, trace=source_told(rule, case))
