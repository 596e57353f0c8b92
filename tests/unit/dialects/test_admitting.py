"""What a dialect says becomes an event of the contract, checked as one that came as such."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from unicodedata import normalize

import pytest
from dondoc.connector.contract.body import Limits
from dondoc.connector.contract.verdicts import Admitted, Malformed
from dondoc.connector.dialects.admitting import admit_said, events_of
from dondoc.connector.dialects.saying import EventsSaid, SaidEvent
from dondoc.rules.reading.stored import decode_stored
from support.hscv import DATA, admitted, structured

DIGEST = b"m" * 32
TIME = datetime(2026, 3, 2, 9, 14, 5, tzinfo=timezone(timedelta(hours=7)))
EVENT = SaidEvent("task.assigned", "e-1", "/thu", "VB-1", TIME, None, DATA["task.assigned"])


def taken(event: SaidEvent) -> Admitted:
    found = admit_said(event, DIGEST)
    assert isinstance(found, Admitted), found
    return found


@pytest.mark.parametrize("type_", sorted(DATA))
@pytest.mark.parametrize("sequence", [None, 7])
def test_its_bytes_are_those_of_an_event_that_the_guard_admits_as_the_same(
    type_: str, sequence: int | None
) -> None:
    found = taken(replace(EVENT, type=type_, data=DATA[type_], sequence=sequence))
    again = admitted(structured(found.body))
    # Of a change of secrecy and of a petition the guard writes what it keeps in a form of its own.
    reduced = type_ == "document.secrecy_changed" or type_.startswith("petition.")
    body = again.body if reduced else found.body
    assert replace(again, sha256=found.sha256) == replace(found, body=body)
    assert decode_stored(found.body, True, type_) == found.data


def test_the_same_said_again_is_the_same_bytes_and_another_time_alone_is_a_duplicate() -> None:
    data = dict(reversed(list(EVENT.data.items())))
    assert taken(EVENT) == taken(replace(EVENT, data=data))
    later = taken(replace(EVENT, time=TIME + timedelta(days=1)))
    assert later.sha256 == taken(EVENT).sha256
    assert taken(replace(EVENT, data={**EVENT.data, "kind": "submit"})).sha256 != later.sha256


def test_text_is_in_one_form() -> None:
    text = "Ðề nghị báo cáo"
    event = taken(replace(EVENT, data={**EVENT.data, "content": normalize("NFD", text)}))
    assert event.data["content"] == "Đề nghị báo cáo"
    assert json.loads(event.body)["data"]["content"] == "Đề nghị báo cáo"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 256}, "id"),
        ({"source": "a\nb"}, "source"),
        ({"subject": " "}, "subject"),
        ({"type": ""}, "type"),
        ({"time": datetime(2026, 3, 2)}, "time"),  # noqa: DTZ001
        ({"time": TIME.replace(year=1900)}, "time"),
        ({"sequence": -1}, "sequence"),
        ({"data": {"content": "\ud800"}}, "data"),
        ({"data": {"content": "a" + "\u0301" * 99}}, "data"),
        ({"data": {"content": object()}}, "data"),
    ],
)
def test_what_is_no_event_is_refused_by_its_place(change: dict[str, Any], path: str) -> None:
    found = admit_said(replace(EVENT, **change), DIGEST)
    assert isinstance(found, Malformed)
    assert (found.path, found.sha256) == (path, DIGEST)


def test_a_change_of_secrecy_keeps_its_level_alone() -> None:
    said = replace(EVENT, type="document.secrecy_changed", data={"level": "mat", "x": "CANARY"})
    found = taken(said)
    assert found.data == {"level": "mat"}
    assert b"CANARY" not in found.body
    assert taken(replace(said, data={"level": "?"})).data == {"level": "tuyetmat"}


def test_of_a_message_every_event_is_taken_or_none() -> None:
    wrong = replace(EVENT, id="e-2", data={**EVENT.data, "kind": "x"}, path="viec[1]")
    found = events_of(EventsSaid((EVENT, replace(EVENT, id="e-3"))), DIGEST, Limits())
    assert isinstance(found, list)
    assert [each.id for each in found] == ["e-1", "e-3"]
    refused = events_of(EventsSaid((EVENT, wrong)), DIGEST, Limits())
    assert isinstance(refused, Malformed)
    assert refused.path == "viec[1]: task.assigned data.kind"
    assert (refused.event_id, refused.sha256) == ("e-2", DIGEST)


def test_the_limits_of_events_hold() -> None:
    many = replace(EVENT, data={**EVENT.data, "coordinating": [f"B{n}" for n in range(300)]})
    refused = events_of(EventsSaid((many,)), DIGEST, Limits())
    assert isinstance(refused, Malformed)
    assert "named_bodies" in refused.reason
