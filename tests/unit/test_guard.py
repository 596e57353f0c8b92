"""The guard: what is kept, what is discarded, what leaves only a record (Điều 5.2)."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from dondoc.connector.guard import (
    Admitted,
    Limits,
    Malformed,
    Message,
    Secret,
    Unestablished,
    inspect,
)
from dondoc.connector.reading import Unreadable, read
from dondoc.rules.reading.stored import DamagedEvent, decode_stored
from support.hscv import (
    BINARY,
    DATA,
    LIMITS,
    STRUCTURED,
    as_json,
    binary,
    event,
    structured,
    verdict,
    without,
)

CANARY = "Canary-7f3a"
NORMAL_HEADER = {"secrecy": "normal"}
HEADER_NAMES = ("secrecy", "cloudEvents_secrecy", "cloudEvents:secrecy")
LEVELS = ("mat", "toimat", "tuyetmat")

NOT_QUITE_NORMAL: tuple[Any, ...] = (
    "Normal",
    "NORMAL",
    " normal",
    "normal ",
    "normal\n",
    "norma1",
    "nоrmal",  # a Cyrillic letter
    "ｎｏｒｍａｌ",  # full width
    "nor\u200bmal",  # a space of no width
    "Mật",
    "MAT",
    "thường",
    "",
    None,
    True,
    0,
    ["normal"],
    {"level": "normal"},
)


def admitted(message: Message) -> Admitted:
    found = verdict(message)
    assert isinstance(found, Admitted), found
    return found


def malformed(message: Message) -> Malformed:
    found = verdict(message)
    assert isinstance(found, Malformed), found
    return found


def unestablished(message: Message) -> Unestablished:
    found = verdict(message)
    assert isinstance(found, Unestablished), found
    assert found.size == len(message.body)
    assert found.sha256 == sha256(message.body).digest()
    return found


def with_key_twice(body: bytes, key: bytes, value: bytes) -> bytes:
    """*body*, an object, with one more pair in front."""
    return b'{"' + key + b'":' + value + b"," + body[1:]


# What is admitted


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


# Secrecy


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", HEADER_NAMES)
def test_a_secret_header_wins_over_a_normal_body(name: str, level: str) -> None:
    assert verdict(structured(event(), {name: level})) == Secret(level)
    assert verdict(structured(event(), {name: level.encode()})) == Secret(level)


@pytest.mark.parametrize("body", [b"", b"not JSON", b"\xff", b'{"a":1,"a":2}', b"[" * 100])
def test_a_secret_header_wins_over_a_body_that_cannot_be_read(body: bytes) -> None:
    assert verdict(structured(body, {"secrecy": "mat"})) == Secret("mat")


@pytest.mark.parametrize("level", LEVELS)
def test_a_secret_body_wins_over_a_normal_header(level: str) -> None:
    for name in HEADER_NAMES:
        assert verdict(structured(event(secrecy=level), {name: "normal"})) == Secret(level)


@pytest.mark.parametrize("level", LEVELS)
def test_a_secret_event_is_secret_however_invalid_it_is(level: str) -> None:
    for changes in ({"id": None}, {"time": 5}, {"type": "x"}, {"data": "text"}):
        assert verdict(structured(event(secrecy=level, **changes))) == Secret(level)
        assert verdict(binary(event(secrecy=level, **changes))) == Secret(level)


def test_the_strictest_of_several_levels_counts() -> None:
    headers = {"secrecy": "mat", "cloudEvents_secrecy": "toimat"}
    assert verdict(structured(event(), headers)) == Secret("toimat")


def test_a_secret_level_counts_under_any_content_type() -> None:
    for content_type in (None, "", "text/plain", "application/cloudevents-batch+json"):
        body = as_json([event(secrecy="mat")])
        assert verdict(Message(body, content_type, NORMAL_HEADER)) == Secret("mat")


@pytest.mark.parametrize(
    "said",
    [
        {"secrecy": "mat"},
        {"Secrecy": "mat"},
        {"doc_secrecy": "mat"},
        {"content": "A", "inner": [{"secrecyLevel": "mat"}]},
        {"\u017fecrecy": "mat"},  # a long s, which folds to s
    ],
)
def test_a_secret_level_counts_wherever_it_stands(said: Mapping[str, Any]) -> None:
    data = {**DATA["task.assigned"], **said}
    assert verdict(structured(event(data=data))) == Secret("mat")
    assert verdict(binary(event(data=data))) == Secret("mat")


@pytest.mark.parametrize("said", [{"doc_secrecy": "odd"}, {"inner": [{"secrecy": None}]}])
def test_a_doubtful_statement_counts_wherever_it_stands(said: Mapping[str, Any]) -> None:
    data = {**DATA["task.assigned"], **said}
    unestablished(structured(event(data=data)))
    unestablished(binary(event(data=data)))


@pytest.mark.parametrize("name", ["Secrecy", "X-SECRECY", "ce-secrecy", "CloudEvents_secrecy"])
def test_a_misspelt_header_counts_towards_secrecy_only(name: str) -> None:
    assert verdict(structured(event(), {name: "mat"})) == Secret("mat")
    unestablished(structured(event(), {name: "odd"}))
    assert admitted(structured(event(), {name: "normal"}))
    unestablished(structured(without(event(), "secrecy"), {name: "normal"}))


@pytest.mark.parametrize("value", NOT_QUITE_NORMAL, ids=repr)
def test_only_exactly_normal_is_normal(value: Any) -> None:
    unestablished(structured(event(secrecy=value)))
    unestablished(binary(event(secrecy=value)))
    for name in HEADER_NAMES:
        unestablished(structured(event(), {name: value}))


def test_two_headers_that_differ_establish_nothing() -> None:
    unestablished(binary(event(), **{"cloudEvents:secrecy": "odd"}))
    assert verdict(binary(event(), **{"cloudEvents:secrecy": "mat"})) == Secret("mat")


def test_a_header_that_is_not_utf_8_establishes_nothing() -> None:
    unestablished(structured(event(), {"secrecy": b"normal\xff"}))


def test_an_event_that_states_no_secrecy_is_not_established() -> None:
    found = unestablished(structured(without(event(), "secrecy")))
    assert found.event_id == "e-1"
    assert unestablished(binary(without(event(), "secrecy"))).event_id == "e-1"


def test_a_body_of_an_unknown_content_type_cannot_declare_itself_normal() -> None:
    for content_type in (None, "", "text/plain", "application/xml"):
        unsaid = unestablished(Message(as_json(event()), content_type, {}))
        assert unsaid.reason.startswith("the content type is neither application/")
        found = malformed(Message(as_json(event()), content_type, NORMAL_HEADER))
        assert found.path == "content_type"


@pytest.mark.parametrize(
    "body",
    [
        with_key_twice(as_json(event()), b"secrecy", b'"mat"'),
        with_key_twice(as_json(event()), b"secrecy", b'"normal"'),
        with_key_twice(as_json(event()), b"subject", b'"VB-1"'),
        with_key_twice(as_json(event()), rb"\u0073ubject", b'"VB-1"'),
        as_json(event()).replace(b'"lead"', b'"lead":"A","lead"'),
        as_json(event(other=[[{"x": 1}]])).replace(b'"x":', b'"x":0,"x":'),
    ],
)
def test_a_key_given_twice_at_any_depth_establishes_nothing(body: bytes) -> None:
    assert body.count(b"{") > 1
    assert unestablished(structured(body)).event_id == "e-1"
    assert unestablished(structured(body, NORMAL_HEADER)).event_id == "e-1"


def test_the_id_in_a_record_is_the_id_in_one_form() -> None:
    decomposed = unicodedata.normalize("NFD", "số-1")
    found = unestablished(structured(without(event(id=decomposed), "secrecy")))
    assert found.event_id == "số-1"


def test_an_id_given_twice_is_no_id() -> None:
    body = with_key_twice(as_json(event()), b"id", b'"e-2"')
    assert unestablished(structured(body)).event_id is None


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


# document.secrecy_changed


@pytest.mark.parametrize("level", ["normal", *LEVELS])
def test_a_change_of_secrecy_keeps_its_level_and_nothing_else(level: str) -> None:
    data = {"level": level, "title": CANARY, "secrecy": level, "old_secrecy": "?", "n": [CANARY]}
    changed = event("document.secrecy_changed", data=data, comment=CANARY)
    for message in (structured(changed), binary(without(changed, "comment"))):
        kept = admitted(message)
        assert kept.data == {"level": level}
        assert CANARY.encode() not in kept.body
        assert kept.sha256 == sha256(message.body).digest()
        assert decode_stored(kept.body, kept.structured, kept.type) == {"level": level}


def test_a_reduced_event_is_the_same_event() -> None:
    kept = admitted(structured(event("document.secrecy_changed", sequence=3)))
    again = admitted(structured(kept.body))
    assert (again.id, again.source, again.subject, again.time, again.sequence, again.data) == (
        kept.id,
        kept.source,
        kept.subject,
        kept.time,
        3,
        kept.data,
    )


@pytest.mark.parametrize(
    "data", [None, {}, [], "mat", {"level": None}, {"level": "Mật"}, {"level": ["mat"]}], ids=repr
)
def test_a_level_that_cannot_be_read_counts_as_the_strictest(data: Any) -> None:
    changed = event("document.secrecy_changed", data=data)
    assert admitted(structured(changed)).data == {"level": "tuyetmat"}
    assert admitted(binary(changed)).data == {"level": "tuyetmat"}


def test_a_change_of_secrecy_that_is_itself_secret_is_discarded() -> None:
    assert verdict(structured(event("document.secrecy_changed", secrecy="mat"))) == Secret("mat")


def test_an_invalid_change_of_secrecy_is_judged_by_all_that_it_states() -> None:
    data = {"level": "mat", "secrecy": "mat", "title": CANARY}
    changed = event("document.secrecy_changed", data=data, time="?")
    assert verdict(structured(changed)) == Secret("mat")
    assert malformed(structured(event("document.secrecy_changed", time="?"))).path == "time"
    body = as_json({"secrecy": "mat"})
    headers = {**binary(event("document.secrecy_changed")).headers}
    assert verdict(Message(body, "text/plain", headers)) == Secret("mat")


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
