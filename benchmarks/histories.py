"""What one more event costs a stream that has a history: guard to commit, SQLite, no broker.

Two kinds of long streams: a document with more and more tasks, each assigned, accepted, moved
on, postponed, done and sent back; and a document with one task whose progress is told again and
again. Fifty streams, or fewer where their histories are long, get one event each in one batch.
It must never be read for streams that share a batch with themselves: those are projected once.

    python -m benchmarks.histories [--rounds N] [--json FILE]
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

from dondoc.rules.events import LOCAL

from .events import Sent, today
from .figures import Figure, load, options, tell
from .inside import Inside, inside
from .machine import describe

PAST = (0, 1, 10, 30, 100, 300, 1_000)
ROUNDS = 5
SHORT = 30
PER_EVENT_US, SHORT_RATIO = 25.0, 1.5
_STREAMS, _EVENTS_OF_ALL = 50, 10_000
_BEFORE_DAYS = 60
"""How many days ago a document was issued; its events are spread over them."""

Story = Callable[[int, date], tuple[str, dict[str, Any]]]
"""The type and data of the so-many-th event after the document was issued on a day."""


def many_tasks(number: int, issued: date) -> tuple[str, dict[str, Any]]:
    """Six events for each task, then another task."""
    task_id, body = f"t{number // 6}", "TCKH"
    due = (issued + timedelta(days=30 + number % 40)).isoformat()
    about = {"task_id": task_id, "body": body}
    told: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "task.assigned",
            {
                "task_id": task_id,
                "content": "Báo cáo kết quả thực hiện nhiệm vụ được giao.",
                "kind": "report",
                "lead": body,
                "coordinating": ["NV", "TP"],
                "due_on": due,
            },
        ),
        ("task.accepted", about),
        ("task.progress", about | {"status": "in_progress"}),
        ("task.due_changed", {"task_id": task_id, "due_on": due, "decided_by": "Chủ tịch"}),
        ("task.completed", about | {"completed_on": issued.isoformat()}),
        ("task.completion_rejected", about | {"reason": "Thiếu số liệu."}),
    )
    return told[number % 6]


def one_task(number: int, issued: date) -> tuple[str, dict[str, Any]]:
    """One task, then nothing but its progress."""
    if number == 0:
        return many_tasks(0, issued)
    note = f"Đã thực hiện được {number} phần việc."
    data = {"task_id": "t0", "body": "TCKH", "status": "in_progress", "note": note}
    return "task.progress", data


STORIES: dict[str, Story] = {"more and more tasks": many_tasks, "one task": one_task}


def event(stream: str, number: int, story: Story) -> Sent:
    """The event of that number, from 0, of the document *stream*."""
    issued = today() - timedelta(days=_BEFORE_DAYS)
    begun = datetime.combine(issued, time(8), LOCAL)
    type_, data = "document.issued", _document(stream, issued)
    if number:
        type_, data = story(number - 1, issued)
    message = {
        "specversion": "1.0",
        "id": f"{stream}-{number}",
        "source": "/hscv/yen-lam/van-phong",
        "type": f"hscv.{type_}",
        "time": (begun + timedelta(minutes=number * 60)).isoformat(),
        "subject": stream,
        "secrecy": "normal",
        "data": data,
    }
    return Sent(json.dumps(message, ensure_ascii=False).encode())


def _document(symbol: str, issued: date) -> dict[str, Any]:
    return {
        "doc_type": "CV",
        "symbol": f"{symbol}/UBND-VP",
        "abstract": "V/v triển khai nhiệm vụ trọng tâm",
        "issued_on": issued.isoformat(),
        "authority": "chairman",
    }


def one_more(pipe: Inside, name: str, past: int, story: Story) -> float:
    """Microseconds of processor for an event on each of some streams with *past* events."""
    count = max(4, min(_STREAMS, _EVENTS_OF_ALL // max(1, past)))
    streams = [f"{name}-{past}-{number}" for number in range(count)]
    for stream in streams:
        pipe.take_in([event(stream, number, story) for number in range(past)])
    (cost,) = pipe.take_in([event(stream, past, story) for stream in streams])
    return cost.cpu / count * 1e6


def measure(rounds: int) -> Iterator[Figure]:
    """Both kinds of streams, every length in turns."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        pipe = inside(f"sqlite:///{Path(folder) / 'dondoc.db'}")
        for told, story in STORIES.items():
            costs: dict[int, list[float]] = {past: [] for past in PAST}
            for turn in range(rounds + 1):
                for past in PAST:
                    cost = one_more(pipe, f"{told[:3]}{turn}", past, story)
                    # The first round warms up.
                    if turn:
                        costs[past].append(cost)
            yield from _figures(told, {past: median(found) for past, found in costs.items()})


def _figures(told: str, costs: dict[int, float]) -> Iterator[Figure]:
    note = ", ".join(f"{past}: {cost:,.0f}" for past, cost in costs.items())
    slope, start = linear_regression(list(costs), list(costs.values()))
    yield Figure(
        f"an event on a long stream ({told}), for each past event",
        slope,
        "µs",
        PER_EVENT_US,
        f"µs of processor by past events: {note}; the line begins at {start:.0f} µs; {load()}",
    )
    yield Figure(
        f"an event on a stream of {SHORT} ({told}), of one that opens a stream",
        costs[SHORT] / costs[0],
        "×",
        SHORT_RATIO,
    )


def main() -> None:
    """Measure and print."""
    parser = options("histories", __doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="the median is told")
    tell(measure(parser.parse_args().rounds), describe(), parser.parse_args().json)


if __name__ == "__main__":
    main()
