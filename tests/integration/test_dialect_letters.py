"""Invalid messages of dialects: letters that an erasure finds, by subjects that may stand nowhere
in the message; and of what is about nobody knows what, a record alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from dondoc.commands.assembly.loading import load_directory, load_law
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.dead_letters import dead_letter
from dondoc.connector.examining import Tongue
from dondoc.connector.handled import Handled, Result
from dondoc.connector.intake import Intake
from dondoc.connector.letter_headers import MOST_ABOUT_BYTES, can_be_found
from dondoc.connector.secrecy.sifting import concerns
from dondoc.connector.transport import Delivery
from dondoc.storage.database import Store
from dondoc.storage.secrecy.remains import sought
from support.dialects import documented
from support.dialects import messages as told_in
from support.edxml import changed, put, sample
from support.stores import count

NOW = datetime(2026, 4, 2, 3, 0, tzinfo=UTC)
DIALECTS = ("congvan", "voffice", "rows", "outbox", "trucvanban")


def intake_of(store: Store, history_limit: int = 100) -> Intake:
    directory = load_directory("sample")
    assert directory is not None
    tongues = {name: Tongue(documented(name)) for name in DIALECTS}
    law = load_law(TrackingSettings(), directory)
    return Intake(store, law, Limits(), history_limit, tongues=tongues)


def message(dialect: str, said: Any, **headers: str) -> Message:
    body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return Message(body, None, headers, queue=dialect)


def story(dialect: str) -> list[Any]:
    return [json.loads(each.body) for each in told_in(dialect) if each.body.startswith(b"{")]


def row(**columns: Any) -> dict[str, Any]:
    whole = next(each for each in story("rows") if each.get("op") == "u")
    return {**whole, "before": None, "after": whole["after"] | columns}


def carried(subject: str, **changes: Any) -> dict[str, Any]:
    whole = story("outbox")[0]
    said = json.loads(whole["after"]["payload"]) | {"subject": subject} | changes
    return {**whole, "after": {"id": 1, "payload": json.dumps(said)}}


OFFICE = story("voffice")[0]
INVALID = {
    "a text": (
        message("congvan", story("congvan")[0] | {"thoiDiem": "?"}),
        message("congvan", story("congvan")[0] | {"doMat": "Mật"}),
    ),
    "a number with a prefix": (
        message("voffice", OFFICE | {"OccurredAt": "?"}),
        message("voffice", OFFICE | {"Document": OFFICE["Document"] | {"SecurityLevel": 2}}),
    ),
    "a short number": (
        message("rows", row(van_ban_id=31, trang_thai=["DA_BAN_HANH"])),
        message("rows", row(van_ban_id=31, do_mat=1)),
    ),
    "a short number in a text": (
        message("outbox", carried("31", data=[])),
        message(
            "outbox",
            carried("31", type="hscv.document.secrecy_changed", id="s", data={"level": "mat"}),
        ),
    ),
}


def letter(one: Message, handled: Handled) -> Delivery:
    """The dead letter of *one*, as it comes back from the broker."""
    assert handled.dead is not None
    delivery = Delivery(1, one.body, None, one.headers, False, "", 0.0)
    written = dead_letter("dondoc.dead", delivery, handled.dead, NOW, one.queue)
    return Delivery(2, written.body, written.content_type, written.headers, False, "", 0.0)


@pytest.mark.parametrize(("invalid", "secret"), INVALID.values(), ids=INVALID)
def test_an_erasure_finds_the_letters_of_its_document_whatever_its_subject_is_made_of(
    store: Store, invalid: Message, secret: Message
) -> None:
    intake = intake_of(store)
    (handled,) = intake.handle([invalid], NOW)
    assert handled.result is Result.DEAD
    found = letter(invalid, handled)
    assert not concerns(found, sought(store))
    intake.handle([secret], NOW)
    assert concerns(found, sought(store))
    (again,) = intake.handle([invalid], NOW)
    assert again.result is Result.REDACTED
    assert count(store, "rejection") == 0


def test_a_letter_of_a_document_that_is_not_secret_stays(store: Store) -> None:
    intake = intake_of(store)
    invalid, _ = INVALID["a number with a prefix"]
    (handled,) = intake.handle([invalid], NOW)
    another = OFFICE | {"Document": OFFICE["Document"] | {"Id": 99, "SecurityLevel": 1}}
    intake.handle([message("voffice", another)], NOW)
    assert not concerns(letter(invalid, handled), sought(store))


def test_a_message_for_which_its_stream_has_no_room_is_found_too(store: Store) -> None:
    intake = intake_of(store, history_limit=1)
    normal = {"secrecy": "normal"}
    issued = message("trucvanban", sample("01-new-qcvn-issued"), **normal)
    accepted = message("trucvanban", sample("09-status-03"), **normal)
    first, second = intake.handle([issued, accepted], NOW)
    assert (first.result, second.result) == (Result.STORED, Result.DEAD)
    update = put("05-update", "</edXML:OtherInfo>", "<Secret>Mật</Secret>")
    (became,) = intake.handle([message("trucvanban", update.encode(), **normal)], NOW)
    assert became.result is Result.DISCARDED
    assert concerns(letter(accepted, second), sought(store))


@pytest.mark.parametrize(
    "nobody",
    [
        message("congvan", story("congvan")[0] | {"maVanBan": None}),
        message("congvan", story("congvan")[0] | {"maVanBan": ["VB-31"]}),
        message("voffice", OFFICE | {"Document": OFFICE["Document"] | {"Id": ""}}),
        message("rows", row(van_ban_id="x" * 300)),
        message("outbox", carried("")),
        message("trucvanban", changed("10-status-06", StatusCode="77").encode(), secrecy="normal"),
    ],
)
def test_of_an_invalid_message_about_nobody_knows_what_a_record_alone_is_kept(
    store: Store, nobody: Message
) -> None:
    (handled,) = intake_of(store).handle([nobody], NOW)
    assert handled.result is Result.REJECTED
    assert count(store, "rejection") == 1


def test_a_letter_names_no_more_subjects_than_its_headers_have_room_for() -> None:
    many = frozenset(f"VB-{n}-{'x' * 200}" for n in range(MOST_ABOUT_BYTES // 200))
    assert not can_be_found(many)
    assert can_be_found(frozenset(sorted(many)[:10]))
