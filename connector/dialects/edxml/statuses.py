"""What a receiver answers to a document, as events of the task that the document is to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ....rules.events import local_date
from ..saying import EventsSaid, Nothing
from .codes import (
    NOT_ACCEPTED,
    NOTED_STATUSES,
    QUIET_STATUSES,
    STATUS_EVENTS,
    STATUS_PROGRESS,
    status_of,
)
from .dates import time_of
from .events import Teller, is_ahead, task_of
from .header import check_answered, organ_in, sender_of
from .identity import Identity, identity_of
from .organs import Organs
from .reasons import Flaw, Invalid
from .records import Record


def read_status(status: Record, organs: Organs, arrival: datetime) -> EventsSaid | Nothing:
    """What the *status* says, which arrived at the aware time *arrival*. Raises Invalid."""
    written = status.says("StatusCode")
    if written is None:
        raise Invalid(Flaw.REQUIRED, "StatusCode")
    code = status_of(written)
    if code is None:
        raise Invalid(Flaw.STATUS, "StatusCode")
    if code in QUIET_STATUSES:
        return Nothing(f"status_{code}")
    sender = sender_of(status)
    about = _answered(status)
    if not organs.is_own(about.organ) or organs.is_own(sender):
        return Nothing("not_ours")
    stated = _stated(status, arrival)
    body = organs.body(sender)
    event = Teller(sender, stated, arrival).tell(
        STATUS_EVENTS[code],
        about,
        _said(status, code, stated),
        derived={
            "task_id": task_of(about, body),
            "body": body,
            **(_completed(code, arrival) if stated is None else {}),
        },
        organ=sender,
    )
    return EventsSaid((event,))


def _answered(status: Record) -> Identity:
    answered = status.one("ResponseFor")
    if answered is None:
        raise Invalid(Flaw.REQUIRED, "ResponseFor")
    check_answered(answered)
    return identity_of(
        answered.says("DocumentId"),
        organ_in(answered),
        answered.says("Code"),
        answered.says("PromulgationDate"),
        around="ResponseFor",
    )


def _stated(status: Record, arrival: datetime) -> datetime | None:
    """When it was said; what is no time, or ahead of ours, would become a day of completion."""
    written = status.says("Timestamp")
    if written is None:
        return None
    time = time_of(written)
    if time is None or is_ahead(time, arrival):
        raise Invalid(Flaw.DATE, "Timestamp")
    return time


def _said(status: Record, code: str, stated: datetime | None) -> Mapping[str, Any]:
    said: dict[str, Any] = {}
    description = status.says("Description")
    if code in STATUS_PROGRESS:
        said["status"] = STATUS_PROGRESS[code]
    if code == "02":
        said["reason"] = description or NOT_ACCEPTED
    if code == "06" and stated is not None:
        said |= _completed(code, stated)
    if code in NOTED_STATUSES and description is not None:
        said["note"] = description
    return said


def _completed(code: str, time: datetime) -> Mapping[str, Any]:
    return {"completed_on": local_date(time).isoformat()} if code == "06" else {}
