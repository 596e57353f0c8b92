"""Each limit on what comes in is a setting: what is beyond it has an outcome, and one that says
which setting it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.hscv import event
from support.installation import Installation

NOBODY = "amqp://127.0.0.1:1/"


def deep(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


def progress(number: int) -> dict[str, object]:
    data = {"task_id": "T", "body": "PYT", "status": "in_progress"}
    return event("task.progress", id=f"e{number}", subject="VB-1", data=data)


@pytest.mark.parametrize(
    ("limit", "value", "events", "outcome", "reason"),
    [
        (
            "BODY_BYTES",
            "1024",
            [event("task.withdrawn", data={"task_id": "T", "reason": "x" * 1024})],
            "1 rejected",
            "larger than 1024 bytes",
        ),
        (
            "NESTING",
            "4",
            [event("task.accepted", data={"task_id": "T", "body": "PYT", "more": deep(4)})],
            "1 rejected",
            "nested deeper than 4 levels",
        ),
        (
            "LIST_ITEMS",
            "10",
            [event("task.reassigned", data={"task_id": "T", "lead": ["PYT"] * 11})],
            "1 dead",
            "more than 10 items; raise [limits] list_items",
        ),
        (
            "NAMED_BODIES",
            "10",
            [
                event(
                    "task.reassigned",
                    data={"task_id": "T", "lead": ["PYT"] * 6, "coordinating": ["VP"] * 5},
                )
            ],
            "1 dead",
            "more than 10 bodies; raise [limits] named_bodies",
        ),
        (
            "HISTORY",
            "10",
            [progress(number) for number in range(11)],
            "1 dead",
            "raise [limits] history",
        ),
    ],
)
def test_what_is_beyond_a_limit_is_put_aside_and_without_the_limit_it_is_stored(
    limit: str,
    value: str,
    events: list[dict[str, object]],
    outcome: str,
    reason: str,
    tmp_path: Path,
) -> None:
    installation = Installation(tmp_path, NOBODY)
    lines = "\n".join(json.dumps(each) for each in events)
    (tmp_path / "events.jsonl").write_text(lines, encoding="utf-8")
    said = installation.run("replay", "events.jsonl", code=3, **{f"DONDOC_LIMITS_{limit}": value})
    assert reason in said
    assert "Traceback" not in said
    assert outcome in said
    assert "1 stored" in installation.run("replay", "events.jsonl")
