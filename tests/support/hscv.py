"""Messages as HSCV sends them: one full and valid event of every type, and ways to send it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from dondoc.connector.contract.guard import (
    Admitted,
    Limits,
    Malformed,
    Message,
    Unestablished,
    Verdict,
    inspect,
)
from dondoc.rules.event_types import EVENT_TYPES
from dondoc.rules.fields import Field, Kind

STRUCTURED = "application/cloudevents+json"
BINARY = "application/json"
LIMITS = Limits()
NORMAL_HEADER = {"secrecy": "normal"}
HEADER_NAMES = ("secrecy", "cloudEvents_secrecy", "cloudEvents:secrecy")
"""The names under which a header states the secrecy."""

_DOCUMENT = {
    "doc_type": "CT",
    "symbol": "15/CT-UBND",
    "abstract": "Về việc tăng cường phòng, chống dịch bệnh",
    "issued_on": "2026-03-02",
    "authority": "ubnd",
    "title": "Chỉ thị",
    "number": "15",
    "signer": "Chủ tịch",
    "submitted_by": "Phòng Y tế",
    "urgency": "khan",
    "consultation": False,
    "written_tracking": True,
    "task_count": 2,
    "body_count": 3,
}
_TASK = {
    "content": "Báo cáo kết quả",
    "kind": "report",
    "class": "4.1",
    "unit": "Phòng Y tế",
    "officer": "Chuyên viên",
}
_BY_BODY = {"task_id": "T1", "body": "PYT"}

_TOLD: Mapping[str, Mapping[str, Any]] = {
    "document.issued": _DOCUMENT,
    "document.received": {
        **_DOCUMENT,
        "authority": "province",
        "endorsed_by": "Chủ tịch",
        "endorsed_on": "2026-03-02",
        "endorsement": "Giao Phòng Y tế",
    },
    "document.classified": {"task_count": 0},
    "document.corrected": {"fields": _DOCUMENT, "reason": "Sai trích yếu"},
    "document.withdrawn": {"reason": "Ban hành nhầm"},
    "document.secrecy_changed": {"level": "mat"},
    "task.assigned": {
        **_TASK,
        "task_id": "T1",
        "lead": ["PYT", "PTCKH"],
        "due_on": "2026-03-20",
        "coordinating": ["XA01"],
        "coordinating_due_on": "2026-03-13",
        "parent_task": "T0",
        "recurrence": "monthly:25",
    },
    "task.accepted": _BY_BODY,
    "task.returned": {**_BY_BODY, "reason": "Không đúng thẩm quyền"},
    "task.reassigned": {"task_id": "T1", "lead": "PTCKH", "coordinating": [], "reason": "Chuyển"},
    "task.due_changed": {
        "task_id": "T1",
        "due_on": None,
        "decided_by": "Chủ tịch",
        "reason": "Gia hạn",
        "coordinating_due_on": None,
    },
    "task.extension_requested": {
        **_BY_BODY,
        "due_on": "2026-03-30",
        "reason": "Chờ kinh phí",
        "symbol": "22/PYT",
    },
    "task.extension_granted": {
        "task_id": "T1",
        "due_on": "2026-03-27",
        "decided_by": "chairman",
        "symbol": "31/UBND-VP",
    },
    "task.extension_refused": {
        "task_id": "T1",
        "decided_by": "Chủ tịch",
        "reason": "Đã gia hạn một lần",
    },
    "task.corrected": {"task_id": "T1", "fields": _TASK, "reason": "Sai nội dung"},
    "task.progress": {**_BY_BODY, "status": "done", "note": "Xong"},
    "task.completed": {
        **_BY_BODY,
        "completed_on": "2026-03-02",
        "result_symbol": "20/BC-PYT",
        "note": "Xong",
    },
    "task.completion_rejected": {**_BY_BODY, "reason": "Chưa đạt"},
    "task.result_accepted": _BY_BODY,
    "task.withdrawn": {"task_id": "T1", "reason": "Không còn cần"},
    "task.difficulty": {**_BY_BODY, "cause": "Thiếu kinh phí", "proposal": "Gia hạn"},
    "task.directed": {
        "task_id": "T1",
        "direction": "Tiếp tục thực hiện",
        "decided_by": "chairman",
    },
    "task.urged": {"task_id": "T1", "symbol": "30/UBND-VP", "body": "PYT"},
    "task.written_update": {
        **_BY_BODY,
        "symbol": "21/BC-PYT",
        "recipients": ["Văn phòng", "Phòng Nội vụ"],
    },
    "task.discrepancy_found": {
        "task_id": "T1",
        "field": "due_on",
        "body": "PYT",
        "found_by": "Văn phòng",
    },
    "feedback.received": {
        "from_body": "XA01",
        "about_body": "PYT",
        "content": "Chậm phối hợp",
        "task_id": "T1",
    },
    "feedback.answered": {
        "answer": "urging_document",
        "symbol": "31/UBND-VP",
        "copied_to_source": True,
    },
    "feedback.direction_issued": {"symbol": "32/UBND-VP", "copied_to_source": False},
    "inspection.decided": {
        "kind": "scheduled",
        "lead": "VP",
        "bodies": ["PYT"],
        "lead_person": "Phó Chánh Văn phòng",
        "team": True,
        "decision_symbol": "40/QĐ-UBND",
        "grounds": "Kế hoạch năm",
    },
    "petition.received": {
        "kind": "complaint",
        "from": "1024",
        "body": "PYT",
        "received_on": "2026-03-02",
    },
    "petition.accepted": {"body": "PYT"},
    "petition.transferred": {"body": "PTCKH"},
    "petition.classified": {"complicated": True},
    "petition.suspended": {"reason": "Chờ kết quả giám định"},
    "petition.resumed": {},
    "petition.resolved": {"result": "upheld", "symbol": "41/QĐ-UBND"},
    "inspection.ended": {"ended_on": "2026-03-02"},
    "inspection.reported": {"reported_to_chairman": True, "notified_bodies": []},
    "inspection.dossier_item_added": {"item": "minutes"},
    "report.requested": {
        "request_id": "R1",
        "report": "Tình hình dịch bệnh",
        "bodies": ["PYT"],
        "requested_by": "Chủ tịch",
        "due_on": "2026-03-20",
    },
    "report.submitted": {
        "report": "body_progress",
        "body": "PYT",
        "period": "2026-02",
        "submitted_on": "2026-03-02",
        "covers": ["2026-Q1"],
        "request_id": "R1",
    },
    "report.published": {
        "report": "office_progress",
        "period": "2026-02",
        "channels": ["hscv", "portal"],
        "published_on": "2026-03-02",
        "request_id": "R1",
    },
    "plan.approved": {"kind": "inspection", "body": "VP", "year": 2026},
}

_EXAMPLES: Mapping[Kind, Any] = {
    Kind.TEXT: "Về việc phòng, chống dịch bệnh",
    Kind.LINE: "15/UBND-VP",
    Kind.BODY: "PYT",
    Kind.TASK: "T1",
    Kind.REQUEST: "R1",
    Kind.REPORT: "body_progress",
    Kind.DAY: "2026-03-02",
    Kind.PERIOD: "2026-02",
    Kind.RECURRENCE: "monthly:25",
    Kind.YEAR: 2026,
    Kind.COUNT: 2,
    Kind.FLAG: True,
    Kind.LEADS: ["PYT", "PTCKH"],
    Kind.CORRECTIONS: {},
}


def _example(field: Field) -> Any:
    one = field.values[0] if field.kind is Kind.CHOICE else _EXAMPLES[field.kind]
    return one if field.least is None else [one]


DATA: Mapping[str, Mapping[str, Any]] = {
    type_: _TOLD.get(type_) or {name: _example(field) for name, field in fields.items()}
    for type_, fields in EVENT_TYPES.items()
}
"""Full and valid data of every type, by the type without its prefix."""


def event(type_: str = "task.assigned", /, **changes: Any) -> dict[str, Any]:
    """A valid event of *type_* in structured mode, with *changes* to its attributes."""
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/hscv/yen-the",
        "type": f"hscv.{type_}",
        "time": "2026-03-02T09:14:05+07:00",
        "subject": "VB-1",
        "secrecy": "normal",
        "data": dict(DATA.get(type_, {})),
        **changes,
    }


def without(mapping: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """*mapping* without the keys *names*."""
    return {name: value for name, value in mapping.items() if name not in names}


def as_json(value: Any) -> bytes:
    """*value* as JSON, its text unescaped but for halves of surrogate pairs."""
    return json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace")


def structured(
    body: bytes | Mapping[str, Any], headers: Mapping[str, Any] | None = None
) -> Message:
    """A message in structured mode."""
    raw = body if isinstance(body, bytes) else as_json(body)
    return Message(raw, STRUCTURED, headers or {})


def binary(event: Mapping[str, Any], prefix: str = "cloudEvents_", /, **headers: Any) -> Message:
    """The same event in binary mode, with further *headers*."""
    attributes = without(event, "data")
    own = {f"{prefix}{name}": value for name, value in attributes.items()}
    return Message(as_json(event["data"]), BINARY, {**own, **headers})


def verdict(message: Message) -> Verdict:
    """What the guard says to *message* under the default limits."""
    return inspect(message, LIMITS)


def admitted(message: Message) -> Admitted:
    """What the guard keeps of *message*, which it must admit."""
    found = verdict(message)
    assert isinstance(found, Admitted), found
    return found


def malformed(message: Message) -> Malformed:
    """The guard's refusal of *message*, which must be normal and invalid."""
    found = verdict(message)
    assert isinstance(found, Malformed), found
    return found


def unestablished(message: Message) -> Unestablished:
    """The guard's record of *message*, whose secrecy must be in doubt."""
    found = verdict(message)
    assert isinstance(found, Unestablished), found
    assert found.size == len(message.body)
    assert found.sha256 == sha256(message.body).digest()
    return found


def with_key_twice(body: bytes, key: bytes, value: bytes) -> bytes:
    """*body*, an object, with one more pair in front."""
    return b'{"' + key + b'":' + value + b"," + body[1:]
