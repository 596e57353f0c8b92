"""Every sample of edXML gives what stands beside it, by a queue and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import inspect
from dondoc.connector.contract.verdicts import Admitted, Malformed, Message, Secret, Unestablished
from dondoc.connector.dialects.saying import EventsSaid, Nothing, Saying
from support.edxml import (
    DIALECT,
    DOUBTS,
    FAULTS,
    LIMITS,
    NAMES,
    admitted,
    as_told,
    read,
    sample,
    told_of,
)


def readings(name: str) -> Iterator[Saying]:
    """The sample read as a message, and as a file in blocks of several sizes."""
    delivery = told_of(name)["delivery"]
    arrival, secrecy = datetime.fromisoformat(delivery["received_at"]), delivery["secrecy"]
    body = sample(name)
    yield read(body, secrecy=secrecy, arrival=arrival)
    for size in (1, 7, 1000, 100_000):
        blocks = [body[at : at + size] for at in range(0, len(body), size)]
        yield DIALECT.read_blocks(blocks, LIMITS, arrival, normal=secrecy == "normal").saying


def outcome(saying: Saying) -> dict[str, Any]:
    """*saying* as the page writes it, without the ids of events."""
    match saying:
        case EventsSaid(events):
            return {"outcome": "events", "events": [as_told(event) for event in events]}
        case Nothing(reason):
            return {"outcome": "nothing", "reason": reason}
        case Secret(level):
            return {"outcome": "secret", "level": level}
        case Unestablished(reason=reason):
            return {"outcome": "not_established", "reason": DOUBTS[reason]}
        case Malformed(reason=reason, path=path):
            return {"outcome": "invalid", "reason": FAULTS[reason], "path": path}
    raise AssertionError(saying)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_what_stands_beside_it(name: str) -> None:
    expected = told_of(name)["expect"]
    for event in expected.get("events", ()):
        del event["id"]
    for saying in readings(name):
        assert outcome(saying) == expected


def test_equal_labels_are_equal_ids_and_different_labels_different_ones() -> None:
    by_label: dict[str, set[str]] = {}
    for name in NAMES:
        labels = [event["id"] for event in told_of(name)["expect"].get("events", ())]
        for saying in readings(name) if labels else ():
            assert isinstance(saying, EventsSaid)
            for label, event in zip(labels, saying.events, strict=True):
                by_label.setdefault(label, set()).add(event.id)
    assert all(len(ids) == 1 for ids in by_label.values())
    assert len(set.union(*by_label.values())) == len(by_label)


@pytest.mark.parametrize("name", NAMES)
def test_the_events_of_a_sample_are_the_contracts(name: str) -> None:
    for saying in readings(name):
        for event in saying.events if isinstance(saying, EventsSaid) else ():
            assert validate(admitted(event)) is None
            body = json.dumps({**as_told(event), "id": event.id}, ensure_ascii=False)
            message = Message(body.encode(), "application/cloudevents+json", {})
            found = inspect(message, LIMITS)
            assert isinstance(found, Admitted)
            assert validate(found) is None
            assert found.data == event.data


def test_the_page_has_every_word_that_a_message_is_counted_by() -> None:
    page = (Path(__file__).parents[3] / "docs" / "edxml.md").read_text(encoding="utf-8")
    for word in (*DOUBTS.values(), *FAULTS.values()):
        assert f"`{word}`" in page, word
    for name in NAMES:
        expected = told_of(name)["expect"]
        if expected["outcome"] == "nothing":
            assert f"`{expected['reason']}`" in page
