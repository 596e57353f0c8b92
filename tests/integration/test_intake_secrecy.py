"""What is secret fails closed on its way in: whatever is wrong with how it was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from time import process_time
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.handled import Result
from dondoc.connector.intake import Intake
from dondoc.storage.database import Store
from dondoc.storage.secrecy.first_stage import redactions
from support.hscv import as_json, binary, event, structured, without
from support.stores import count

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
CHANGE = "document.secrecy_changed"


@pytest.fixture
def intake(store: Store) -> Intake:
    directory = load_directory("sample")
    assert directory is not None
    return Intake(store, load_law(TrackingSettings(), directory), Limits(), history_limit=10)


def results(intake: Intake, *messages: Message) -> list[Result]:
    return [handled.result for handled in intake.handle(messages, NOW)]


def change(id_: str = "s", **attributes: Any) -> dict[str, Any]:
    return event(CHANGE, id=id_, **attributes)


BROKEN: Mapping[str, Message] = {
    "stamped with the level": structured(change(secrecy="tuyetmat")),
    "stamped in a header": structured(change(), {"secrecy": "mat"}),
    "stamped in binary mode": binary(change(secrecy="mat")),
    "says nothing of secrecy": structured(without(change(), "secrecy")),
    "has no time": structured(without(change(), "time")),
    "has no id": structured(without(change(), "id")),
    "has a broken body": Message(
        b"{", "application/json", dict(binary(change(secrecy="normal")).headers)
    ),
}


@pytest.mark.parametrize("message", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_a_change_of_secrecy_takes_effect_whatever_is_wrong_with_it(
    intake: Intake, store: Store, message: Message, known: bool
) -> None:
    if known:
        assert results(intake, structured(event("document.issued", id="i"))) == [Result.STORED]
    (result,) = results(intake, message)
    assert result in (Result.DISCARDED, Result.REJECTED), "and it is never a dead letter"
    assert results(intake, structured(event("document.issued", id="j"))) == [Result.REDACTED]
    assert count(store, "event") == 0
    (found,) = store.read(redactions)
    assert found.stream.startswith("document:" if known else "sha256:")


@pytest.mark.parametrize(
    "message",
    [
        structured(change(secrecy="mat") | {"data": {"level": "normal"}}),
        structured(change(secrecy="mat", subject=" ")),
        structured(
            as_json(change(secrecy="mat")).replace(b'"subject"', b'"subject": "x", "subject"')
        ),
        structured(event("document.issued", secrecy="mat")),
    ],
)
def test_what_makes_nothing_secret_beyond_doubt_redacts_nothing(
    intake: Intake, store: Store, message: Message
) -> None:
    assert results(intake, message)[0] in (Result.DISCARDED, Result.REJECTED)
    assert count(store, "redaction") == 0


def test_an_invalid_event_of_a_redacted_subject_is_no_dead_letter(
    intake: Intake, store: Store
) -> None:
    invalid = event("task.accepted", id="bad", data={"note": "secret"})
    assert results(intake, structured(invalid)) == [Result.DEAD]
    assert results(intake, structured(change()), structured(invalid)) == [Result.REDACTED] * 2
    other = structured(invalid | {"subject": "VB-2", "id": "other"})
    assert results(intake, other) == [Result.DEAD]


def test_an_invalid_event_that_quotes_a_redacted_subject_leaves_a_rejection_record(
    intake: Intake, store: Store
) -> None:
    results(intake, structured(event(id="a")), structured(change()))
    quoting = structured(event("feedback.received", id="f", subject="PA", data={"task_id": "T1"}))
    unreadable = Message(b"{ T1x VB-1 }", "application/json", {"secrecy": "normal"})
    assert results(intake, quoting, unreadable) == [Result.REJECTED] * 2
    assert count(store, "rejection") == 2


def test_an_invalid_message_too_large_to_be_searched_counts_as_quoting_once_anything_is_secret(
    intake: Intake, store: Store
) -> None:
    large = Message(b"1 " * 8_000_000, "application/json", {"secrecy": "normal"})
    assert results(intake, large) == [Result.DEAD]
    results(intake, structured(change()))
    begun = process_time()
    assert results(intake, large) == [Result.REJECTED]
    assert process_time() - begun < 3
    assert count(store, "rejection") == 1
