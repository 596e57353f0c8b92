"""Whose an event is: what says another unit leaves nothing, and nothing of ours is lost for it."""

from __future__ import annotations

import gzip
import json
import unicodedata
from typing import Any

import pytest
from dondoc.connector.contract.belonging import (
    EVERYTHING,
    REASONS,
    SOURCE,
    UNCLEAR,
    UNIT,
    UNIT_AGAINST_SOURCE,
    Own,
    belonging,
)
from dondoc.connector.contract.guard import Admitted, Malformed, Message
from dondoc.connector.contract.headers import UNREAD, HeaderTable
from dondoc.connector.contract.verdicts import Foreign
from dondoc.connector.examining import examine
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hscv import BINARY, LIMITS, STRUCTURED, as_json, binary, event, structured, verdict

OURS, THEIRS = "Xuân Hòa", "tan-an"
UNIT_ALONE = Own(OURS)
BOTH = Own(OURS, ("/hscv/xuan-hoa", "/hscv/xuan-hoa/*"))
SOURCES = Own(sources=("/hscv/xuan-hoa*",))
QUICK = settings(max_examples=300, deadline=None, derandomize=True)
HEADERS = ("cloudEvents_unit", "cloudEvents:unit")


def whose(message: Message, own: Own = UNIT_ALONE) -> object:
    return belonging(message, own, LIMITS)


def of(unit: object, **changes: Any) -> dict[str, Any]:
    return event(unit=unit, **changes)


@pytest.mark.parametrize("make", [structured, binary])
def test_the_unit_that_an_event_says_decides_in_both_modes(make: Any) -> None:
    assert whose(make(of(THEIRS))) == Foreign(UNIT)
    assert whose(make(of(OURS))) is None
    assert whose(make(event())) is None
    assert isinstance(examine(make(of(OURS)), LIMITS, UNIT_ALONE), Admitted)


def test_who_chooses_nothing_takes_everything_as_before() -> None:
    for said in (THEIRS, "", 5, None, ["x"]):
        message = structured(of(said))
        assert whose(message, EVERYTHING) is None
        assert examine(message, LIMITS) == verdict(message)
        assert whose(message, SOURCES) == Foreign(SOURCE)  # the source alone is asked
        assert whose(structured(of(said, source="/hscv/xuan-hoa")), SOURCES) is None


@pytest.mark.parametrize(
    "said",
    [
        OURS,
        OURS.upper(),
        unicodedata.normalize("NFD", OURS),
        OURS.lower(),
        unicodedata.normalize("NFKC", "Ｘｕân Hòa"),
    ],
)
def test_a_unit_is_ours_in_any_case_and_form_of_unicode(said: str) -> None:
    assert whose(structured(of(said))) is None
    assert whose(binary(of(said))) is None


@pytest.mark.parametrize("said", ["", " ", 5, 1.5, True, ["tan-an"], {"a": 1}, "x" * 256, "a\nb"])
def test_a_unit_that_cannot_be_read_is_ours_and_a_dead_letter(said: object) -> None:
    message = structured(of(said))
    assert whose(message) is UNCLEAR
    refused = examine(message, LIMITS, UNIT_ALONE)
    assert isinstance(refused, Malformed)
    assert refused.path == "unit"
    assert whose(structured(of(said)), BOTH) is UNCLEAR  # whatever its source says


def test_null_says_no_unit() -> None:
    assert whose(structured(of(None))) is None
    assert isinstance(examine(structured(of(None)), LIMITS, UNIT_ALONE), Admitted)


