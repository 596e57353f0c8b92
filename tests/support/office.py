"""An office with a few tasks of known ends, put into a store by events; for figures of it.

Today is Friday 20/3/2026 where nothing else is said; 30 days before it lies Tết. The law is the
one that ships.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from dondoc.rules.events import LOCAL, Event, local_date, streams_of
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store
from dondoc.storage.hot_streams import HotStreams
from dondoc.storage.new_events import NewEvent, Outcome
from dondoc.storage.taking_in import record
from support.natural_events import natural
from support.stories import law

TODAY = date(2026, 3, 20)
NOON = datetime(2026, 3, 20, 12, 0, tzinfo=LOCAL)
ISSUED, TASK, DONE = "document.issued", "task.assigned", "task.completed"

Told = tuple[str, str, Mapping[str, Any]]
"""A day, the type of an event, and what it says beside what is natural."""


def tell(store: Store, document: str, *told: Told, hot: HotStreams | None = None) -> None:
    """Record what happened to *document*: day (at nine in the morning), type, data; with what is
    remembered in *hot*."""
    events = []
    for day, type_, data in told:
        at = datetime.fromisoformat(f"{day}T09:00:00+07:00")
        said = {**natural(type_, local_date(at)), **data}
        body = json.dumps(said, ensure_ascii=False).encode()
        id_ = sha256(f"{document} {day} {type_}".encode() + body).hexdigest()
        event = Event("/hscv", id_, type_, document, at, None, said, local_date(at))
        streams = tuple(streams_of(type_, document, said, "VP"))
        events.append(
            NewEvent(event, streams, body, structured=False, sha256=sha256(body).digest())
        )
    assert set(record(store, law(), events, NOON, hot=hot)) == {Outcome.STORED}


def task(
    store: Store, document: str, given: str, due: str | None, *after: Told, **data: Any
) -> None:
    """A document with one task, whole and classified in time, and what happened to it."""
    tell(
        store,
        document,
        (given, ISSUED, {"task_count": 1}),
        (given, TASK, {"due_on": due, **data}),
        *after,
    )


def fill_office(store: Store) -> None:
    """Eight tasks of PYT, each of another kind of end; projected up to today."""
    advance(store, law(), TODAY)
    task(store, "A", "2026-03-02", "2026-03-16", ("2026-03-13", DONE, {}))
    task(store, "B", "2026-03-02", "2026-03-13", ("2026-03-16", DONE, {}))
    task(store, "C", "2026-03-02", "2026-03-18")
    task(store, "D", "2026-03-02", "2026-03-20")
    task(store, "E", "2026-03-02", "2026-03-12", ("2026-03-16", "task.withdrawn", {}))
    task(store, "F", "2026-03-02", "2026-03-17", ("2026-03-10", "task.withdrawn", {}))
    task(store, "G", "2026-02-09", "2026-02-25", ("2026-02-24", DONE, {}))
    task(store, "H", "2026-01-05", "2026-01-15", ("2026-01-15", DONE, {}))


def backfill(store: Store) -> None:
    """Twenty documents of the year before, all done after they were due."""
    for number in range(20):
        done: Told = ("2025-07-15", DONE, {})
        accepted: Told = ("2025-06-03", "task.accepted", {})
        task(store, f"old-{number}", "2025-06-02", "2025-07-10", accepted, done)
