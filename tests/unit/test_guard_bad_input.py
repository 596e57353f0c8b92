"""The guard and bad input: it is named and put aside, and nothing of it gets out."""

from hashlib import sha256
from typing import Any

import pytest
from dondoc.connector.contract.body import Unreadable, read
from dondoc.connector.contract.guard import Admitted, Limits, Message, Unestablished, inspect
from support.hscv import (
    BINARY,
    DATA,
    LIMITS,
    NORMAL_HEADER,
    admitted,
    as_json,
    binary,
    event,
    malformed,
    structured,
    unestablished,
    verdict,
    without,
)

CANARY = "Canary-7f3a"


# Bodies that cannot be read


NESTED = b'{"a":' * 64 + b"[]" + b"}" * 64
UNREADABLE = {
    "empty": b"",
    "truncated": as_json(event())[:-5],
    "no JSON": b"<event/>",
    "two values": b"{} {}",
    "trailing comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "not UTF-8": as_json(event()).replace(b"e-1", b"e-\xff"),
    "encoded surrogate": as_json(event()).replace(b"e-1", b"\xed\xa0\x80"),
    "UTF-16": as_json(event()).decode().encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + as_json(event()),
    "NUL byte": as_json(event()) + b"\x00",
    "NUL byte in text": as_json(event()).replace(b"e-1", b"e\x001"),
    "raw line feed in text": as_json(event()).replace(b"e-1", b"e\n1"),
    "NaN": as_json(event()).replace(b'"e-1"', b"NaN"),
    "-Infinity": as_json(event()).replace(b'"e-1"', b"-Infinity"),
    "1e999": as_json(event()).replace(b'"e-1"', b"1e999"),
    "integer of 5,000 digits": as_json(event()).replace(b'"e-1"', b"1" * 5000),
    "nested 65 deep": NESTED,
    "nested 100,000 deep": b"[" * 100_000,
    "nested and closed 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "20 MB": b'"' + b"a" * 20_000_000 + b'"',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read_leaves_only_a_record(body: bytes) -> None:
    found = unestablished(structured(body))
    assert found.event_id is None
    assert unestablished(Message(body, BINARY, {"cloudEvents_id": "e-1"})).event_id == "e-1"


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read_is_malformed_where_a_header_says_normal(body: bytes) -> None:
    found = malformed(structured(body, NORMAL_HEADER))
    assert found.path == "body"
    assert found.sha256 == sha256(body).digest()


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_doubtful_header_declares_nothing(body: bytes) -> None:
    unestablished(structured(body, {"secrecy": "Normal"}))
    unestablished(structured(body, {"secrecy": "normal", "cloudEvents_secrecy": ""}))


def test_a_byte_order_mark_is_named_since_it_cannot_be_seen() -> None:
    assert "byte order mark" in unestablished(structured(UNREADABLE["byte order mark"])).reason


def test_no_limit_lets_the_parser_fail() -> None:
    body = b"[" * 100_000 + b"]" * 100_000
    found = inspect(structured(body), Limits(max_depth=1_000_000))
    assert isinstance(found, Unestablished)


def test_the_limits_are_exact() -> None:
    body = as_json(event())
    assert isinstance(inspect(structured(body), Limits(max_bytes=len(body))), Admitted)
    assert isinstance(inspect(structured(body), Limits(max_bytes=len(body) - 1)), Unestablished)
    assert isinstance(inspect(structured(body), Limits(max_depth=3)), Admitted)
    assert isinstance(inspect(structured(body), Limits(max_depth=2)), Unestablished)


def test_brackets_in_text_are_not_nesting() -> None:
    data = {**DATA["task.assigned"], "content": '[{"' * 500 + "\\"}
    assert admitted(structured(event(data=data))).data["content"] == data["content"]


def test_many_brackets_side_by_side_are_not_nesting() -> None:
    assert read(b"[" + b"[]," * 5000 + b"{}]", LIMITS).value[-1] == {}
    with pytest.raises(Unreadable):
        read(b"[" * 65 + b"]" * 65, LIMITS)


# Envelopes that are invalid


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "subject"])
def test_a_required_attribute_that_is_missing_is_named(name: str) -> None:
    for message in (structured(without(event(), name)), binary(without(event(), name))):
        # Without specversion a body of content type application/json is no CloudEvent, but one
        # of its own content type still is.
        found = malformed(message)
        assert (found.path, found.reason) == (name, "is required")
        assert found.event_id == (None if name == "id" else "e-1")


