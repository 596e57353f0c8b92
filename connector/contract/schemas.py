"""What each event of HSCV says: one marshmallow schema per type (contract, Event types).

Fields that are not listed are ignored. Every schema is flat and built once, because one is
applied to every message. docs/asyncapi.yaml says the same for integrators, and a test
compares the two field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, validates_schema

from ...rules.secrecy import LEVELS, NORMAL
from .attributes import FIRST_YEAR, LAST_YEAR
from .fields import (
    MAX_COUNT,
    AnObject,
    Choice,
    Corrections,
    Day,
    Flag,
    Identifier,
    Leads,
    Line,
    ListOf,
    Period,
    Text,
    Whole,
)

AUTHORITIES = ("ubnd", "chairman", "office", "province")
URGENCIES = ("normal", "khan", "thuongkhan", "hoatoc")
TASK_KINDS = ("submit", "report", "execute")
TASK_CLASSES = ("4.1", "4.2")
STATUSES = ("not_started", "in_progress", "done")
REPORTS = (
    "body_progress",
    "office_progress",
    "inspection_summary",
    "secret_regime",
    "regulation_review",
)
DOSSIER_ITEMS = (
    "decision",
    "assignment",
    "urging",
    "status_reports",
    "plan",
    "minutes",
    "result_report",
    "other",
)


class EventData(Schema):
    """The data of an event; what is not listed is ignored."""

    class Meta:
        unknown = EXCLUDE


class DocumentFields(EventData):
    """What may be corrected of a document: the fields of its issue, none of them required."""

    doc_type = Line()
    symbol = Line()
    abstract = Text()
    issued_on = Day()
    authority = Choice(*AUTHORITIES)
    title = Text()
    number = Text()
    signer = Text()
    submitted_by = Text()
    urgency = Choice(*URGENCIES)
    consultation = Flag()
    written_tracking = Flag()
    task_count = Whole(0, MAX_COUNT)
    body_count = Whole(0, MAX_COUNT)


class DocumentIssued(DocumentFields):
    """hscv.document.issued."""

    doc_type = Line(required=True)
    symbol = Line(required=True)
    abstract = Text(required=True)
    issued_on = Day(required=True)
    authority = Choice(*AUTHORITIES, required=True)


class DocumentReceived(DocumentIssued):
    """hscv.document.received: the province's, passed on by a bút phê (3.1)."""

    authority = Choice("province", required=True)
    endorsed_by = Line(required=True)
    endorsed_on = Day(required=True, past=True)
    endorsement = Text()


class DocumentClassified(EventData):
    """hscv.document.classified; 0 tasks: the document assigns nothing."""

    task_count = Whole(0, MAX_COUNT, required=True)


class DocumentCorrected(EventData):
    """hscv.document.corrected."""

    fields_ = Corrections(DocumentFields(), required=True, data_key="fields")
    reason = Text()


class DocumentWithdrawn(EventData):
    """hscv.document.withdrawn."""

    reason = Text(required=True)


class DocumentSecrecyChanged(EventData):
    """hscv.document.secrecy_changed; the guard leaves nothing else in it."""

    level = Choice(NORMAL, *LEVELS, required=True)


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
    due_on = Day(allow_none=True)
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

    due_on = Day(required=True, allow_none=True)
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

    completed_on = Day(required=True, past=True)
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
    """hscv.task.directed: the decision on a return or a difficulty."""

    direction = Text(required=True)


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


class FeedbackReceived(EventData):
    """hscv.feedback.received (18.5, 20.3)."""

    from_body = Identifier(required=True)
    about_body = Identifier(required=True)
    content = Text(required=True)
    task_id = Identifier()


class FeedbackAnswered(EventData):
    """hscv.feedback.answered."""

    answer = Choice("urging_document", "reported_to_chairman", required=True)
    symbol = Text()
    copied_to_source = Flag()


class FeedbackDirectionIssued(EventData):
    """hscv.feedback.direction_issued."""

    symbol = Line(required=True)
    copied_to_source = Flag(required=True)


class InspectionDecided(EventData):
    """hscv.inspection.decided."""

    kind = Choice("scheduled", "ad_hoc", required=True)
    lead = Identifier(required=True)
    bodies = ListOf(Identifier(), fewest=1, required=True)
    lead_person = Text()
    team = Flag()
    decision_symbol = Text()
    grounds = Text()


class InspectionEnded(EventData):
    """hscv.inspection.ended."""

    ended_on = Day(required=True, past=True)


class InspectionReported(EventData):
    """hscv.inspection.reported; may come in parts, so no body need be named."""

    reported_to_chairman = Flag(required=True)
    notified_bodies = ListOf(Identifier(), required=True)


class InspectionDossierItemAdded(EventData):
    """hscv.inspection.dossier_item_added: one of the eight of Điều 17."""

    item = Choice(*DOSSIER_ITEMS, required=True)


class ReportRequested(EventData):
    """hscv.report.requested; what is asked for is named freely."""

    request_id = Identifier(required=True)
    report = Line(required=True)
    bodies = ListOf(Identifier(), fewest=1, required=True)
    requested_by = Line(required=True)
    due_on = Day(allow_none=True)


class ReportSubmitted(EventData):
    """hscv.report.submitted; without a request it must name its period."""

    report = Choice(*REPORTS, required=True)
    body = Identifier(required=True)
    period = Period()
    submitted_on = Day(required=True, past=True)
    covers = ListOf(Period())
    request_id = Identifier()

    @validates_schema(skip_on_field_errors=True)
    def _period_or_request(self, data: Mapping[str, Any], **_: Any) -> None:
        if "period" not in data and "request_id" not in data:
            raise ValidationError("is required without request_id", "period")


class ReportPublished(EventData):
    """hscv.report.published (18.2)."""

    report = Choice(*REPORTS, required=True)
    period = Period(required=True)
    channels = ListOf(Choice("hscv", "portal"), fewest=1, required=True)
    published_on = Day(required=True, past=True)


class PlanApproved(EventData):
    """hscv.plan.approved."""

    kind = Choice("inspection", "implementation", required=True)
    body = Identifier(required=True)
    year = Whole(FIRST_YEAR, LAST_YEAR, required=True)


class LaterEvent(EventData):
    """An event of a type that this version does not know: only what decides its streams."""

    body = Identifier()
    bodies = ListOf(Identifier(), fewest=1)


class ReminderData(EventData):
    """What dondoc publishes: the data of dondoc.reminder.<step> (contract, Reminders).

    Every field is there; null says that there is none. Without a clock there is neither a
    target nor a due date, nor days left.
    """

    obligation = Identifier(required=True)
    rule = Identifier(required=True)
    cite = Line(required=True)
    body = Identifier(required=True)
    role = Identifier(required=True)
    symbol = Text(required=True, allow_none=True)
    abstract = Text(required=True, allow_none=True)
    task_id = Identifier(required=True, allow_none=True)
    content = Text(required=True, allow_none=True)
    target = Day(required=True, allow_none=True)
    due = Day(required=True, allow_none=True)
    working_days_left = Whole(-100_000, 100_000, required=True, allow_none=True)
    text = Text(required=True)
    trace = AnObject(required=True)
