"""Histories that between them open every rule of the regulation and end in every way.

They are for what must hold of any obligation, such as that it can be explained; what the dates
must be is said by the legal cases.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

from dondoc.rules.body import Body
from dondoc.rules.calendar import build_calendar
from dondoc.rules.directory import Directory
from dondoc.rules.events import LOCAL, Event
from dondoc.rules.law import Law
from dondoc.rules.obligations import Obligation
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.policy import parse_policy
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.rules.reading.texts import parse_texts
from dondoc.rules.wording import Texts
from support.natural_events import natural

DIRECTORY = Directory(
    {
        body.code: body
        for body in (
            Body("VP", "Văn phòng HĐND và UBND huyện", "office"),
            Body("PYT", "Phòng Y tế", "department"),
            Body("PNV", "Phòng Nội vụ", "department", valid_to=date(2026, 6, 30), successor="SNV"),
            Body("SNV", "Sở Nội vụ", "department", valid_from=date(2026, 7, 1)),
            Body("XDS", "Xã Đồng Sơn", "commune"),
        )
    }
)
SINCE, THROUGH = date(2026, 1, 1), date(2026, 12, 31)

_DOCUMENT = "document.issued"
_TASK = "task.assigned"

Told = tuple[str, str, Mapping[str, Any]]
"""What happened: its day, its type, and what it says beside what is natural."""

STORIES: Mapping[str, list[Told]] = {
    "document:all-in-time": [
        ("2026-03-02", _DOCUMENT, {"task_count": 1}),
        ("2026-03-02", _TASK, {"due_on": "2026-03-20", "coordinating": ["XDS"]}),
        ("2026-03-03", "task.accepted", {}),
        ("2026-03-10", "task.progress", {"body": "XDS"}),
        ("2026-03-19", "task.completed", {}),
    ],
    "document:late-and-incomplete": [
        (
            "2026-08-28",
            _DOCUMENT,
            {"issued_on": "2026-08-26", "task_count": 3, "body_count": 1, "signer": None},
        ),
        ("2026-08-28", _TASK, {"due_on": "2026-09-05", "lead": "PNV", "officer": None}),
        ("2026-09-10", "task.returned", {"body": "PNV"}),
        ("2026-09-11", "task.directed", {}),
        ("2026-09-21", "task.completed", {"body": "PNV"}),
    ],
    "document:several-bodies": [
        ("2026-03-02", _DOCUMENT, {"task_count": 1, "body_count": 3, "consultation": False}),
        ("2026-03-05", "document.classified", {"task_count": 1}),
        ("2026-03-05", _TASK, {"due_on": "2026-03-27"}),
        ("2026-03-10", _TASK, {"task_id": "T2", "due_on": None}),
        ("2026-03-16", "task.due_changed", {"due_on": "2026-04-03"}),
        ("2026-03-30", "task.due_changed", {"due_on": "2026-04-25"}),
        ("2026-05-04", "task.due_changed", {"due_on": "2026-05-15"}),
        ("2026-05-20", "task.withdrawn", {}),
    ],
    "document:consulted": [
        ("2026-03-02", _DOCUMENT, {"task_count": 2, "body_count": 2, "consultation": True}),
        ("2026-03-04", "document.classified", {"task_count": 2}),
        ("2026-03-04", _TASK, {"due_on": "2026-03-20"}),
        ("2026-03-05", "task.returned", {}),
        ("2026-03-16", "task.withdrawn", {}),
    ],
    "document:returned-and-waiting": [
        ("2026-03-02", _DOCUMENT, {"task_count": 2, "body_count": 2}),
        ("2026-03-02", _TASK, {"due_on": "2026-03-04"}),
        ("2026-03-03", "task.returned", {}),
        ("2026-03-02", _TASK, {"task_id": "T2", "due_on": "2026-03-04"}),
        ("2026-03-03", "task.returned", {"task_id": "T2"}),
        ("2026-03-11", _TASK, {"task_id": "T2", "due_on": "2026-03-04"}),
    ],
    "document:handed-over-late": [
        ("2026-03-02", _DOCUMENT, {"task_count": 1}),
        ("2026-03-02", _TASK, {"due_on": "2026-03-13"}),
        ("2026-03-20", "task.reassigned", {"lead": "XDS", "coordinating": []}),
    ],
    "document:told-late": [
        ("2026-03-02", _DOCUMENT, {"task_count": 1}),
        ("2026-03-02", _TASK, {"due_on": "2026-03-13"}),
        ("2026-03-12", "task.difficulty", {}),
        ("2026-03-20", "task.completed", {"completed_on": "2026-03-18"}),
    ],
    "document:taken-back": [
        ("2026-03-02", _DOCUMENT, {"task_count": 1}),
        ("2026-03-02", _TASK, {"due_on": "2026-03-20"}),
        ("2026-03-18", "task.progress", {"status": "done"}),
        ("2026-03-19", "task.progress", {"status": "in_progress"}),
        ("2026-03-20", "task.discrepancy_found", {"body": "PYT"}),
        ("2026-03-20", "task.completed", {}),
        ("2026-04-17", "task.completion_rejected", {}),
    ],
    "document:no-deadline": [
        ("2026-03-02", _DOCUMENT, {"task_count": 1, "written_tracking": True}),
        ("2026-03-02", _TASK, {"due_on": None, "class": "4.2"}),
        ("2026-03-20", "task.discrepancy_found", {}),
        ("2026-03-23", "task.difficulty", {}),
        ("2026-05-05", "task.progress", {}),
    ],
    "document:outside": [
        ("2026-03-02", _DOCUMENT, {"doc_type": "BC", "symbol": "7/BC-UBND"}),
        ("2026-03-06", _TASK, {"due_on": "2027-12-31"}),
        ("2026-03-09", _TASK, {"task_id": "T2", "due_on": "2028-02-01", "lead": "nobody"}),
    ],
    "document:back-and-forth": [
        ("2026-03-02", _DOCUMENT, {"task_count": 2, "authority": "chairman", "doc_type": "CĐ"}),
        ("2026-03-02", _TASK, {"due_on": "2026-03-13"}),
        ("2026-03-03", "task.accepted", {}),
        ("2026-03-05", "task.returned", {}),
        ("2026-03-06", _TASK, {"due_on": "2026-03-13"}),
        ("2026-03-10", "task.progress", {}),
        ("2026-03-11", "task.completed", {"body": "XDS"}),
        ("2026-03-12", "task.completed", {}),
        ("2026-03-13", "task.urged", {"body": "PYT"}),
        ("2026-03-18", "task.completion_rejected", {}),
        ("2026-03-25", "task.progress", {"status": "done"}),
    ],
    "document:nobodys-word": [
        ("2026-03-02", _DOCUMENT, {"task_count": 1}),
        ("2026-03-02", _TASK, {"due_on": "2026-03-13"}),
        ("2026-03-09", "task.completed", {}),
        ("2026-03-10", "task.reassigned", {"lead": "PNV", "coordinating": []}),
        ("2026-03-11", "task.reassigned", {"lead": "PYT", "coordinating": []}),
        ("2026-03-12", "task.completed", {"body": "XDS"}),
        ("2026-03-13", "task.urged", {"body": "PYT"}),
    ],
    "document:not-classified": [("2026-03-02", _DOCUMENT, {"task_count": 2})],
    "feedback:not-copied": [
        ("2026-08-28", "feedback.received", {}),
        ("2026-09-03", "feedback.answered", {"answer": "urging_document"}),
    ],
    "feedback:copied": [
        ("2026-08-28", "feedback.received", {}),
        ("2026-09-14", "feedback.answered", {"answer": "reported_to_chairman"}),
    ],
    "feedback:open": [("2026-11-20", "feedback.received", {})],
    "inspection:half-told": [
        ("2026-03-02", "inspection.decided", {"team": True, "lead": "PNV"}),
        ("2026-03-20", "inspection.ended", {"ended_on": "2026-03-18"}),
        ("2026-03-23", "inspection.reported", {"reported_to_chairman": True}),
        ("2026-03-24", "inspection.dossier_item_added", {"item": "minutes"}),
    ],
    "inspection:told": [
        ("2026-03-02", "inspection.decided", {"lead": "PNV", "bodies": ["PYT"]}),
        (
            "2026-03-18",
            "inspection.reported",
            {"reported_to_chairman": True, "notified_bodies": ["PYT"]},
        ),
        ("2026-03-20", "inspection.ended", {"ended_on": "2026-03-19"}),
    ],
    "reports:PYT": [
        (
            "2026-03-10",
            "report.submitted",
            {"report": "body_progress", "body": "PYT", "period": "2026-02"},
        ),
        (
            "2026-04-20",
            "report.submitted",
            {"report": "body_progress", "body": "PYT", "period": "2026-03"},
        ),
        (
            "2026-05-20",
            "report.submitted",
            {"report": "body_progress", "body": "PYT", "period": "2026-05"},
        ),
        ("2026-05-04", "report.requested", {"request_id": "R1", "bodies": ["PYT"]}),
        (
            "2026-05-04",
            "report.requested",
            {"request_id": "R2", "bodies": ["PYT"], "due_on": "2026-05-16"},
        ),
    ],
    "reports:VP": [
        (
            "2026-03-16",
            "report.submitted",
            {"report": "office_progress", "body": "VP", "period": "2026-02"},
        ),
        (
            "2026-03-17",
            "report.published",
            {"report": "office_progress", "period": "2026-02", "channels": ["hscv"]},
        ),
    ],
}

_CONFIGURED = {
    "secret_report": {"months": 3, "day": 5},
    "regulation_review": {"months": 12, "day": 15},
    "plan": {"months": 1, "day": 31},
    "implementation_plan": {"months": 1, "day": 31},
}
"""Dates for the rules that are off until an office configures them."""


def shipped(name: str) -> dict[str, Any]:
    """A TOML file that ships with `dondoc.rules`, parsed."""
    return tomllib.loads(files("dondoc.rules").joinpath(name).read_text("utf-8"))


def configured_regulation() -> dict[str, Any]:
    """The regulation's file, with dates for what it leaves to the office."""
    data = shipped("regulations/02-2015-qd-ubnd.toml")
    for rule in data["rule"]:
        if rule["id"] in _CONFIGURED:
            del rule["off"]
            for period in rule["period"]:
                period["target"] = period["due"] = _CONFIGURED[rule["id"]]
    return data


