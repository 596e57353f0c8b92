"""Obligations and tasks as rows of their tables, and back.

Two rows are equal exactly when their values are, so that a difference can be found by
comparing tuples.
"""

from __future__ import annotations

from typing import cast

from ...rules.obligations import Obligation, TaskState
from ...rules.trace import Trace
from ..engines.engine import Row
from .forms import day_of, day_text, local_of, micros_of, object_of, to_json

OBLIGATION_COLUMNS = (
    "id",
    "stream_id",
    "rule",
    "cite",
    "subject",
    "task_id",
    "body",
    "role",
    "opened_on",
    "target",
    "due",
    "met_on",
    "ended_on",
    "closed_on",
    "breach_on",
    "overdue_on",
    "first_due",
    "extensions",
    "regulation",
    "trace",
    "target_at",
    "due_at",
    "met_at",
)

TASK_COLUMNS = (
    "stream_id",
    "task_id",
    "lead",
    "content",
    "due",
    "status",
    "done_on",
    "ended_on",
    "overdue_on",
)


def obligation_row(obligation: Obligation, stream_id: int) -> Row:
    """The row of *obligation*, in the order of OBLIGATION_COLUMNS."""
    return (
        obligation.id,
        stream_id,
        obligation.rule,
        obligation.cite,
        obligation.subject,
        obligation.task_id,
        obligation.body,
        obligation.role,
        day_text(obligation.opened_on),
        day_text(obligation.target),
        day_text(obligation.due),
        day_text(obligation.met_on),
        day_text(obligation.ended_on),
        day_text(obligation.closed_on),
        day_text(obligation.breach_on),
        day_text(obligation.overdue_on),
        day_text(obligation.first_due),
        obligation.extensions or None,
        obligation.regulation,
        to_json(obligation.trace),
        micros_of(obligation.target_at),
        micros_of(obligation.due_at),
        micros_of(obligation.met_at),
    )


def obligation_of(row: Row, stream: str) -> Obligation:
    """The obligation of a row in the order of OBLIGATION_COLUMNS; *stream* is its key."""
    (id_, _, rule, cite, subject, task_id, body, role, *days, regulation, trace) = row[:-3]
    target_at, due_at, met_at = row[-3:]
    opened_on, target, due, met_on, ended_on, _, breach_on, _, first_due, extensions = days
    opened = day_of(opened_on)
    assert opened is not None
    return Obligation(
        id=id_,
        rule=rule,
        cite=cite,
        stream=stream,
        subject=subject,
        task_id=task_id,
        body=body,
        role=role,
        opened_on=opened,
        target=day_of(target),
        due=day_of(due),
        met_on=day_of(met_on),
        ended_on=day_of(ended_on),
        breach_on=day_of(breach_on),
        regulation=regulation,
        trace=cast(Trace, object_of(trace)),
        first_due=day_of(first_due),
        extensions=extensions or 0,
        target_at=local_of(target_at),
        due_at=local_of(due_at),
        met_at=local_of(met_at),
    )


def task_row(task: TaskState, stream_id: int) -> Row:
    """The row of *task*, in the order of TASK_COLUMNS."""
    return (
        stream_id,
        task.task_id,
        task.lead,
        task.content,
        day_text(task.due),
        task.status,
        day_text(task.done_on),
        day_text(task.ended_on),
        day_text(task.overdue_on),
    )
