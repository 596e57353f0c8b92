"""Which schema the data of each event type has (contract, Event types).

Fields that are not listed are ignored. Every schema is flat and built once, because one is
applied to every message. docs/asyncapi.yaml says the same for integrators, and a test
compares the two field by field.
"""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema

from . import documents, feedback, inspections, reports, tasks
from .fields import EventData, Identifier, ListOf


class LaterEvent(EventData):
    """An event of a type that this version does not know: only what decides its streams."""

    body = Identifier()
    bodies = ListOf(Identifier(), fewest=1)


SCHEMAS: Mapping[str, Schema] = {
    "document.issued": documents.DocumentIssued(),
    "document.received": documents.DocumentReceived(),
    "document.classified": documents.DocumentClassified(),
    "document.corrected": documents.DocumentCorrected(),
    "document.withdrawn": documents.DocumentWithdrawn(),
    "document.secrecy_changed": documents.DocumentSecrecyChanged(),
    "task.assigned": tasks.TaskAssigned(),
    "task.accepted": tasks.TaskAccepted(),
    "task.returned": tasks.TaskReturned(),
    "task.reassigned": tasks.TaskReassigned(),
    "task.due_changed": tasks.TaskDueChanged(),
    "task.corrected": tasks.TaskCorrected(),
    "task.progress": tasks.TaskProgress(),
    "task.completed": tasks.TaskCompleted(),
    "task.completion_rejected": tasks.TaskCompletionRejected(),
    "task.withdrawn": tasks.TaskWithdrawn(),
    "task.difficulty": tasks.TaskDifficulty(),
    "task.directed": tasks.TaskDirected(),
    "task.urged": tasks.TaskUrged(),
    "task.written_update": tasks.TaskWrittenUpdate(),
    "task.discrepancy_found": tasks.TaskDiscrepancyFound(),
    "feedback.received": feedback.FeedbackReceived(),
    "feedback.answered": feedback.FeedbackAnswered(),
    "feedback.direction_issued": feedback.FeedbackDirectionIssued(),
    "inspection.decided": inspections.InspectionDecided(),
    "inspection.ended": inspections.InspectionEnded(),
    "inspection.reported": inspections.InspectionReported(),
    "inspection.dossier_item_added": inspections.InspectionDossierItemAdded(),
    "report.requested": reports.ReportRequested(),
    "report.submitted": reports.ReportSubmitted(),
    "report.published": reports.ReportPublished(),
    "plan.approved": reports.PlanApproved(),
}
"""The schema of the data of every type that this version knows; types without their prefix."""

LATER: Schema = LaterEvent()
"""The schema of the data of every other type."""