def each(name: str, *values: Any) -> list[tuple[str, Any]]:
    """Parameters for every one of *values* in the attribute *name*."""
    return [(name, value) for value in values]


NO_IDENTIFIERS: tuple[Any, ...] = (
    "",
    " ",
    "a ",
    "\ta",
    "a\nb",
    "a\x00",
    "a\x1b[31m",
    "x" * 256,
    5,
    True,
    [],
)
WRONG: tuple[tuple[str, Any], ...] = (
    *each("specversion", "1.1", "1", 1.0, None),
    *each("id", *NO_IDENTIFIERS),
    *each("source", *NO_IDENTIFIERS),
    *each("subject", *NO_IDENTIFIERS),
    *each("type", *NO_IDENTIFIERS, "hscv.", "document.issued", "HSCV.document.issued"),
    *each("sequence", -1, 2**63, 1.0, True, None, "a", "-1", "١"),
    *each("time", "2026-03-02T09:14:05", "2026-03-02", "2026-03-02 09:14:05Z", "2026-03-02T09:14Z"),
    *each("time", "2026-02-30T09:14:05Z", "2026-03-02T24:00:00Z", "2026-03-02T23:59:60Z"),
    *each("time", "2026-03-02T09:14:05+24:00", "20260302T091405Z", "２026-03-02T09:14:05Z"),
    *each("time", "2026-03-02T09:14:05+07:60", "2026-03-02T09:14:05-00:99", "2026-03-02T09:60:05Z"),
    *each("time", "2026-03-02T09:14:05,5Z", "2026-W10-1T09:14:05Z", "2026-03-02T09:14:05+07:00:30"),
    *each("time", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
    *each("time", "1989-12-31T23:59:59Z", "2200-01-01T00:00:00Z", 1772417645, "", "now"),
)


@pytest.mark.parametrize(("name", "value"), WRONG, ids=repr)
def test_an_attribute_that_is_wrong_is_named(name: str, value: Any) -> None:
    found = malformed(structured(event(**{name: value})))
    assert found.path == name
    assert malformed(binary(event(**{name: value}))).path == name


def test_lone_surrogates_and_nul_in_an_attribute_are_malformed() -> None:
    for escape in (rb"\ud800", rb"\udfff", rb"\u0000"):
        found = malformed(structured(as_json(event()).replace(b"VB-1", escape)))
        assert found.path == "subject"


def test_an_id_that_no_database_can_hold_is_no_id() -> None:
    for escape in (rb"\ud800", rb"\u0000"):
        body = as_json(without(event(), "secrecy")).replace(b"e-1", escape)
        assert unestablished(structured(body)).event_id is None


@pytest.mark.parametrize("data", ["text", [], [{}], 5, True], ids=repr)
def test_data_that_is_no_object_is_malformed(data: Any) -> None:
    assert malformed(structured(event(data=data))).path == "data"
    assert malformed(binary(event(data=data))).path == "data"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"5"])
def test_a_cloudevent_that_is_no_object_is_malformed_where_declared_normal(body: bytes) -> None:
    assert malformed(structured(body, NORMAL_HEADER)).path == "body"
    unestablished(structured(body))


def test_an_attribute_given_twice_and_differently_is_malformed() -> None:
    found = malformed(binary(event(), **{"cloudEvents:id": "e-2"}))
    assert (found.path, found.event_id) == ("id", None)


# Nothing gets out


def test_no_verdict_shows_anything_of_the_message_but_a_readable_id() -> None:
    for body in UNREADABLE.values():
        for headers in ({}, NORMAL_HEADER):
            message = structured(body[:1000].replace(b"e-1", CANARY.encode()), headers)
            assert CANARY not in repr(verdict(message))
    changes: tuple[tuple[str, Any], ...] = (
        ("specversion", CANARY),
        ("type", CANARY),
        ("time", CANARY),
        ("subject", f"{CANARY}\n"),
        ("source", [CANARY]),
        ("sequence", CANARY),
        ("data", CANARY),
        ("secrecy", CANARY),
        (f"{CANARY}-secrecy", CANARY),
    )
    for name, value in changes:
        for message in (structured(event(**{name: value})), binary(event(**{name: value}))):
            assert CANARY not in repr(verdict(message))


def test_a_message_shows_nothing_of_itself() -> None:
    message = Message(CANARY.encode(), CANARY, {"a": CANARY})
    assert CANARY not in repr(message)
    assert CANARY not in repr(admitted(structured(event(data={"content": CANARY}))))
