"""What a task's leads have handed in and whoever assigned has still to accept.

A result is handed in with the first word of a lead that the task is done, and is one thing until it
is taken back (Điều 7) or the charge ends. It must never decide whether the task is done: that goes
by the day on which it was handed in, accepted or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..events import Event
from ..regulation import Regulation
from ..rule import LEAD, Rule
from .cases import of_result
from .judgement import StreamJudgement
from .outcome import Matter
from .task import Charge, Task, said


def result_matters(
    judgement: StreamJudgement,
    regulation: Regulation,
    rule: Rule,
    tasks: Iterable[Task],
    held: frozenset[str],
) -> Iterator[Matter]:
    """What *rule* of *regulation* asks for each result that the leads of *tasks* have handed in."""
    for task in tasks:
        for charge in task.charges:
            if charge.role != LEAD:
                continue
            for event, end in _handed_in(task, charge):
                place = task.events.after(event)
                case = of_result(event, charge, task, place, held)
                case = case.ended_by(end).ended_by(charge.end)
                case = judgement.assigned(rule, case, task.events)
                if case.body and judgement.applies(rule, case):
                    yield Matter(regulation, rule, case)


def _handed_in(task: Task, charge: Charge) -> Iterator[tuple[Event, Event | None]]:
    """Each result of *charge*, by the event that first told of it, with what took it back."""
    end: Event | None = None
    standing = False
    for event in task.completions.get(charge.body, ()):
        if not charge.covers(event) or (standing and (end is None or event.order < end.order)):
            continue
        end, standing = task.undone.get(said(event)), True
        yield event, end