@cache
def law() -> Law:
    """The law that ships, every rule of it in use, for the bodies of the stories."""
    regulation = parse_regulation(configured_regulation(), "regulation.toml")
    return Law(
        together([(regulation, "regulation.toml")]),
        build_calendar(parse_layer(shipped("calendars/vietnam.toml"), "vietnam.toml")),
        DIRECTORY,
        parse_policy(shipped("policies/default.toml"), "default.toml"),
    )


@cache
def texts(language: str) -> Texts:
    """The texts that ship in *language*."""
    return parse_texts(shipped(f"texts/{language}.toml"), f"{language}.toml")


def history(stream: str, told: list[Told]) -> list[Event]:
    """The events of *stream*, each at nine in the morning of its day."""
    subject = stream.partition(":")[2]
    events = []
    for number, (day, type_, data) in enumerate(told, 1):
        at = datetime.combine(date.fromisoformat(day), time(9), LOCAL)
        said = {**natural(type_, at.date()), **data}
        events.append(Event("/hscv", f"e{number}", type_, subject, at, number, said, at.date()))
    return sorted(events, key=lambda event: event.order)


def owed(stream: str, told: list[Told], through: date = THROUGH) -> tuple[Obligation, ...]:
    """What follows from *told* by *through*."""
    return law().project(stream, history(stream, told), SINCE, through).obligations


@cache
def every_obligation() -> tuple[Obligation, ...]:
    """Every obligation of every story."""
    return tuple(_every_obligation())


def _every_obligation() -> Iterator[Obligation]:
    for stream, told in STORIES.items():
        yield from owed(stream, told)
