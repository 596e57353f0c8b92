"""What a dead letter is about can be told of any message, so that a purge comes to an end."""

import gzip
import json
from time import process_time
from typing import Any

import pytest
from dondoc.connector.contract.attributes import is_storable
from dondoc.connector.secrecy.sifting import LARGEST_SEARCHED, is_beyond_search, told
from dondoc.storage.secrecy.quotes import Wanted, names_from
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hscv import as_json, event

WANTED = Wanted.of(names_from("VB-1/CT"))
HALVES = ("\ud800", "\udfff", "a\udc00b")

anything = st.text(st.characters(exclude_categories=()), max_size=8) | st.sampled_from(HALVES)
values = st.recursive(
    anything | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.sampled_from(["id", "source", "type", "subject", "data", "x"]),
    values,
    st.dictionaries(anything | st.binary(max_size=3), values | st.binary(max_size=3), max_size=3),
)
def test_any_message_tells_a_stream_that_can_be_looked_up(
    key: str, value: Any, headers: dict[Any, Any]
) -> None:
    stream, names = told(json.dumps({**event(), key: value}).encode(), headers, None, WANTED.shapes)
    assert stream is None or is_storable(stream)
    assert isinstance(names, set)


@pytest.mark.parametrize("subject", [*HALVES, "a\0b"])
def test_a_subject_that_no_database_holds_is_a_name_and_no_stream(subject: str) -> None:
    wanted = Wanted.of(names_from(f"VB-1/{subject}"))
    body = json.dumps(event(subject=f"VB-1/{subject}")).encode()
    stream, names = told(body, {}, None, wanted.shapes)
    assert stream is None
    assert wanted.among(names)


@pytest.mark.parametrize("levels", [255, 257, 900, 990, 5000, 100_000])
def test_a_body_is_searched_however_deep_it_is(levels: int) -> None:
    body = b'{"a":' * levels + b'["VB-1/CT"]' + b"}" * levels
    assert WANTED.among(told(body, {}, None, WANTED.shapes)[1])


def test_what_another_value_of_its_key_hides_is_searched() -> None:
    for body in (b'{"x": "VB-1/CT", "x": 1}', b'{"x": [{"y": {"VB-1/CT": 0}, "y": NaN}]}'):
        assert WANTED.among(told(body, {}, None, WANTED.shapes)[1])
    short = Wanted.of(names_from("12"))
    assert short.among(told(b'{"subject": "12", "subject": "13"}', {}, None, short.shapes)[1])


@pytest.mark.parametrize("encoding", ["cp1258", "latin-1", "utf-16-le", "utf-16-be", "utf-16"])
def test_a_letter_in_another_encoding_is_searched(encoding: str) -> None:
    wanted = Wanted.of(names_from("15/QĐ-UBND"))
    eth = "Ð" if encoding == "latin-1" else "Đ"
    texts = [f'{{"x": "15/Q{eth}-UBND é"}}', f"15/Q{eth}-UBND é"]
    for text in texts[:1] if encoding.startswith("utf") else texts:
        assert wanted.among(told(text.encode(encoding), {}, None, wanted.shapes)[1]), text
    about = json.dumps(event(data={"x": eth + "é"}), ensure_ascii=False).encode(encoding)
    assert told(about, {}, None, wanted.shapes)[0] == "document:VB-1"


def test_a_broken_byte_hides_nothing_beside_it() -> None:
    wanted = Wanted.of(names_from("15/QĐ-UBND"))
    for body in (
        '{"x": "15/QĐ-UBND", "y": "'.encode() + b'\xff"}',
        "15/QĐ-UBND".encode() + b"\xff",
    ):
        assert wanted.among(told(body, {}, None, wanted.shapes)[1])


def test_a_fraction_is_searched_as_its_digits() -> None:
    wanted = Wanted.of(names_from("12.50"))
    assert wanted.among(told(b'{"task_id": 12.50}', {}, None, wanted.shapes)[1])


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_is_searched_up_to_a_size_and_counts_as_quoting_beyond_it(packed: bool) -> None:
    for size, beyond in ((LARGEST_SEARCHED, False), (LARGEST_SEARCHED + 1, True)):
        body = b"1" * size
        encoding = "gzip" if packed else None
        assert is_beyond_search(gzip.compress(body) if packed else body, encoding) is beyond


def test_a_megabyte_of_marks_is_searched_in_time() -> None:
    body = as_json(event(data={"content": "VB-1/CT " + "\u0301\u0323" * 250_000}))
    begun = process_time()
    assert WANTED.among(told(body, {}, None, WANTED.shapes)[1])
    assert process_time() - begun < 3
