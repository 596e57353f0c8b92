"""The cost of a projection is linear in the history, whatever the history is full of."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from time import process_time
from types import FrameType
from typing import Any

import pytest
from dondoc.rules.events import LOCAL, Event, local_date
from dondoc.rules.judging.projection import project
from dondoc.rules.judging.record import fold
from support.case_law import calendar, default_directory, default_regulations
from support.natural_events import natural

START = datetime(2026, 1, 5, 9, tzinfo=LOCAL)
SHORT, LONG = 150, 600
MICROSECONDS_AN_EVENT = 25
"""What a progress event may cost; ten times as much is allowed for, since other tests may run."""


def event(number: int, length: int, type_: str, **said: Any) -> Event:
    """The event *number* of a history of *length* events, spread over a year."""
    time = START + timedelta(days=365) * number / length
    data = {**natural(type_, time.date()), **said}
    return Event("/hscv", f"e{number}", type_, "VB-1", time, number, data, local_date(time))


Said = tuple[str, dict[str, Any]]
KINDS: dict[str, Callable[[int], Said]] = {
    "progress": lambda number: ("task.progress", {}),
    "difficulties": lambda number: ("task.difficulty", {}),
    "discrepancies": lambda number: ("task.discrepancy_found", {}),
    "reassignments": lambda number: ("task.reassigned", {"lead": ("PYT", "PNV")[number % 2]}),
    "deadlines": lambda number: (
        "task.due_changed",
        {"due_on": (date(2026, 1, 1) + timedelta(days=number % 400)).isoformat()},
    ),
    "extensions": lambda number: (
        "task.extension_granted",
        {"due_on": (date(2026, 1, 1) + timedelta(days=number % 400)).isoformat()},
    ),
    "extensions asked for": lambda number: (
        ("task.extension_requested", "task.extension_granted")[number % 2],
        {"due_on": (START.date() + timedelta(days=number // 2)).isoformat()},
    ),
    "repetitions": lambda number: (
        "task.assigned",
        {"recurrence": ("monthly:25", "weekly:5")[number % 2]},
    ),
    "acceptances": lambda number: (("task.completed", "task.result_accepted")[number % 2], {}),
    "returns": lambda number: (("task.returned", "task.assigned")[number % 2], {}),
    "rejections": lambda number: (
        ("task.completed", "task.completion_rejected")[number % 2],
        {},
    ),
    "words taken back": lambda number: (
        "task.progress",
        {"status": ("done", "in_progress")[number % 2]},
    ),
    "dates that are over": lambda number: ("task.due_changed", {"due_on": "2026-01-02"}),
    "tasks": lambda number: ("task.assigned", {"task_id": f"T{number}"}),
}


def history(kind: Callable[[int], Said], length: int) -> list[Event]:
    told = [
        event(0, length, "document.issued"),
        event(1, length, "task.assigned", due_on="2026-03-20"),
    ]
    for number in range(2, length):
        type_, said = kind(number)
        told.append(event(number, length, type_, **said))
    return told


def judge(told: list[Event]) -> None:
    project(
        "document:VB-1",
        told,
        default_regulations(),
        calendar(),
        default_directory(),
        date(2025, 11, 1),
        date(2026, 12, 31),
    )


def lines_run(told: list[Event]) -> int:
    """How many lines of Python the projection of *told* runs: the same on every machine, however
    busy it is."""
    lines = 0

    def trace(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal lines
        lines += what == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        judge(told)
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("kind", KINDS)
def test_a_history_four_times_as_long_costs_not_much_more_than_four_times(kind: str) -> None:
    judge(history(KINDS[kind], SHORT))  # what is worked out once, such as the periods of a year
    short, long = (lines_run(history(KINDS[kind], length)) for length in (SHORT, LONG))
    assert long < 5 * short


def assigned_widely(type_: str, bodies: int) -> list[Event]:
    """A task with *bodies* leads and as many coordinating, told ten times."""
    told = [event(0, 12, "document.issued")]
    for number in range(1, 12):
        named = {
            role: [f"{role}-{number % 2}-{each}" for each in range(bodies)]
            for role in ("lead", "coordinating")
        }
        told.append(event(number, 12, "task.assigned" if number == 1 else type_, **named))
    return told


@pytest.mark.parametrize("type_", ["task.assigned", "task.reassigned"])
def test_eight_times_as_many_bodies_are_charged_in_about_eight_times(type_: str) -> None:
    few, many = (seconds(assigned_widely(type_, bodies)) for bodies in (250, 2000))
    assert many < 3 * 8 * few


def seconds(told: list[Event]) -> float:
    """What folding *told* takes of the processor at best, without the garbage collector, which
    walks whatever the tests have made by then."""
    taken = []
    gc.disable()
    try:
        for _ in range(5):
            begun = process_time()
            fold(told)
            taken.append(process_time() - begun)
    finally:
        gc.enable()
    return min(taken)


def test_two_thousand_reports_of_progress_on_one_task_are_cheap() -> None:
    told = history(KINDS["progress"], 2000)
    best = float("inf")
    for _ in range(5):
        begun = process_time()
        judge(told)
        best = min(best, process_time() - begun)
    assert best < 10 * MICROSECONDS_AN_EVENT * 1e-6 * len(told)
