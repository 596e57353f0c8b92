"""The event types of the message contract, version 1, and what each field of their data is.

Every fact about a field stands here once. The schemas that check a message (connector) are built
from this table, and what else follows from it is picked out in `event_facts`. docs/asyncapi.yaml
says the same for integrators in its own words; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .fields import Field, Kind
from .secrecy import LEVELS, NORMAL
from .streams import kind_of


def _one_of(*values: str) -> Field:
    return Field(Kind.CHOICE, values=values)


def _list_of(item: Field, least: int = 0) -> Field:
    return replace(item, least=least)


_TEXT, _LINE, _FLAG = Field(Kind.TEXT), Field(Kind.LINE), Field(Kind.FLAG)
_BODY, _TASK, _REQUEST = Field(Kind.BODY), Field(Kind.TASK), Field(Kind.REQUEST)
_DAY, _PERIOD, _COUNT = Field(Kind.DAY), Field(Kind.PERIOD), Field(Kind.COUNT)
_DEADLINE = replace(_DAY, nullable=True)
_RECURRENCE = Field(Kind.RECURRENCE, nullable=True)
_ASKED = replace(_DAY, asked=True)
_HAPPENED_ON = Field(Kind.DAY, required=True, past=True)
_CONCERNED = replace(_BODY, about=True)
_PARTY = replace(_BODY, party=True)

_DOCUMENT: dict[str, Field] = {
    "doc_type": _LINE,
    "symbol": _LINE,
    "abstract": _TEXT,
    "issued_on": _DAY,
    "authority": _one_of("ubnd", "chairman", "office", "province"),
    "title": _TEXT,
    "number": _TEXT,
    "signer": _TEXT,
    "submitted_by": _TEXT,
    "urgency": _one_of("normal", "khan", "thuongkhan", "hoatoc"),
    "consultation": _FLAG,
    "written_tracking": _FLAG,  # 5.1.h
    "task_count": _COUNT,
    "body_count": _COUNT,
}
_ISSUED = _DOCUMENT | {
    name: _DOCUMENT[name].needed
    for name in ("doc_type", "symbol", "abstract", "issued_on", "authority")
}
_TASK_FIELDS: dict[str, Field] = {
    "content": _TEXT,
    "kind": _one_of("submit", "report", "execute"),
    "class": _one_of("4.1", "4.2"),
    "unit": _TEXT,
    "officer": _TEXT,  # 5.1.d
}
_OF_TASK = {"task_id": _TASK.needed}
_BY_BODY = _OF_TASK | {"body": _BODY.needed}
_ABOUT_A_REPORT = {
    "report": Field(Kind.REPORT, required=True),
    "period": replace(_PERIOD, unless="request_id"),
    "request_id": _REQUEST,
}

REQUESTED = "report.requested"
"""Asks for a report; what it says is what a reminder quotes."""

REPORTED = "report.submitted"
"""Hands in a report."""

EXTENSION_REQUESTED = "task.extension_requested"
"""A body asks for a later deadline."""

EXTENSION_GRANTED = "task.extension_granted"
"""The deadline is another one, and that is counted as an extension."""

EXTENSION_REFUSED = "task.extension_refused"
"""The deadline stays."""

RESULT_ACCEPTED = "task.result_accepted"
"""What a body has handed in is accepted."""

SECRECY_CHANGED = "document.secrecy_changed"
"""Makes a document secret, or normal again; the guard leaves nothing else in it."""

TRANSFERRED = "petition.transferred"
"""Hands a petition to the body that it names."""

EVENT_TYPES: dict[str, Mapping[str, Field]] = {
    "document.issued": _ISSUED,
    # The province's, passed on by a bút phê (3.1).
    "document.received": _ISSUED
    | {
        "authority": _one_of("province").needed,
        "endorsed_by": _LINE.needed,
        "endorsed_on": _HAPPENED_ON,
        "endorsement": _TEXT,
    },
    # 0 tasks: the document assigns nothing.
    "document.classified": {"task_count": _COUNT.needed},
    "document.corrected": {
        "fields": Field(
            Kind.CORRECTIONS, required=True, corrects="document.issued", fields=_DOCUMENT
        ),
        "reason": _TEXT,
    },
    "document.withdrawn": {"reason": _TEXT.needed},
    SECRECY_CHANGED: {"level": _one_of(NORMAL, *LEVELS).needed},
    # The same task_id again is a new delivery where something changed, or a return awaits one.
    "task.assigned": {
        **_TASK_FIELDS,
        "content": _TASK_FIELDS["content"].needed,
        "kind": _TASK_FIELDS["kind"].needed,
        **_OF_TASK,
        "lead": Field(Kind.LEADS, required=True),
        "due_on": _DEADLINE,
        "coordinating": _list_of(_BODY),
        "coordinating_due_on": _DEADLINE,
        "parent_task": _TASK,
        "recurrence": _RECURRENCE,
    },
    "task.accepted": _BY_BODY,
    "task.returned": _BY_BODY | {"reason": _TEXT.needed},
    "task.reassigned": {
        **_OF_TASK,
        "lead": Field(Kind.LEADS, required=True),
        "coordinating": _list_of(_BODY),
        "reason": _TEXT,
    },
    # Null removes the deadline, so it must be said.
    "task.due_changed": {
        **_OF_TASK,
        "due_on": _DEADLINE.needed,
        "decided_by": _LINE.needed,
        "reason": _TEXT,
        "coordinating_due_on": _DEADLINE,
    },
    # A later date is asked for, given or not; what is asked for binds nobody.
    EXTENSION_REQUESTED: _BY_BODY | {"due_on": _ASKED.needed, "reason": _TEXT, "symbol": _TEXT},
    EXTENSION_GRANTED: _OF_TASK | {"due_on": _DAY.needed, "decided_by": _TEXT, "symbol": _TEXT},
    EXTENSION_REFUSED: _OF_TASK | {"decided_by": _TEXT, "reason": _TEXT},
    "task.corrected": {
        **_OF_TASK,
        "fields": Field(
            Kind.CORRECTIONS, required=True, corrects="task.assigned", fields=_TASK_FIELDS
        ),
        "reason": _TEXT,
    },
    "task.progress": _BY_BODY
    | {"status": _one_of("not_started", "in_progress", "done").needed, "note": _TEXT},
    "task.completed": _BY_BODY
    | {"completed_on": _HAPPENED_ON, "result_symbol": _TEXT, "note": _TEXT},
    # The Office's check of 7.1.
    "task.completion_rejected": _BY_BODY | {"reason": _TEXT.needed},
    # By the Office or whoever assigned; the body is whose result it is.
    RESULT_ACCEPTED: _BY_BODY,
    "task.withdrawn": _OF_TASK | {"reason": _TEXT.needed},
    # 19.2, 20.2.
    "task.difficulty": _BY_BODY | {"cause": _TEXT.needed, "proposal": _TEXT},
    # The decision on a return, a difficulty or a task that is overdue, and whose it is.
    "task.directed": _OF_TASK
    | {"direction": _TEXT.needed, "decided_by": _one_of("ubnd", "chairman", "office")},
    # By a văn bản đôn đốc.
    "task.urged": _OF_TASK | {"symbol": _LINE.needed, "body": _CONCERNED},
    # 5.1.h.
    "task.written_update": _BY_BODY | {"symbol": _TEXT, "recipients": _list_of(_LINE)},
    # 7.1, 7.2.b.
    "task.discrepancy_found": _OF_TASK
    | {"field": _LINE.needed, "body": _CONCERNED, "found_by": replace(_TEXT, somebody=True)},
    # 18.5, 20.3.
    "feedback.received": {
        "from_body": _PARTY.needed,
        "about_body": _PARTY.needed,
        "content": _TEXT.needed,
        "task_id": _TASK,
    },
    "feedback.answered": {
        "answer": _one_of("urging_document", "reported_to_chairman").needed,
        "symbol": _TEXT,
        "copied_to_source": _FLAG,
    },
    "feedback.direction_issued": {"symbol": _LINE.needed, "copied_to_source": _FLAG.needed},
    "inspection.decided": {
        "kind": _one_of("scheduled", "ad_hoc").needed,
        "lead": _BODY.needed,
        "bodies": _list_of(_PARTY, 1).needed,
        "lead_person": _TEXT,
        "team": _FLAG,
        "decision_symbol": _TEXT,
        "grounds": _TEXT,
    },
    "inspection.ended": {"ended_on": _HAPPENED_ON},
    # May come in parts, so no body need be named.
    "inspection.reported": {
        "reported_to_chairman": _FLAG.needed,
        "notified_bodies": _list_of(_BODY).needed,
    },
    # One of the eight of Điều 17.
    "inspection.dossier_item_added": {
        "item": _one_of(
            "decision",
            "assignment",
            "urging",
            "status_reports",
            "plan",
            "minutes",
            "result_report",
            "other",
        ).needed
    },
    # What is asked for is named freely.
    REQUESTED: {
        "request_id": _REQUEST.needed,
        "report": _LINE.needed,
        "bodies": _list_of(_BODY, 1).needed,
        "requested_by": _LINE.needed,
        "due_on": _DEADLINE,
    },
    REPORTED: _ABOUT_A_REPORT
    | {"body": _BODY.needed, "submitted_on": _HAPPENED_ON, "covers": _list_of(_PERIOD)},
    # 18.2.
    "report.published": _ABOUT_A_REPORT
    | {"channels": _list_of(_one_of("hscv", "portal"), 1).needed, "published_on": _HAPPENED_ON},
    "plan.approved": {
        "kind": _one_of("inspection", "implementation").needed,
        "body": _BODY.needed,
        "year": Field(Kind.YEAR, required=True),
    },
    # Of a citizen. Whoever sent it is a number of the office's register, never a name.
    "petition.received": {
        "kind": _one_of("complaint", "denunciation", "petition").needed,
        "from": Field(Kind.REGISTERED, required=True),
        "body": _BODY.needed,
        "received_on": Field(Kind.DAY, past=True),
    },
    "petition.accepted": {"body": _BODY.needed},
    TRANSFERRED: {"body": _BODY.needed},
    "petition.classified": {"complicated": _FLAG.needed},
    "petition.suspended": {"reason": _TEXT},
    "petition.resumed": {},
    "petition.resolved": {
        "result": _one_of(
            "upheld", "upheld_in_part", "dismissed", "answered", "withdrawn", "not_accepted"
        ).needed,
        "symbol": _TEXT,
    },
}
"""The fields of the data of each type, by its name without prefix; in the order in which they are
looked at, so that the first fault of a message is always the same."""

OF_LATER_TYPES: Mapping[str, Field] = {"body": _BODY, "bodies": _list_of(_BODY, 1)}
"""The fields of a type that this version does not know: only what decides its streams."""

DOCUMENT_OPENERS = frozenset(
    type_ for type_, fields in EVENT_TYPES.items() if fields.keys() >= _DOCUMENT.keys()
)
"""The types that tell of a document first, with all that can be told of it."""


STREAM_KINDS = tuple(sorted({kind_of(type_) for type_ in EVENT_TYPES}))
"""Every kind of stream that the contract knows."""


def fields_of(event_type: str) -> frozenset[str]:
    """The fields that the data of *event_type* can have; empty for a type nobody sends."""
    return frozenset(EVENT_TYPES.get(event_type, ()))
