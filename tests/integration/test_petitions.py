"""Of a petition nothing is kept but what the contract lists: never the name of whoever sent it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.handled import Result
from dondoc.connector.intake import Intake
from dondoc.rules.events import Event
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together
from dondoc.storage.database import Store, open_store
from dondoc.storage.questions.queries import unknown_types
from support.case_law import regulation_data
from support.stories import law as story_law

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
NAME = "Nguyễn Văn A"
RECEIVED = {"kind": "denunciation", "from": "1024", "body": "VP", "received_on": "2026-03-02"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    opened.migrate(date(2026, 1, 1))
    return opened


@pytest.fixture
def intake(store: Store) -> Intake:
    directory = load_directory("sample")
    assert directory is not None
    return Intake(store, load_law(TrackingSettings(), directory), Limits(), history_limit=2)


def structured(**changes: Any) -> Message:
    event = {
        "specversion": "1.0",
        "id": "e1",
        "source": "/hscv/test",
        "type": "hscv.petition.received",
        "time": "2026-03-02T09:00:00+07:00",
        "subject": "12/2026",
        "secrecy": "normal",
        "data": RECEIVED,
    } | changes
    return Message(json.dumps(event).encode(), "application/cloudevents+json", {})


def binary(data: dict[str, Any], **changes: str) -> Message:
    attributes = {
        "specversion": "1.0",
        "id": "e2",
        "source": "/hscv/test",
        "type": "hscv.petition.received",
        "time": "2026-03-02T09:00:00+07:00",
        "subject": "12/2026",
        "secrecy": "normal",
    } | changes
    headers: dict[str, object] = {
        f"cloudEvents_{name}": value for name, value in attributes.items()
    }
    return Message(json.dumps(data).encode(), "application/json", headers)


@pytest.mark.parametrize("send", [lambda data: structured(data=data), binary], ids=["one", "two"])
def test_a_field_that_is_not_listed_is_not_kept_of_a_petition(
    intake: Intake, store: Store, send: Any
) -> None:
    message = send({**RECEIVED, "sender_name": NAME, "note": {"address": "số 5"}})
    assert [each.result for each in intake.handle([message], NOW)] == [Result.STORED]
    bodies = [
        bytes(body).decode() for (body,) in store.read(lambda tx: tx.rows("SELECT body FROM event"))
    ]
    assert all("sender_name" not in body and "address" not in body for body in bodies)
    assert '"from": "1024"' in bodies[0]
    assert [each.result for each in intake.handle([message], NOW)] == [Result.DUPLICATE]
    assert store.read(unknown_types) == {}


@pytest.mark.parametrize(
    "sent",
    [NAME, "", "123456789", "0912345678", "001099012345", 123456789, -1, 1.5, True, None, ["1"]],
    ids=str,
)
def test_whoever_sent_it_is_a_number_of_a_register_and_nothing_by_which_to_find_them(
    intake: Intake, sent: Any
) -> None:
    (handled,) = intake.handle([structured(data={**RECEIVED, "from": sent})], NOW)
    assert handled.result is Result.REJECTED
    assert handled.dead is None
    assert handled.reason.startswith("data.from")


@pytest.mark.parametrize("sent", ["1024", "0", "00000007", 1024, 99_999_999], ids=str)
def test_a_number_of_the_register_is_taken_as_text_and_as_number(intake: Intake, sent: Any) -> None:
    (handled,) = intake.handle([structured(data={**RECEIVED, "from": sent})], NOW)
    assert handled.result is Result.STORED


@pytest.mark.parametrize("subject", [NAME, "NguyenVanA", "đơn số 12"])
def test_a_petition_is_named_by_its_number(intake: Intake, subject: str) -> None:
    (handled,) = intake.handle([structured(subject=subject)], NOW)
    assert (handled.result, handled.dead) == (Result.REJECTED, None)
    assert handled.reason.startswith("subject")


def test_what_is_wrong_with_a_petition_is_a_record_alone_whatever_it_is(
    intake: Intake, store: Store
) -> None:
    broken = [
        structured(data={**RECEIVED, "kind": NAME}),
        structured(time="yesterday", note=NAME),
        structured(data=NAME),
        binary({**RECEIVED, "from": NAME}),
        binary(RECEIVED, time="yesterday"),
    ]
    for message in broken:
        (handled,) = intake.handle([message], NOW)
        assert (handled.result, handled.dead) == (Result.REJECTED, None)
        size, digest = store.read(
            lambda tx: tx.rows("SELECT size, sha256 FROM rejection ORDER BY id DESC LIMIT 1")
        )[0]
        assert int(size) == len(message.body)
        assert digest is not None
    condemned = intake.condemn(binary(RECEIVED), NOW, whole=False)
    assert (condemned.result, condemned.dead) == (Result.REJECTED, None)


def test_a_petition_whose_stream_is_full_is_no_dead_letter_either(intake: Intake) -> None:
    for number in range(3):
        (handled,) = intake.handle([structured(id=f"e{number}")], NOW)
    assert (handled.result, handled.dead) == (Result.REJECTED, None)
    assert "raise [limits] history" in handled.reason


def test_what_was_stored_before_the_type_was_known_stops_nothing(store: Store) -> None:
    """A version that knew no petitions stored such events as they came, and looked at nothing."""
    regulation = (parse_regulation(regulation_data("petitions"), "p.toml"), "p.toml")
    law = replace(story_law(), regulations=together([regulation]))
    at = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    told: list[tuple[str, dict[str, Any]]] = [
        ("petition.received", {"from": NAME, "received_on": "02/03/2026", "body": "PYT"}),
        ("petition.received", {"received_on": 5}),
        ("petition.accepted", {"body": ["PYT", {"code": "PNV"}]}),
        ("petition.transferred", {}),
        ("petition.classified", {"complicated": ["yes"]}),
        ("petition.suspended", {"body": 7}),
        ("petition.resumed", {"body": None}),
    ]
    history = [
        Event("/a", f"{number}", type_, "1/2026", at, number, data, date(2026, 3, 2))
        for number, (type_, data) in enumerate(told)
    ]
    found = law.project("petition:1/2026", history, date(2026, 1, 1), date(2026, 6, 1))
    assert found.obligations == ()
