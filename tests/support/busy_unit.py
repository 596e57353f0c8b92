"""A unit with much to do: random histories of tasks in which everything a report counts happens.

The dates lie in the first half of 2026; what is told late is stored late. Chance decides by a seed
alone. Unlike the courses, which are mostly senseless, nearly every event means something here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from dondoc.rules.events import LOCAL, Event, streams_by
from dondoc.rules.law import Law
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.new_events import NewEvent
from dondoc.storage.taking_in import record
from support.natural_events import natural
from support.stories import DIRECTORY, law

BEGIN, END = date(2026, 1, 12), date(2026, 5, 29)
_LEADS = ("PYT", "PNV", "XDS", "VP")
_TEXTS = (
    "Rà soát, tổng hợp số liệu",
    "=cmd|' /C calc'!A0",
    "+84 liên hệ\tphòng",
    "Kiểm tra \u202eđảo ngược\u202c và \x07 chuông",
    "Báo cáo 📈 kết quả",
    "-1+1 @SUM(A1)",
    "Nội dung rất dài " * 40,
    "x" * 100_000,
    "<script>alert(1)</script> & 'dấu'",
)


@dataclass
class Unit:
    """What happens in a unit, event by event, each with the day on which it is stored."""

    seed: int
    documents: int = 50
    inspections: int = 4
    told: list[tuple[date, NewEvent]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        for number in range(self.documents):
            self._document(f"VB-{number}")
        for number in range(self.inspections):
            self._inspection(f"KT-{number}")
        for body in ("PYT", "PNV", "XDS"):
            for month in range(1, 5):
                on = date(2026, month + 1, self._chance.randint(1, 20))
                data = {"report": "body_progress", "body": body, "period": f"2026-{month:02}"}
                if self._chance.random() < 0.8:
                    self._tell(on, "report.submitted", body, {**data, "submitted_on": str(on)})

    def stored(self, since: date, until: date) -> list[NewEvent]:
        """What is stored from one day to another, both inclusive, in the order of its storing."""
        return [event for day, event in sorted(self.told, key=_day) if since <= day <= until]

    def _document(self, subject: str) -> None:
        chance = self._chance
        begun = self._day(BEGIN, date(2026, 4, 10))
        count = chance.randint(1, 3)
        symbol = f"{chance.randint(1, 99)}/CT-UBND"
        issued_on = begun - timedelta(chance.choice((0, 0, 0, 4, 20)))
        said = {"task_count": count, "symbol": symbol, "issued_on": str(issued_on)}
        self._tell(begun, "document.issued", subject, said)
        for number in range(count):
            self._task(subject, f"{subject}-{number}", begun)
        if chance.random() < 0.05:
            self._tell(self._after(begun, 60), "document.withdrawn", subject, {})

    def _task(self, subject: str, task: str, begun: date) -> None:
        chance, lead = self._chance, self._chance.choice(_LEADS)
        due = self._after(begun, 45) if chance.random() < 0.7 else None
        helping = chance.sample(_LEADS[:3], chance.choice((0, 0, 1, 2)))
        said = {
            "task_id": task,
            "content": chance.choice(_TEXTS),
            "lead": [lead, "XDS"] if chance.random() < 0.1 else lead,
            "due_on": due and str(due),
            "coordinating": [each for each in helping if each != lead],
        }
        self._tell(begun, "task.assigned", subject, said)
        day = begun
        if chance.random() < 0.15:
            self._tell(day, "task.returned", subject, {"task_id": task, "body": lead})
        for _ in range(chance.randint(0, 6)):
            day = self._after(day, 14)
            type_ = chance.choice(tuple(_SAID))
            data = {"task_id": task, **_SAID[type_](self, lead, day)}
            lead = str(data.get("lead", lead))
            self._tell(day, type_, subject, data)

    def _inspection(self, subject: str) -> None:
        begun, chance = self._day(BEGIN, date(2026, 4, 10)), self._chance
        self._tell(begun, "inspection.decided", subject, {"team": chance.random() < 0.5})
        ended = self._after(begun, 30)
        self._tell(ended, "inspection.ended", subject, {"ended_on": str(ended)})
        if chance.random() < 0.7:
            data = {"reported_to_chairman": True, "notified_bodies": ["PYT", "XDS"]}
            self._tell(self._after(ended, 14), "inspection.reported", subject, data)

    def change_of_date(self, _: str, day: date) -> dict[str, Any]:
        """Another deadline, or none any more."""
        other = self._after(day, 30) if self._chance.random() < 0.8 else None
        return {"due_on": other and str(other)}

    def extension(self, _: str, day: date) -> dict[str, Any]:
        """A later deadline, as a rule."""
        return {"due_on": str(self._after(day, 30))}

    def completion(self, lead: str, day: date) -> dict[str, Any]:
        """Done, as is said on the day or later."""
        return {"body": lead, "completed_on": str(day - timedelta(self._chance.choice((0, 0, 9))))}

    def progress(self, lead: str, _: date) -> dict[str, Any]:
        """How it stands."""
        statuses = ("not_started", "in_progress", "in_progress", "done")
        return {"body": lead, "status": self._chance.choice(statuses)}

    def other_lead(self, _: str, __: date) -> dict[str, Any]:
        """Somebody else is to do it."""
        return {"lead": self._chance.choice(_LEADS)}

    def _tell(self, on: date, type_: str, subject: str, said: dict[str, Any]) -> None:
        happened = datetime.combine(on, time(8, self._chance.randint(0, 59)), LOCAL)
        data = {**natural(type_, on), **said}
        body = json.dumps(data, ensure_ascii=False).encode()
        id_ = f"{self.seed}-{len(self.told)}"
        event = Event("/hscv", id_, type_, subject, happened, None, data, on)
        new = NewEvent(
            event=event,
            streams=tuple(streams_by(type_, subject, data, on, DIRECTORY)),
            body=body,
            structured=False,
            sha256=sha256(body).digest(),
        )
        late = self._chance.choice((0, 0, 0, 1, 5, 40))
        self.told.append((min(on + timedelta(late), END), new))

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(self._chance.randint(0, (last - first).days))

    def _after(self, day: date, most: int) -> date:
        return min(day + timedelta(self._chance.randint(0, most)), END)


_SAID: Mapping[str, Callable[[Unit, str, date], dict[str, Any]]] = {
    "task.accepted": lambda _, lead, __: {"body": lead},
    "task.returned": lambda _, lead, __: {"body": lead},
    "task.progress": Unit.progress,
    "task.completed": Unit.completion,
    "task.completion_rejected": lambda _, lead, __: {"body": lead},
    "task.due_changed": Unit.change_of_date,
    "task.extension_granted": Unit.extension,
    "task.reassigned": Unit.other_lead,
    "task.difficulty": lambda _, lead, __: {"body": lead, "cause": "=1+1 thiếu kinh phí"},
    "task.directed": lambda _, __, ___: {},
    "task.withdrawn": lambda _, __, ___: {},
}


def live(store: Store, unit: Unit, since: date, until: date, by: Law | None = None) -> None:
    """Let *store* live through the days by the law *by*, otherwise the one that ships, each event
    stored at noon of its day."""
    for day in _days(since, until):
        advance(store, by or law(), day)
        fresh: Sequence[NewEvent] = unit.stored(day, day)
        record(store, by or law(), fresh, datetime.combine(day, time(12), LOCAL))


def _days(since: date, until: date) -> Iterator[date]:
    while since <= until:
        yield since
        since += timedelta(1)


def _day(told: tuple[date, NewEvent]) -> date:
    return told[0]
