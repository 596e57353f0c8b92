"""When lateness is excused: while a task was back with the Office, returned in time by a body and
not yet answered, and while what another rule asks was itself late.

Lateness is not counted meanwhile (Điều 6.2.a sends the task back for the Office to mend). It
must never ask whether the return was right: that is the Office's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from ..obligations import Obligation
from ..rule import Excuse
from .by_the_clock import in_time
from .cases import ONE_DAY
from .judgement import Owed
from .task import Task
from .terms import Excuses

Spans: TypeAlias = list[tuple[date, date | None]]
"""From a day, to the day before another; None where it has not been answered."""


def returned_in_time(
    excuse: Excuse, tasks: Iterable[Task], looked_over: Sequence[Owed]
) -> dict[tuple[str, str], Spans]:
    """By task and body, since when and until when the task was back.

    *looked_over*: the obligations of the rule that a return has to keep the term of. The day
    of the answer itself is not counted, as no day of an event is.
    """
    by_task: dict[str, list[Owed]] = {}
    for owed in looked_over:
        if owed.case.task is not None:
            by_task.setdefault(owed.case.task.id, []).append(owed)
    found: dict[tuple[str, str], Spans] = {}
    for task in tasks:
        for body, spans in _of_task(excuse, task, by_task.get(task.id, [])).items():
            found[task.id, body] = spans
    return found


def while_late(named: Iterable[Owed]) -> Excuses:
    """From when to when the rule that an excuse names was itself late, by what was owed by it."""
    return [
        (each.late_on, None if each.closed_on is None else each.closed_on + ONE_DAY)
        for each in (owed.obligation for owed in named)
        if each.late_on is not None and each.was_late
    ]


def _of_task(excuse: Excuse, task: Task, looked_over: Sequence[Owed]) -> dict[str, Spans]:
    dues: dict[str, Obligation] = {}
    delivered = iter(sorted(looked_over, key=lambda each: each.case.position))
    next_one = next(delivered, None)
    unanswered: list[tuple[str, date]] = []
    spans: dict[str, Spans] = {}
    for position, event in enumerate(task.events):
        while next_one is not None and next_one.case.position <= position:
            dues[next_one.case.body] = next_one.obligation
            next_one = next(delivered, None)
        if event.type == excuse.by:
            body = event.data["body"]
            due = dues.get(body)
            if due is not None and in_time(event, due):
                unanswered.append((body, event.on))
        elif event.type in excuse.until:
            # What a body itself says, such as that it accepts, is about its own return.
            by = event.data.get("body")
            for body, since in unanswered:
                if by in (None, body):
                    spans.setdefault(body, []).append((since, event.on + ONE_DAY))
            unanswered = [each for each in unanswered if by not in (None, each[0])]
    for body, since in unanswered:
        spans.setdefault(body, []).append((since, None))
    return spans
