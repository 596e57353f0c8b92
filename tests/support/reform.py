"""A district's last months and its successor's first, from May to December 2025, as events.

On 1/7/2025 huyện Yên Lâm (the district of the sample) ends: its 13 departments, 19 communes and its
Office pass to the Office and three departments of one new unit, by merger and by split. HSCV names
some by their old codes still. The new unit has a regulation of its own from the same day: that of
2015 with other terms. What becomes of each thing is fixed by the place of its body, so that every
number can be counted by hand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from dondoc.rules.directory import Directory
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.sample.generator import directory_toml
from support import stories
from support.case_law import FIXTURES, REGULATION, regulation_data
from support.hscv import event, structured
from support.natural_events import natural

SINCE = date(2025, 5, 1)
LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)
OLD_LAW, NEW_LAW = "02/2015/QĐ-UBND", "05/2025/QĐ-UBND"

NEW_OFFICE = "VPM"
NEW = ("KT", "VHXH", "PVHCC")
_NAMES = {
    "VPM": ("Văn phòng HĐND và UBND xã Yên Lâm", "office"),
    "KT": ("Phòng Kinh tế", "department"),
    "VHXH": ("Phòng Văn hóa - Xã hội", "department"),
    "PVHCC": ("Trung tâm Phục vụ hành chính công", "department"),
}
DEPARTMENTS = (
    *("NV", "TP", "TCKH", "TNMT", "LDTBXH", "VHTT", "GDDT"),
    *("YT", "TTR", "KTHT", "NNPTNT", "DT", "BQLDA"),
)
COMMUNES = (
    *("TTYENLAM", "TTBENDA", "BINHAN", "DAIMINH", "HOATHANG", "KHEVAN", "LAMSON"),
    *("MYHOA", "NAMSON", "PHUCLAM", "QUANGMINH", "SONHA", "TANLAP", "THANHBINH"),
    *("THUONGLAM", "TRUNGNGHIA", "VANXUAN", "VIETHUNG", "XUANHOA"),
)
OLD = (*DEPARTMENTS, *COMMUNES, "VP")
SUCCESSORS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("TCKH", "TNMT", "KTHT", "NNPTNT", "BQLDA", *COMMUNES[:9]), ("KT",)),
    **dict.fromkeys(("NV", "VHTT", "GDDT", "YT", "DT", *COMMUNES[9:18]), ("VHXH",)),
    **dict.fromkeys(("TP", "TTR"), ("PVHCC",)),
    "LDTBXH": ("VHXH", "PVHCC"),
    "XUANHOA": ("KT", "VHXH"),
    "VP": (NEW_OFFICE,),
}
"""Merged into one of the new bodies, and two of them split between two."""


@cache
def directory() -> Directory:
    """The bodies of both units."""
    bodies = []
    for body in tomllib.loads(directory_toml().decode())["body"]:
        if body["code"] in SUCCESSORS:
            successors = list(SUCCESSORS[body["code"]])
            named = successors if len(successors) > 1 else successors[0]
            body |= {"valid_to": LAST_DAY, "successor": named}
        bodies.append(body)
    for code, (name, kind) in _NAMES.items():
        bodies.append({"code": code, "name": name, "kind": kind, "valid_from": FIRST_DAY})
    return parse_directory({"body": bodies}, "bodies.toml")


@cache
def law() -> Law:
    """The regulation of 2015 to 30/6/2025, and its successor's from 1/7."""
    old = regulation_data(REGULATION) | {"in_force_to": LAST_DAY}
    new = regulation_data(REGULATION)
    path = FIXTURES / "regulations" / "reform-2025.toml"
    changes = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = {rule["id"]: rule for rule in new["rule"]}
    for rule_id, changed in changes.pop("rules").items():
        rules[rule_id].update(changed)
    new.update(changes)
    parsed = [(parse_regulation(data, data["id"]), data["id"]) for data in (old, new)]
    own = stories.law()
    return Law(together(parsed), own.calendar, directory(), own.policy)


def answering(code: str, day: date) -> tuple[str, ...]:
    """Who owes on *day* what *code* owed, as this page has it."""
    return SUCCESSORS.get(code, (code,)) if day >= FIRST_DAY else (code,)


def counted(code: str, day: date) -> str:
    """The code that it counts under on *day*: of what was split the old one."""
    bodies = answering(code, day)
    return bodies[0] if len(bodies) == 1 else code


@dataclass(frozen=True)
class Told:
    """One event as HSCV sends it."""

    on: date
    type: str
    subject: str
    data: Mapping[str, Any]

    def message(self, number: int) -> Any:
        """It as a message, sent at nine in the morning."""
        at = datetime(self.on.year, self.on.month, self.on.day, 9, tzinfo=LOCAL)
        return structured(
            event(
                self.type,
                id=f"reform-{number}",
                time=at.isoformat(),
                subject=self.subject,
                data={**natural(self.type, self.on), **self.data},
            )
        )


