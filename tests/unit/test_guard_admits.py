"""The guard admits what is normal and valid, and reads its text in one form."""

import json
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from dondoc.connector.contract.guard import Message
from dondoc.rules.reading.stored import DamagedEvent, decode_stored
from support.hscv import (
    BINARY,
    DATA,
    HEADER_NAMES,
    STRUCTURED,
    admitted,
    as_json,
    binary,
    event,
    malformed,
    structured,
    without,
)


@pytest.mark.parametrize("type_", DATA)
def test_a_normal_event_is_admitted_in_both_modes_with_the_same_meaning(type_: str) -> None:
    whole = admitted(structured(event(type_, sequence=7)))
    parts = admitted(binary(event(type_, sequence=7)))
    assert whole.data == parts.data == DATA[type_]
    assert (whole.id, whole.source, whole.type, whole.subject, whole.sequence) == (
        "e-1",
        "/hscv/yen-the",
        type_,
        "VB-1",
        7,
    )
    assert whole.time == parts.time == datetime(2026, 3, 2, 2, 14, 5, tzinfo=UTC)
    assert (whole.structured, parts.structured) == (True, False)


def test_what_is_kept_is_what_was_received() -> None:
    message = structured(event())
    kept = admitted(message)
    assert kept.body == message.body
    assert kept.sha256 == sha256(message.body).digest()


def test_json_with_specversion_is_read_as_structured() -> None:
    message = Message(as_json(event()), "application/json; charset=utf-8", {})
    assert admitted(message).structured


@pytest.mark.parametrize(
    "content_type", [STRUCTURED, "Application/CloudEvents+JSON; charset=UTF-8", f" {STRUCTURED} "]
)
def test_a_media_type_is_read_as_mail_and_http_read_it(content_type: str) -> None:
    assert admitted(Message(as_json(event()), content_type, {})).structured


@pytest.mark.parametrize("prefix", ["cloudEvents_", "cloudEvents:"])
def test_both_prefixes_of_header_names_are_read(prefix: str) -> None:
    assert admitted(binary(event(), prefix)).id == "e-1"


def test_header_values_may_be_bytes() -> None:
    message = binary(event())
    headers = {name: str(value).encode() for name, value in message.headers.items()}
    assert admitted(Message(message.body, BINARY, headers)).source == "/hscv/yen-the"


def test_the_same_value_under_both_prefixes_is_one_value() -> None:
    message = binary(event(), **{"cloudEvents:id": b"e-1", "cloudEvents:secrecy": "normal"})
    assert admitted(message).id == "e-1"


def test_the_digits_of_a_sequence_are_a_number_in_a_header_only() -> None:
    assert admitted(binary(event(sequence="12"))).sequence == 12
    assert malformed(structured(event(sequence="12"))).path == "sequence"


def test_a_header_alone_can_declare_an_event_normal() -> None:
    for name in HEADER_NAMES:
        assert admitted(structured(without(event(), "secrecy"), {name: "normal"})).id == "e-1"


def test_absent_data_is_empty() -> None:
    assert admitted(structured(without(event("system.started"), "data"))).data == {}
    assert admitted(structured(event("system.started", data=None))).data == {}


def test_fields_that_are_not_listed_are_ignored_but_kept_in_the_body() -> None:
    data = {**DATA["document.issued"], "endorsed_on": "soon", "colour": [1]}
    kept = admitted(structured(event("document.issued", data=data, traceparent="x")))
    assert kept.data == DATA["document.issued"]
    assert b'"colour"' in kept.body


def test_fields_of_a_correction_that_are_not_listed_are_ignored() -> None:
    data = {"fields": {"title": "A", "endorsed_on": "soon", "task_id": 4}}
    assert admitted(structured(event("document.corrected", data=data))).data == {
        "fields": {"title": "A"}
    }


def test_an_unknown_type_is_admitted_with_nothing_but_what_decides_its_streams() -> None:
    data = {"body": "PYT", "bodies": ["PYT"], "note": "x"}
    assert admitted(structured(event("task.praised", data=data))).data == {}
    assert admitted(structured(event("report.praised", data=data))).data == without(data, "note")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-03-02T09:14:05Z", datetime(2026, 3, 2, 9, 14, 5, tzinfo=UTC)),
        ("2026-03-02t09:14:05z", datetime(2026, 3, 2, 9, 14, 5, tzinfo=UTC)),
        ("2026-03-02T09:14:05.1234567-00:00", datetime(2026, 3, 2, 9, 14, 5, 123456, tzinfo=UTC)),
    ],
)
def test_times_are_rfc_3339_with_an_offset(written: str, read_as: datetime) -> None:
    assert admitted(structured(event(time=written))).time == read_as


# Text


def test_text_is_read_in_one_form_and_the_bytes_are_kept() -> None:
    composed = "Hỏa hoạn ở Đồng Sơn"
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    data = {**DATA["task.assigned"], "content": decomposed, "lead": [decomposed]}
    changed = event(data=data, subject=decomposed)
    escaped = Message(json.dumps(changed).encode(), STRUCTURED, {})
    for message in (structured(changed), binary(changed), escaped):
        kept = admitted(message)
        assert (kept.subject, kept.data["content"]) == (composed, composed)
        assert kept.data["lead"] == [composed]
        assert kept.body == message.body
        assert decode_stored(kept.body, kept.structured, kept.type) == kept.data


def test_a_symbol_with_eth_for_d_with_stroke_is_read_with_d_with_stroke() -> None:
    for message in (
        structured(event("task.urged", data={**DATA["task.urged"], "symbol": "15/QÐ-UBND"})),
        structured(
            as_json(event("task.urged")).replace(b"30/UBND-VP", rb"15/Q\u00d0-UBND"),
        ),
    ):
        kept = admitted(message)
        assert kept.data["symbol"] == "15/QĐ-UBND"
        assert decode_stored(kept.body, True, kept.type) == kept.data


def test_an_escaped_surrogate_pair_is_one_character() -> None:
    body = as_json(event()).replace("Báo cáo kết quả".encode(), rb"\ud83d\ude00")
    assert admitted(structured(body)).data["content"] == "😀"


@pytest.mark.parametrize("type_", DATA)
def test_a_stored_event_is_read_as_it_was_admitted(type_: str) -> None:
    for message in (structured(event(type_, extra="x")), binary(event(type_))):
        kept = admitted(message)
        assert decode_stored(kept.body, kept.structured, kept.type) == kept.data


def test_stored_bytes_that_are_no_event_are_named_as_damaged() -> None:
    for body, is_structured in ((b"\xff", True), (b"{", True), (b"[]", True), (b"5", False)):
        with pytest.raises(DamagedEvent):
            decode_stored(body, is_structured, "task.assigned")
