"""Courses of documents as offices have them, made from a seed: assigned, then whatever those
charged say of it, now and then something of the document. Every event is valid by the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from dondoc.rules.events import LOCAL, Event, local_date
from support.histories import refusal
from support.natural_events import natural

STREAM = "document:VB-1"
_BODIES = ("PYT", "PNV", "CCT")
_TASKS = ("T1", "T2", "T3", "T4")
_SAYINGS = (
    *("task.accepted", "task.progress", "task.progress", "task.progress", "task.written_update"),
    *("task.difficulty", "task.urged", "task.directed", "task.returned", "task.completed"),
    *("task.discrepancy_found", "task.renamed", "task.completion_rejected"),
    *("task.result_accepted", "task.extension_requested", "task.extension_granted"),
)
_OF_ALL = ("task.directed", "task.extension_granted", "task.renamed")
"""What names no body."""


def course_of(seed: int | str) -> list[Event]:
    """The events of a document, in their order; the same of the same *seed*."""
    return _Course(Random(seed)).told


def parts_of(events: Sequence[Event], chance: Random) -> list[list[Event]]:
    """*events* in parts, as batches have them."""
    parts: list[list[Event]] = [[]]
    for event in events:
        if parts[-1] and chance.random() < 0.6:
            parts.append([])
        parts[-1].append(event)
    return parts


class _Course:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.told: list[Event] = []
        self.day = date(2026, 1, 2) + timedelta(days=chance.randrange(90))
        self.leads: dict[str, str] = {}
        about = {"symbol": "1/CT-UBND", "doc_type": chance.choice(["CT", "CT", "QD", "CV"])}
        announced = chance.choice([{}, {"task_count": 2}, {"task_count": 3}])
        authority = chance.choice(["ubnd", "ubnd", "chairman", "province"])
        issued_on = self.day.isoformat()
        self.say("document.issued", **about, authority=authority, issued_on=issued_on, **announced)
        for _ in range(chance.randint(4, 24)):
            self.go_on()

    def go_on(self) -> None:
        kind = self.chance.choice(["assign", *["say"] * 6, "change", "change", "document"])
        task = self.chance.choice(_TASKS)
        if kind == "document":
            self.of_document()
        elif kind == "assign" or task not in self.leads:
            self.assign(task)
        elif kind == "say":
            self.say_of(task)
        else:
            self.change(task)

    def say(self, type_: str, **data: Any) -> None:
        self.day += timedelta(days=self.chance.choice([0, 0, 1, 3, 12, 40]))
        place = len(self.told)
        at = datetime.combine(self.day, time(8 + place % 9, place % 60), LOCAL)
        said = {**natural(type_, self.day), **data}
        if type_ == "task.completed":
            # Some tell of a day on which nobody had the task yet, which is odd.
            ago = self.chance.choice([0, 0, 0, 4, 50])
            said["completed_on"] = (self.day - timedelta(days=ago)).isoformat()
        event = Event("/hscv", f"e{place}", type_, "VB-1", at, None, said, local_date(at))
        assert refusal(event) is None, event
        self.told.append(event)

    def due_on(self) -> str | None:
        days = self.chance.choice([None, 2, 20, 60])
        return None if days is None else (self.day + timedelta(days=days)).isoformat()

    def assign(self, task: str) -> None:
        lead = self.leads[task] = self.chance.choice(_BODIES)
        others = [each for each in _BODIES if each != lead][: self.chance.randrange(3)]
        odd: list[dict[str, Any]] = [{"recurrence": "monthly:25"}, {"parent_task": "T1"}]
        more = self.chance.choice(odd).copy() if self.chance.random() < 0.1 else {}
        due_on = self.due_on()
        self.say(
            "task.assigned", task_id=task, lead=lead, coordinating=others, due_on=due_on, **more
        )

    def say_of(self, task: str) -> None:
        type_ = self.chance.choice(_SAYINGS)
        more: dict[str, Any] = {"task_id": task}
        if type_ not in _OF_ALL:
            more["body"] = self.leads[task]
            if self.chance.random() < 0.03:
                more["body"] = self.chance.choice([*_BODIES, "XYZ"])
        if type_ == "task.progress":
            status = ["in_progress", "in_progress", "in_progress", "not_started", "done"]
            more["status"] = self.chance.choice(status)
        if type_.startswith("task.extension"):
            more["due_on"] = (self.day + timedelta(days=30)).isoformat()
        self.say(type_, **more)

    def change(self, task: str) -> None:
        type_ = self.chance.choice(["due_changed", "reassigned", "corrected", "withdrawn"])
        more: dict[str, Any] = {}
        if type_ == "due_changed":
            more = {"due_on": self.due_on()}
        elif type_ == "reassigned":
            more = {"lead": self.chance.choice(_BODIES)}
            self.leads[task] = more["lead"]
        elif type_ == "corrected":
            more = {"fields": {"class": "4.2"}}
        self.say(f"task.{type_}", task_id=task, **more)

    def of_document(self) -> None:
        type_ = self.chance.choice(
            ["classified", "classified", "corrected", "withdrawn", "renamed"]
        )
        more: dict[str, Any] = {"task_count": 2} if type_ == "classified" else {}
        if type_ == "corrected":
            more = {"fields": {"consultation": self.chance.random() < 0.5}}
        self.say(f"document.{type_}", **more)
