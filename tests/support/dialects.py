"""Dialects for tests: made of files or of text, and what they say of messages."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.verdicts import Admitted, Message
from dondoc.connector.dialects.admitting import events_of
from dondoc.connector.dialects.files.dialect_file import parse_dialect
from dondoc.connector.dialects.saying import Dialect, EventsSaid, SaidEvent, Saying

DOCS = Path(__file__).parents[2] / "docs" / "dialects"
LIMITS = Limits()
ARRIVAL = datetime(2026, 4, 1, tzinfo=UTC)

TOP = """
name = "thu"
format = "json"
subject = "ma"
time = "luc"
"""
SECRECY = """
[secrecy]
path = "doMat"
subject = "ma"
words = { "Thường" = "normal", "Mật" = "mat", "Hạn chế" = "toimat" }
"""
CLASSIFIED = """
[[event]]
type = "document.classified"
fields = { task_count = "so" }
"""


def made(text: str, **options: Any) -> Dialect:
    """The dialect that the TOML *text* says."""
    return parse_dialect(
        tomllib.loads(text), "thu.toml", sha256(text.encode()).hexdigest(), **options
    )


def small(events: str = CLASSIFIED, *, top: str = TOP, secrecy: str = SECRECY) -> Dialect:
    """A small dialect of JSON with these *events*."""
    return made(top + secrecy + events)


def documented(name: str) -> Dialect:
    """The dialect of that *name* in docs/dialects."""
    raw = (DOCS / f"{name}.toml").read_bytes()
    return parse_dialect(tomllib.loads(raw.decode()), f"{name}.toml", sha256(raw).hexdigest())


def messages(name: str) -> list[Message]:
    """The messages beside it, as they come from the broker: without a content type."""
    lines = (DOCS / f"{name}.jsonl").read_bytes().splitlines()
    return [Message(line, None, {}) for line in lines]


def message(value: Any, **how: Any) -> Message:
    """A message whose body is the JSON *value*, or these bytes."""
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return Message(body, how.pop("content_type", None), how.pop("headers", {}), **how)


def say(dialect: Dialect, value: Any, *, normal: bool = False, **how: Any) -> Saying:
    """What *dialect* says of a message of *value*."""
    return dialect.read(message(value, **how), LIMITS, ARRIVAL, normal=normal)


def said(dialect: Dialect, value: Any, **how: Any) -> tuple[SaidEvent, ...]:
    """The events that *dialect* says are told in a message of *value*, which must be normal."""
    found = say(dialect, value, **how)
    assert isinstance(found, EventsSaid), found
    return found.events


def told(dialect: Dialect, value: Any, **how: Any) -> dict[str, Any]:
    """The data of the one event that *dialect* says is told."""
    (event,) = said(dialect, value, **how)
    return dict(event.data)


def admitted(dialect: Dialect, one: Message) -> list[Admitted]:
    """The events that *dialect* makes of *one* message, as the contract takes them; none of one
    that tells of none."""
    found = dialect.read(one, LIMITS, ARRIVAL, normal=False)
    if not isinstance(found, EventsSaid):
        return []
    events = events_of(found, sha256(one.body).digest(), LIMITS)
    assert isinstance(events, list), events
    return events
