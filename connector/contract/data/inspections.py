"""What the events of an inspection say: `inspection.*`."""

from __future__ import annotations

from .fields import ADay, Choice, EventData, Flag, Identifier, ListOf, Text

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

    ended_on = ADay(required=True, past=True)


class InspectionReported(EventData):
    """hscv.inspection.reported; may come in parts, so no body need be named."""

    reported_to_chairman = Flag(required=True)
    notified_bodies = ListOf(Identifier(), required=True)


class InspectionDossierItemAdded(EventData):
    """hscv.inspection.dossier_item_added: one of the eight of Điều 17."""

    item = Choice(*DOSSIER_ITEMS, required=True)
