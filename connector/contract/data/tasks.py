"""What the events of a task say: `task.*`."""

from __future__ import annotations

from .fields import ADay, Choice, Corrections, EventData, Identifier, Leads, Line, ListOf, Text

TASK_KINDS = ("submit", "report", "execute")
TASK_CLASSES = ("4.1", "4.2")
DECIDERS = ("ubnd", "chairman", "office")
STATUSES = ("not_started", "in_progress", "done")


class TaskFields(EventData):
    """What may be corrected of a task."""

    content = Text()
    kind = Choice(*TASK_KINDS)
    class_ = Choice(*TASK_CLASSES, data_key="class")
    unit = Text()
    officer = Text()


class OfTask(EventData):
    """Whatever names a task."""

    task_id = Identifier(required=True)


class OfTaskAndBody(OfTask):
    """Whatever a body does about a task."""

    body = Identifier(required=True)


class TaskAssigned(OfTask, TaskFields):
    """hscv.task.assigned; the same task_id again is a new delivery where something changed, or
    a return awaits an answer."""

    content = Text(required=True)
    kind = Choice(*TASK_KINDS, required=True)
    lead = Leads(required=True)
    due_on = ADay(allow_none=True)
    coordinating = ListOf(Identifier())


class TaskAccepted(OfTaskAndBody):
    """hscv.task.accepted."""


class TaskReturned(OfTaskAndBody):
    """hscv.task.returned."""

    reason = Text(required=True)


class TaskReassigned(OfTask):
    """hscv.task.reassigned."""

    lead = Leads(required=True)
    coordinating = ListOf(Identifier())
    reason = Text()


class TaskDueChanged(OfTask):
    """hscv.task.due_changed; null removes the deadline, so it must be said."""

    due_on = ADay(required=True, allow_none=True)
    decided_by = Line(required=True)
    reason = Text()


class TaskCorrected(OfTask):
    """hscv.task.corrected."""

    fields_ = Corrections(TaskFields(), required=True, data_key="fields")
    reason = Text()


class TaskProgress(OfTaskAndBody):
    """hscv.task.progress."""

    status = Choice(*STATUSES, required=True)
    note = Text()


class TaskCompleted(OfTaskAndBody):
    """hscv.task.completed."""

    completed_on = ADay(required=True, past=True)
    result_symbol = Text()
    note = Text()


class TaskCompletionRejected(OfTaskAndBody):
    """hscv.task.completion_rejected: the Office's check of 7.1."""

    reason = Text(required=True)


class TaskWithdrawn(OfTask):
    """hscv.task.withdrawn."""

    reason = Text(required=True)


class TaskDifficulty(OfTaskAndBody):
    """hscv.task.difficulty (19.2, 20.2)."""

    cause = Text(required=True)
    proposal = Text()


class TaskDirected(OfTask):
    """hscv.task.directed: the decision on a return, a difficulty or a task that is overdue, and
    whose it is."""

    direction = Text(required=True)
    decided_by = Choice(*DECIDERS)


class TaskUrged(OfTask):
    """hscv.task.urged, by a văn bản đôn đốc."""

    symbol = Line(required=True)
    body = Identifier()


class TaskWrittenUpdate(OfTaskAndBody):
    """hscv.task.written_update (5.1.h)."""

    symbol = Text()
    recipients = ListOf(Line())


class TaskDiscrepancyFound(OfTask):
    """hscv.task.discrepancy_found (7.1, 7.2.b)."""

    field = Line(required=True)
    body = Identifier()
    found_by = Text()
