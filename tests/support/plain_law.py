"""A law small enough to see through, for tests of storage: a pure function of the history.

It is not the regulation and mocks nothing of the database. A document gives one obligation for
each task assigned in it, due when the task says, met by its completion; `reports:<body>` gives
one for every month that has begun.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dondoc.rules.body import Body
from dondoc.rules.directory import Directory
from dondoc.rules.events import Event, local_date, streams_of
from dondoc.rules.obligations import Obligation, Projection, TaskState
from dondoc.rules.wording import Names
from dondoc.storage.new_events import NewEvent

DIRECTORY = Directory(
    {
        "vp": Body("vp", "Văn phòng", "office"),
        "ldtbxh": Body("ldtbxh", "Phòng Lao động", "department"),
        "tanhiep": Body("tanhiep", "Xã Tân Hiệp", "commune"),
    }
)


@dataclass(frozen=True)
class PlainLaw:
    """`version` may be changed to make a new law; `days` moves every due date by so many."""

    version: str = "v1"
    days: int = 0
    directory: Directory = field(default=DIRECTORY)
    silent: tuple[str, ...] = ()

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        kind, _, subject = stream.partition(":")
        if kind == "reports":
            return _reports(stream, subject, history, since, through)
        return self._document(stream, subject, history, through)

    def names(self, obligation: Obligation) -> Names:
        return Names(obligation.regulation)

    def next_attention(self, obligation: Obligation, after: date) -> date | None:
        if obligation.due is None:
            return None
        return max(obligation.due - timedelta(days=1), after + timedelta(days=1))

    def _document(
        self, stream: str, subject: str, history: Sequence[Event], through: date
    ) -> Projection:
        assigned: dict[str, Event] = {}
        done: dict[str, Event] = {}
        symbol = abstract = None
        for event in history:
            if event.type == "document.issued":
                symbol, abstract = event.data["symbol"], event.data["abstract"]
            elif event.type == "task.assigned":
                assigned[event.data["task_id"]] = event
            elif event.type == "task.completed":
                done.setdefault(event.data["task_id"], event)
        obligations, tasks, opening = [], [], []
        for task_id, event in assigned.items():
            due = date.fromisoformat(event.data["due_on"]) + timedelta(days=self.days)
            met = done[task_id].on if task_id in done else None
            tasks.append(
                TaskState(
                    task_id,
                    event.data["lead"],
                    event.data["content"],
                    due,
                    "done" if met else "not_started",
                    met,
                    None,
                )
            )
            if event.on > through:
                opening.append(event.on)
                continue
            obligations.append(
                Obligation(
                    id=_identity("execution", stream, task_id),
                    rule="execution",
                    cite="4.1",
                    stream=stream,
                    subject=subject,
                    task_id=task_id,
                    body=event.data["lead"],
                    role="lead",
                    opened_on=event.on,
                    target=due,
                    due=due,
                    met_on=met,
                    ended_on=None,
                    breach_on=due + timedelta(days=1) if met is None or met > due else None,
                    regulation="plain",
                    trace={"opened_by": {"id": event.id}},
                )
            )
        return Projection(
            obligations=tuple(obligations),
            tasks=tuple(tasks),
            symbol=symbol,
            abstract=abstract,
            flags=("no_document",) if symbol is None else (),
            missing=("signer",) if symbol else (),
            next_opening=min(opening, default=None),
        )


@dataclass(frozen=True)
class EndlessLaw(PlainLaw):
    """A law that never comes to an end."""

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        while True:
            time.sleep(60)


@dataclass(frozen=True)
class Together(PlainLaw):
    """One that projects when somebody else does too, or after half a second."""

    met: threading.Barrier = field(default_factory=lambda: threading.Barrier(2))

    def project(
        self, stream: str, history: Sequence[Event], since: date, through: date
    ) -> Projection:
        with suppress(threading.BrokenBarrierError):
            self.met.wait(timeout=0.5)
        return super().project(stream, history, since, through)


def _reports(
    stream: str, body: str, history: Sequence[Event], since: date, through: date
) -> Projection:
    submitted = {e.data["period"]: e.on for e in history if e.type == "report.submitted"}
    obligations = []
    month = since.replace(day=1)
    while month <= through:
        period = month.isoformat()[:7]
        met = submitted.get(period)
        obligations.append(
            Obligation(
                id=_identity("body_report", stream, period),
                rule="body_report",
                cite="21.1",
                stream=stream,
                subject=period,
                task_id=None,
                body=body,
                role="body",
                opened_on=month,
                target=month.replace(day=9),
                due=month.replace(day=10),
                met_on=met,
                ended_on=None,
                breach_on=month.replace(day=11),
                regulation="plain",
                trace={},
            )
        )
        month = (month + timedelta(days=32)).replace(day=1)
    return Projection(obligations=tuple(obligations), next_opening=month)


def _identity(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()


def new_event(
    type_: str,
    subject: str,
    data: dict[str, Any],
    *,
    event_id: str,
    time: datetime = datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
    source: str = "/hscv",
    sequence: int | None = None,
) -> NewEvent:
    """An event as the intake hands it over, in binary mode."""
    body = json.dumps(data, ensure_ascii=False).encode()
    event = Event(source, event_id, type_, subject, time, sequence, data, local_date(time))
    return NewEvent(
        event=event,
        streams=tuple(streams_of(type_, subject, data, "vp")),
        body=body,
        structured=False,
        sha256=hashlib.sha256(body).digest(),
    )


def issued(subject: str, **at: Any) -> NewEvent:
    """A document is issued."""
    data = {
        "doc_type": "CT",
        "symbol": f"{subject}/CT-UBND",
        "abstract": "Về việc tăng cường công tác phòng cháy, chữa cháy rừng mùa hanh khô",
        "issued_on": "2026-03-02",
        "authority": "ubnd",
    }
    return new_event("document.issued", subject, data, **{"event_id": f"i-{subject}", **at})


def assigned(subject: str, task: str, due_on: str = "2026-03-20", **at: Any) -> NewEvent:
    """A task is assigned in a document."""
    data = {
        "task_id": task,
        "content": "Rà soát, báo cáo kết quả thực hiện về Văn phòng HĐND và UBND huyện",
        "kind": "report",
        "lead": "ldtbxh",
        "due_on": due_on,
    }
    return new_event("task.assigned", subject, data, **{"event_id": f"a-{subject}-{task}", **at})


def completed(subject: str, task: str, **at: Any) -> NewEvent:
    """A task is completed on the day of the event."""
    data = {"task_id": task, "body": "ldtbxh", "completed_on": "2026-03-02"}
    return new_event("task.completed", subject, data, **{"event_id": f"c-{subject}-{task}", **at})
