"""The guard and secrecy: a secret is discarded, a doubt leaves only a record (Điều 5.2)."""

import unicodedata
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from dondoc.connector.contract.guard import Message, Secret
from dondoc.rules.reading.stored import decode_stored
from support.hscv import (
    DATA,
    HEADER_NAMES,
    NORMAL_HEADER,
    admitted,
    as_json,
    binary,
    event,
    malformed,
    structured,
    unestablished,
    verdict,
    with_key_twice,
    without,
)

CANARY = "Canary-7f3a"
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