def test_a_unit_given_twice_counts_where_both_are_the_same() -> None:
    for first in HEADERS:
        same = structured(of(THEIRS), {first: THEIRS.upper()})
        assert whose(same) == Foreign(UNIT)
        assert whose(structured(of(THEIRS), {first: OURS})) is UNCLEAR
        assert whose(structured(of(None), {first: OURS})) is UNCLEAR
    both = dict(zip(HEADERS, (OURS, THEIRS), strict=True))
    assert whose(binary(event(), "cloudEvents_", **both)) is UNCLEAR
    twice = as_json(of(THEIRS))[:-1] + b', "unit": "Xu\xc3\xa2n H\xc3\xb2a"}'
    assert whose(structured(twice)) is UNCLEAR
    again = as_json(of(THEIRS))[:-1] + b', "unit": "tan-an"}'
    assert whose(structured(again)) == Foreign(UNIT)
    table = HeaderTable([(HEADERS[0], OURS), (HEADERS[0], THEIRS)])
    assert whose(Message(b"{}", BINARY, table)) is UNCLEAR


def test_the_field_unit_of_a_task_is_not_the_attribute() -> None:
    data = {**event()["data"], "unit": THEIRS}
    assert whose(binary(event(data=data))) is None
    assert whose(structured(event(data=data))) is None
    twice = as_json(of(THEIRS)).replace(b'"unit":', b'"unit": 1, "unit":', 1)
    assert whose(structured(twice)) == Foreign(UNIT)  # within the data, which is not looked at


@pytest.mark.parametrize(
    "broken",
    [
        lambda body: body + b"}",
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.replace(b'"VB-1"', b"NaN"),
        lambda body: body.replace(b'"VB-1"', b"1" * 5000),
        lambda body: body.replace(b"VB-1", b"a\tb"),
        lambda body: body.replace(b"VB-1", b"\xff\xfe"),
        lambda body: body.replace(b'"id"', b'"id": "x", "id"'),
        lambda body: body.replace(b'"secrecy"', b'"secret"'),
        lambda body: body.replace(b'"time"', b'"no_time"'),
        lambda body: body.replace(b'"normal"', b'"mat"'),
        lambda body: body.replace(b'"normal"', b'"Mat"'),
    ],
)
def test_what_is_broken_or_secret_and_says_another_unit_leaves_nothing(broken: Any) -> None:
    body = broken(as_json(of(THEIRS)))
    assert examine(structured(body), LIMITS, UNIT_ALONE) == Foreign(UNIT)
    assert examine(structured(broken(as_json(of(OURS)))), LIMITS, UNIT_ALONE) == verdict(
        structured(broken(as_json(of(OURS))))
    )
    packed = Message(gzip.compress(body), STRUCTURED, {}, "gzip")
    assert examine(packed, LIMITS, UNIT_ALONE) == Foreign(UNIT)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\x1f\x8b", b'"text"', b"null"])
def test_a_body_that_cannot_be_read_is_ours_unless_a_header_says_otherwise(body: bytes) -> None:
    assert whose(structured(body)) is None
    for name in HEADERS:
        assert whose(structured(body, {name: THEIRS})) == Foreign(UNIT)
        assert whose(structured(body, {name: THEIRS.encode()})) == Foreign(UNIT)
        assert whose(structured(body, {name: b"\xff"})) is UNCLEAR
        assert whose(structured(body, {name: UNREAD})) is UNCLEAR


def test_of_a_body_beyond_the_limit_only_headers_are_read() -> None:
    large = structured(of(THEIRS, filler="x" * LIMITS.max_bytes))
    assert whose(large) is None
    assert whose(Message(large.body, STRUCTURED, {HEADERS[0]: THEIRS})) == Foreign(UNIT)


def test_sources_decide_where_no_unit_is_said_and_the_unit_wins() -> None:
    ours, theirs = "/HSCV/xuan-hoa/1", "/hscv/tan-an"
    for make in (structured, binary):
        assert whose(make(event(source=ours)), BOTH) is None
        assert whose(make(event(source=theirs)), BOTH) == Foreign(SOURCE)
        assert whose(make(of(OURS, source=theirs)), BOTH) is None
        assert whose(make(of(THEIRS, source=theirs)), BOTH) == Foreign(UNIT)
        assert whose(make(of(THEIRS, source=ours)), BOTH) == Foreign(UNIT_AGAINST_SOURCE)
        for source in (None, 5, "", ["x"]):
            assert whose(make(event(source=source)), BOTH) is None, "it cannot be told"


