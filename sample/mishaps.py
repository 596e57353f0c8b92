"""What goes wrong at the sender: broken events, and events that should never have been sent.

Each kind occurs once per scale. The content of the secret and the doubtful ones carries
SECRET_MARK, so that a test can look for it wherever nothing of them may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from ..rules.secrecy import LEVELS
from .district import District
from .documents import document_without_tasks
from .messages import (
    STRUCTURED,
    Label,
    SampleMessage,
    attributes_of,
    binary,
    structured,
    to_json,
)

SECRET_MARK = "NỘI DUNG MẬT CỦA BỘ MẪU"
"""Words that occur in the secret and the doubtful messages of the sample and nowhere else."""

Mishap: TypeAlias = Callable[[dict[str, Any]], SampleMessage]
"""Makes a message of an event that was right until now."""

_ABSENT = object()
_NORMAL_HEADER = {"cloudEvents_secrecy": "normal"}

_BROKEN: tuple[tuple[str, object], ...] = (
    ("data.abstract", _ABSENT),
    ("data.symbol", 15),
    ("data.task_count", "hai"),
    ("data.consultation", "co"),
    ("data.authority", "bo"),
    ("data.issued_on", "0001-01-01"),
    ("data.issued_on", "9999-12-31"),
    ("data.issued_on", "2026-02-30"),
    ("data", []),
    ("time", "2026-01-05T08:00:00"),
    ("subject", _ABSENT),
    ("specversion", "0.3"),
)
"""Places in an event and what stands there wrongly."""

_UNKNOWN_SECRECY: tuple[object, ...] = (_ABSENT, "thuong", "Normal", None, 0)


def mishaps() -> Iterator[Mishap]:
    """One of every kind."""
    for path, value in _BROKEN:
        yield _broken(path, value)
    yield lambda event: _cut(structured(event, "malformed", headers=dict(_NORMAL_HEADER)))
    yield lambda event: _cut(_in_binary(event, "malformed"))
    yield _completed_later
    for level in LEVELS:
        yield _secret(level)
    yield lambda event: structured(_marked(event), "secret", headers={"cloudEvents_secrecy": "mat"})
    yield lambda event: _in_binary(_marked(event) | {"secrecy": "toimat"}, "secret")
    yield lambda event: _in_binary(
        _marked(event) | {"secrecy": "mat"}, "secret", prefix="cloudEvents:"
    )
    for secrecy in _UNKNOWN_SECRECY:
        yield _doubtful(secrecy)
    yield lambda event: _cut(structured(_marked(event), "unestablished"))
    yield lambda event: _in_binary(_with(_marked(event), "secrecy", _ABSENT), "unestablished")
    yield _key_given_twice


def _broken(path: str, value: object) -> Mishap:
    return lambda event: structured(_with(event, path, value), "malformed")


def _secret(level: str) -> Mishap:
    return lambda event: structured(_marked(event) | {"secrecy": level}, "secret")


def _doubtful(secrecy: object) -> Mishap:
    return lambda event: structured(_with(_marked(event), "secrecy", secrecy), "unestablished")


def spoiled(district: District, day: date, event_id: str, mishap: Mishap) -> SampleMessage:
    """The message of a document of *day* to which that *mishap* has happened."""
    fact = document_without_tasks(district, day)
    return mishap(attributes_of(fact, event_id) | {"data": dict(fact.data)})


def _with(event: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The *event* with *value* at *path*, or without the place where it is _ABSENT."""
    first, _, rest = path.partition(".")
    if rest:
        value = _with(event[first], rest, value)
    if value is _ABSENT:
        return {name: old for name, old in event.items() if name != first}
    return event | {first: value}


def _marked(event: dict[str, Any]) -> dict[str, Any]:
    return _with(event, "data.abstract", f"{SECRET_MARK}: {event['data']['abstract']}")


def _in_binary(event: dict[str, Any], label: Label, prefix: str = "cloudEvents_") -> SampleMessage:
    attributes = {name: value for name, value in event.items() if name != "data"}
    return binary(attributes, event["data"], label, prefix)


def _cut(message: SampleMessage) -> SampleMessage:
    """The message as if the connection had broken in the middle of its body."""
    return replace(message, body=message.body[: len(message.body) // 2])


def _completed_later(event: dict[str, Any]) -> SampleMessage:
    """A completion dated after the event that tells it."""
    data = {
        "task_id": f"{event['subject']}-1",
        "body": "NV",
        "completed_on": "2199-12-31",
    }
    return structured(event | {"type": "hscv.task.completed", "data": data}, "malformed")


def _key_given_twice(event: dict[str, Any]) -> SampleMessage:
    """An event that says "mat" and then "normal": whoever reads the last key sees no secret."""
    text = to_json(_marked(event)).replace('{"specversion"', '{"secrecy":"mat","specversion"', 1)
    return SampleMessage(text.encode(), STRUCTURED, {}, "document.issued", "unestablished")
