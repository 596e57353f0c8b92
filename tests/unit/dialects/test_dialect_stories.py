"""Three invented HSCVs and an outbox tell one story, and it is the contract's: docs/dialects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from dondoc.connector.contract.guard import inspect
from dondoc.connector.contract.verdicts import Admitted
from dondoc.connector.dialects.saying import EventsSaid, Nothing, Withdrawn
from dondoc.rules.events import Event, local_date
from dondoc.rules.judging.projection import project
from dondoc.rules.obligations import Obligation, Projection
from support.case_law import calendar, default_directory, default_regulations
from support.dialects import ARRIVAL, DOCS, LIMITS, admitted, documented, messages
from support.hscv import structured

DIALECTS = ("congvan", "voffice", "rows", "outbox")
STREAMS = ("document:VB-31", "document:VB-40")
SECRET = {"congvan": 6, "voffice": 4, "rows": 6}


def story() -> list[Admitted]:
    lines = (DOCS / "story.jsonl").read_bytes().splitlines()
    events = [inspect(structured(line), LIMITS) for line in lines]
    return [event for event in events if isinstance(event, Admitted)]


def by_dialect(name: str) -> dict[tuple[str, str], Admitted]:
    dialect = documented(name)
    every = (event for each in messages(name) for event in admitted(dialect, each))
    return {(event.source, event.id): event for event in every}


def facts(events: Iterable[Admitted]) -> list[Any]:
    return sorted(
        ((each.time, each.type, each.subject, dict(each.data)) for each in events), key=str
    )


def as_event(each: Admitted) -> Event:
    return Event(
        each.source,
        each.id,
        each.type,
        each.subject,
        each.time,
        each.sequence,
        each.data,
        local_date(each.time),
    )


def projections(events: Iterable[Admitted]) -> list[Projection]:
    known = sorted(map(as_event, events), key=lambda event: event.order)
    return [
        project(
            stream,
            [event for event in known if f"document:{event.subject}" == stream],
            default_regulations(),
            calendar(),
            default_directory(),
            date(2026, 1, 1),
            date(2026, 4, 30),
        )
        for stream in STREAMS
    ]


def obligations(events: Iterable[Admitted]) -> list[list[Obligation]]:
    """What follows from *events*, without what each event is called, which its id is made of."""
    return [
        sorted(
            (owed._replace(id="", trace=unnamed(owed.trace)) for owed in each.obligations), key=str
        )
        for each in projections(events)
    ]


def unnamed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: unnamed(item) for key, item in value.items() if key not in ("id", "source")}
    return [unnamed(item) for item in value] if isinstance(value, list | tuple) else value


def test_the_story_is_told_in_the_contract() -> None:
    assert len(story()) == len((DOCS / "story.jsonl").read_bytes().splitlines())


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_tells_the_events_of_the_story(name: str) -> None:
    assert facts(by_dialect(name).values()) == facts(story())


@pytest.mark.parametrize("name", DIALECTS)
def test_the_story_told_twice_is_the_story_told_once(name: str) -> None:
    dialect = documented(name)
    once = [event for each in messages(name) for event in admitted(dialect, each)]
    again = [event for each in messages(name) for event in admitted(dialect, each)]
    assert [(each.id, each.body, each.sha256) for each in once] == [
        (each.id, each.body, each.sha256) for each in again
    ]


@pytest.mark.parametrize("name", SECRET)
def test_a_secret_message_withdraws_its_document_and_says_nothing_else(name: str) -> None:
    found = documented(name).read(messages(name)[SECRET[name]], LIMITS, ARRIVAL, normal=True)
    assert found == Withdrawn("mat", "VB-35")


@pytest.mark.parametrize("name", DIALECTS)
def test_nothing_of_a_secret_message_is_shown(name: str) -> None:
    dialect, canaries = documented(name), 0
    for each in messages(name):
        text = repr(dialect.read(each, LIMITS, ARRIVAL, normal=True)) + repr(dialect)
        canaries += b"CANARY" in each.body
        assert "CANARY" not in text
    assert canaries


def test_a_snapshot_of_rows_tells_nothing_new() -> None:
    dialect = documented("rows")
    read = [each for each in messages("rows") if b'"op": "r"' in each.body]
    streamed = [each for each in messages("rows") if each not in read]
    before = {(e.source, e.id): e for each in streamed for e in admitted(dialect, each)}
    again = {(e.source, e.id): e for each in read for e in admitted(dialect, each)}
    assert again
    for key, event in again.items():
        assert (before[key].body, before[key].sha256) == (event.body, event.sha256)


@pytest.mark.parametrize("name", DIALECTS)
def test_the_messages_that_tell_of_nothing_say_why(name: str) -> None:
    dialect = documented(name)
    reasons = {"was_read", "row_deleted", "tombstone", "no_rule"}
    for each in messages(name):
        found = dialect.read(each, LIMITS, ARRIVAL, normal=False)
        assert (
            isinstance(found, EventsSaid)
            or not isinstance(found, Nothing)
            or found.reason in reasons
        )


def test_the_messages_are_json_but_for_a_tombstone() -> None:
    for name in DIALECTS:
        for each in messages(name):
            assert each.body == b"default" or json.loads(each.body)


@pytest.mark.parametrize("name", DIALECTS)
def test_the_same_is_owed_as_when_the_story_is_told_in_the_contract(name: str) -> None:
    owed = obligations(by_dialect(name).values())
    assert owed == obligations(story())
    assert all(owed)