def test_sources_that_contradict_each_other_say_nothing() -> None:
    message = binary(event(source="/hscv/tan-an"), **{"cloudEvents:source": "/hscv/a"})
    assert whose(message, SOURCES) is None
    # Data in binary mode that looks like an event of its own.
    data = as_json({"specversion": "1.0", "source": "/hscv/tan-an"})
    message = Message(data, "application/json", {"cloudEvents:source": "/hscv/a"})
    assert whose(message, SOURCES) is None
    twice = as_json(event(source="/hscv/tan-an"))[:-1] + b', "source": "/hscv/b"}'
    assert whose(structured(twice), SOURCES) is None


@pytest.mark.parametrize(
    ("pattern", "source", "fits"),
    [
        ("/a", "/a", True),
        ("/a", "/a/b", False),
        ("/a*", "/a", True),
        ("*a", "/b/a", True),
        ("/a*b*c", "/a-b-c", True),
        ("/a*b*c", "/a-c-b", False),
        ("/aa*aa", "/aaa", False),
        ("/a[1]?.", "/a[1]?.", True),
        ("/a[1]?.", "/a1xy", False),
        ("*", "anything", True),
        ("a" + "*a" * 100, "a" * 255, True),
        ("a" + "*a" * 100 + "*b", "a" * 255, False),
    ],
)
def test_a_star_stands_for_any_text_and_nothing_else_does(
    pattern: str, source: str, fits: bool
) -> None:
    assert Own(sources=(pattern,)).is_source(source) is fits


units = (
    st.sampled_from([OURS, OURS.upper(), THEIRS, "", None, 5, True, "x" * 300, "\ud800", "a\u0301"])
    | st.text(max_size=6)
    | st.lists(st.integers(), max_size=2)
)
missing = object()


@QUICK
@given(
    in_body=units | st.just(missing),
    in_headers=st.dictionaries(
        st.sampled_from([*HEADERS, "unit", "cloudEvents_source", "x"]),
        units | st.binary(max_size=4) | st.just(UNREAD),
        max_size=3,
    ),
    source=units | st.just(missing),
    content_type=st.sampled_from([STRUCTURED, BINARY, "text/plain", None]),
    cut=st.integers(0, 60),
    own=st.sampled_from([UNIT_ALONE, BOTH, SOURCES]),
)
def test_nothing_is_anothers_but_what_says_another_and_nothing_of_ours(
    in_body: Any, in_headers: Any, source: Any, content_type: Any, cut: int, own: Own
) -> None:
    whole = event(type_="document.issued")
    for name, value in (("unit", in_body), ("source", source)):
        whole.pop(name, None)
        if value is not missing:
            whole[name] = value
    body = json.dumps(whole).encode()
    message = Message(body[: len(body) - cut], content_type, in_headers)
    found = belonging(message, own, LIMITS)
    units_said = [value for name, value in in_headers.items() if name in HEADERS]
    if cut == 0 and in_body is not missing:
        units_said.append(in_body)
    if isinstance(found, Foreign):
        assert examine(message, LIMITS, own) == found
        assert found.reason in REASONS
        if found.reason == SOURCE:
            assert own.unit is None or all(value is None for value in units_said)
        else:
            assert units_said, "only what says a unit is another's by it"
            assert all(isinstance(value, str | bytes) for value in units_said)
            assert not any(own.is_unit(value) for value in units_said if isinstance(value, str))
    elif found is None:
        assert examine(message, LIMITS, own) == examine(message, LIMITS)


@QUICK
@given(st.binary(max_size=200), st.sampled_from([STRUCTURED, BINARY, None]))
def test_it_never_raises_whatever_comes(body: bytes, content_type: str | None) -> None:
    for own in (UNIT_ALONE, BOTH, SOURCES):
        for encoding in (None, "gzip", b"\xff", 5):
            found = belonging(Message(body, content_type, {}, encoding), own, LIMITS)
            assert found is None or found is UNCLEAR