def story() -> list[Told]:
    """Everything that happens, in the order of the days."""
    told = [*_tasks(), *_reports(), *_rest()]
    return sorted(told, key=lambda each: each.on)


def _told(day: str, type_: str, subject: str, **data: Any) -> Told:
    return Told(date.fromisoformat(f"2025-{day}"), type_, subject, data)


def _tasks() -> Iterator[Told]:
    """Four tasks for each old body, given on Monday 12/5; its place decides their fate."""
    for place, code in enumerate(OLD):
        vb, new = f"VB-{code}", SUCCESSORS[code][-1]
        yield _told("05-12", "document.issued", vb, task_count=4, symbol=f"{place}/CT-UBND")
        for task, due in (("1", "06-20"), ("2", "06-30"), ("3", "07-15"), ("4", None)):
            due_on = due and f"2025-{due}"
            yield _told("05-12", "task.assigned", vb, task_id=task, lead=code, due_on=due_on)
            yield _told("05-13", "task.accepted", vb, task_id=task, body=code)
        if place % 2 == 0:
            yield _told("06-18", "task.completed", vb, task_id="1", body=code)
        elif place % 4 == 1:
            yield _told("07-04", "task.completed", vb, task_id="1", body=new)
        if place % 3 == 0:
            yield _told("06-27", "task.completed", vb, task_id="2", body=code)
        elif place % 3 == 1:
            yield _told("07-03", "task.completed", vb, task_id="2", body=new)
        if place % 4 in (0, 1):
            by = new if place % 4 == 0 else code
            yield _told("07-10", "task.completed", vb, task_id="3", body=by)
        elif place % 4 == 3:
            yield _told("07-07", "task.reassigned", vb, task_id="3", lead=new)
            yield _told("07-08", "task.accepted", vb, task_id="3", body=new)
            yield _told("07-14", "task.completed", vb, task_id="3", body=new)
        yield _told("07-04", "task.progress", vb, task_id="4", body=new if place % 2 else code)
    yield _told("08-01", "task.reassigned", "VB-LDTBXH", task_id="4", lead="VHXH")


def _reports() -> Iterator[Told]:
    """Of the old bodies for April and May with the half-year; of the new ones from June on."""
    submitted, body_report = "report.submitted", "body_progress"
    half = {"period": "2025-H1", "covers": ["2025-05"]}
    for place, code in enumerate((*DEPARTMENTS, *COMMUNES)):
        yield _told("05-08", submitted, "BC", report=body_report, body=code, period="2025-04")
        new = SUCCESSORS[code][0]
        if place % 2 == 0:
            yield _told("06-04", submitted, "BC", report=body_report, body=code, **half)
        elif place % 4 == 1:
            # Under the old code, for under the new it would be that of every other as well.
            yield _told("07-04", submitted, "BC", report=body_report, body=code, **half)
    for new in NEW:
        yield _told("07-14", submitted, "BC", report=body_report, body=new, period="2025-06")
    # HSCV knows the new centre by the code of the old justice department still.
    for code in ("KT", "VHXH", "TP"):
        yield _told("08-14", submitted, "BC", report=body_report, body=code, period="2025-07")
    office = "office_progress"
    yield _told("05-19", submitted, "BC", report=office, body="VP", period="2025-04")
    yield _told("07-03", submitted, "BC", report=office, body=NEW_OFFICE, **half)
    yield _told(
        "07-04",
        "report.published",
        "BC",
        report=office,
        period="2025-H1",
        channels=["hscv", "portal"],
    )


def _rest() -> Iterator[Told]:
    """New documents under new codes and under old ones, feedback, an inspection."""
    for vb, lead, day in (("VB-MOI", "KT", "07-08"), ("VB-CU", "NV", "07-09")):
        yield _told(day, "document.issued", vb, task_count=1, symbol=f"{vb}/CT-UBND")
        yield _told(day, "task.assigned", vb, task_id="1", lead=lead, due_on="2025-08-20")
        yield _told(day, "task.accepted", vb, task_id="1", body=lead)
        yield _told("08-18", "task.completed", vb, task_id="1", body=lead)
    for feedback, day in (("PA-1", "06-26"), ("PA-2", "06-27"), ("PA-3", "07-03")):
        yield _told(day, "feedback.received", feedback, from_body="CA", about_body="NV")
    yield _told("07-02", "feedback.answered", "PA-1", copied_to_source=True)
    inspected = {"lead": "TTR", "bodies": ["YT", "BINHAN"]}
    yield _told("06-02", "inspection.decided", "KT-1", **inspected)
    yield _told("06-25", "inspection.ended", "KT-1")
    yield _told(
        "07-02",
        "inspection.reported",
        "KT-1",
        reported_to_chairman=True,
        notified_bodies=["VHXH", "KT"],
    )
