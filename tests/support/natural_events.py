"""What an event says where nobody says otherwise: natural values for every type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any


def natural(type_: str, day: date) -> dict[str, Any]:
    """What an event of *type_* on *day* says unless the case says otherwise."""
    task: dict[str, Any] = {"task_id": "T1"} if type_.startswith("task.") else {}
    own = _NATURAL.get(type_, {})
    dated = {name: day.isoformat() for name in _DATED.get(type_, ())}
    return {**task, **deepcopy(dict(own)), **dated}


_ISSUED = {
    "doc_type": "CT",
    "symbol": "15/CT-UBND",
    "abstract": "Về việc tăng cường phòng, chống dịch bệnh",
    "authority": "ubnd",
    "signer": "Chủ tịch UBND huyện",
    "submitted_by": "PYT",
}
_NATURAL: Mapping[str, Mapping[str, Any]] = {
    "document.issued": _ISSUED,
    "document.received": {
        **_ISSUED,
        "doc_type": "CV",
        "symbol": "812/UBND-TH",
        "authority": "province",
        "endorsed_by": "Chủ tịch UBND huyện",
    },
    "document.withdrawn": {"reason": "Ban hành nhầm"},
    "task.assigned": {
        "content": "Báo cáo tình hình dịch bệnh trên địa bàn",
        "kind": "report",
        "lead": "PYT",
        "unit": "Tổ tổng hợp",
        "officer": "Chuyên viên theo dõi khối văn xã",
    },
    "task.accepted": {"body": "PYT"},
    "task.returned": {"body": "PYT", "reason": "Không thuộc chức năng, nhiệm vụ"},
    "task.due_changed": {"due_on": None, "decided_by": "Chủ tịch UBND huyện"},
    "task.extension_requested": {"body": "PYT"},
    "task.extension_granted": {"decided_by": "Chủ tịch UBND huyện"},
    "task.extension_refused": {"decided_by": "Chủ tịch UBND huyện"},
    "task.progress": {"body": "PYT", "status": "in_progress"},
    "task.completed": {"body": "PYT"},
    "task.completion_rejected": {"body": "PYT", "reason": "Chưa đạt yêu cầu"},
    "task.result_accepted": {"body": "PYT"},
    "task.withdrawn": {"reason": "Không còn cần thiết"},
    "task.difficulty": {"body": "PYT", "cause": "Thiếu kinh phí"},
    "task.directed": {"direction": "Tiếp tục thực hiện"},
    "task.urged": {"symbol": "113/UBND-VP"},
    "task.written_update": {"body": "PYT"},
    "task.discrepancy_found": {"field": "status"},
    "feedback.received": {
        "from_body": "XDS",
        "about_body": "PYT",
        "content": "Chậm phối hợp thực hiện",
    },
    "feedback.answered": {"answer": "urging_document"},
    "feedback.direction_issued": {"symbol": "120/TB-UBND"},
    "inspection.decided": {"kind": "scheduled", "lead": "PNV", "bodies": ["PYT", "XDS"]},
    "petition.received": {"kind": "petition", "from": "1024", "body": "PYT"},
    "petition.accepted": {"body": "PYT"},
    "petition.transferred": {"body": "PNV"},
    "petition.resolved": {"result": "answered"},
    "report.requested": {
        "report": "Tình hình dịch bệnh",
        "requested_by": "Chủ tịch UBND huyện",
    },
}
_DATED: Mapping[str, Sequence[str]] = {
    "document.issued": ("issued_on",),
    "document.received": ("issued_on", "endorsed_on"),
    "task.completed": ("completed_on",),
    "inspection.ended": ("ended_on",),
    "report.submitted": ("submitted_on",),
    "report.published": ("published_on",),
}
