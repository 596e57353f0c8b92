"""What the events of reports and plans say: `report.*` and `plan.*`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from ..attributes import FIRST_YEAR, LAST_YEAR
from .fields import ADay, APeriod, Choice, EventData, Identifier, Line, ListOf, Whole

REPORTS = (
    "body_progress",
    "office_progress",
    "inspection_summary",
    "secret_regime",
    "regulation_review",
)


class ReportRequested(EventData):
    """hscv.report.requested; what is asked for is named freely."""

    request_id = Identifier(required=True)
    report = Line(required=True)
    bodies = ListOf(Identifier(), fewest=1, required=True)
    requested_by = Line(required=True)
    due_on = ADay(allow_none=True)


class OnPeriodOrRequest(EventData):
    """What is about a report: on a period, or asked for by a request, or both."""

    report = Choice(*REPORTS, required=True)
    period = APeriod()
    request_id = Identifier()

    @validates_schema(skip_on_field_errors=True)
    def _period_or_request(self, data: Mapping[str, Any], **_: Any) -> None:
        if "period" not in data and "request_id" not in data:
            raise ValidationError("is required without request_id", "period")


class ReportSubmitted(OnPeriodOrRequest):
    """hscv.report.submitted; without a request it must name its period."""

    body = Identifier(required=True)
    submitted_on = ADay(required=True, past=True)
    covers = ListOf(APeriod())


class ReportPublished(OnPeriodOrRequest):
    """hscv.report.published (18.2); without a request it must name its period."""

    channels = ListOf(Choice("hscv", "portal"), fewest=1, required=True)
    published_on = ADay(required=True, past=True)


class PlanApproved(EventData):
    """hscv.plan.approved."""

    kind = Choice("inspection", "implementation", required=True)
    body = Identifier(required=True)
    year = Whole(FIRST_YEAR, LAST_YEAR, required=True)
