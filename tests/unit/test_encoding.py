"""A packed body is unpacked within bounds; what is not gzip as it should be is unreadable."""

from __future__ import annotations

import gzip
import random
import time
import tracemalloc
import zlib
from hashlib import sha256

import pytest
from dondoc.connector.contract.body import Unreadable
from dondoc.connector.contract.encoding import MOST_MEMBERS, searchable, unpacked
from dondoc.connector.contract.guard import Admitted, Limits, Malformed, Message, Secret, inspect
from dondoc.connector.secrecy.sifting import told
from dondoc.storage.secrecy.quotes import Wanted, names_from
from hypothesis import given
from hypothesis import strategies as st
from support.hscv import LIMITS, NORMAL_HEADER, STRUCTURED, as_json, event, unestablished

MOST = LIMITS.max_bytes
PLAIN = as_json(event())
PACKED = gzip.compress(PLAIN)
MEBIBYTE = 1024 * 1024


def packed(body: bytes, encoding: object = "gzip", **headers: object) -> Message:
    return Message(body, STRUCTURED, headers, encoding)


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", " x-gzip ", b"gzip"])
def test_a_packed_event_is_admitted_and_stored_unpacked(encoding: object) -> None:
    found = inspect(packed(PACKED, encoding), LIMITS)
    assert isinstance(found, Admitted)
    assert found.body == PLAIN
    assert found.sha256 == sha256(PLAIN).digest()


def test_the_same_event_packed_at_another_time_is_the_same_event() -> None:
    found = [inspect(packed(gzip.compress(PLAIN, mtime=at)), LIMITS) for at in (1, 2)]
    assert found[0] == found[1]


@pytest.mark.parametrize("encoding", [None, "", "identity", "UTF-8", "utf8", "binary", b"8bit"])
def test_an_encoding_that_packs_nothing_is_passed_over(encoding: object) -> None:
    assert isinstance(inspect(packed(PLAIN, encoding), LIMITS), Admitted)


def test_a_body_in_several_parts_is_one_body() -> None:
    parts = [gzip.compress(PLAIN[at : at + 50]) for at in range(0, len(PLAIN), 50)]
    assert unpacked(b"".join(parts), "gzip", MOST) == PLAIN


BROKEN = {
    "empty": b"",
    "not packed": PLAIN,
    "cut": PACKED[:-1],
    "cut in its head": PACKED[:5],
    "a wrong sum": PACKED[:-8] + b"\0" * 8,
    "something after it": PACKED + b"x",
    "zeros after it": PACKED + b"\0" * 8,
    "another packing": zlib.compress(PLAIN),
    "too many parts": gzip.compress(b"") * MOST_MEMBERS + PACKED,
    "too large": gzip.compress(b" " * (MOST + 1)),
    "too large in parts": gzip.compress(b" " * (MOST - 9)) + gzip.compress(b" " * 10),
    "too large before": b"\0" * (MOST + 1),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_not_gzip_as_it_should_be_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        unpacked(body, "gzip", MOST)
    assert unestablished(packed(body)).sha256 == sha256(body).digest()
    found = inspect(packed(body, **NORMAL_HEADER), LIMITS)
    assert isinstance(found, Malformed)
    assert (found.path, found.sha256) == ("body", sha256(body).digest())


@pytest.mark.parametrize("encoding", ["deflate", "br", "base64", "gzip, gzip", b"\xff", 1, "zip"])
def test_any_other_packing_is_unreadable(encoding: object) -> None:
    unestablished(packed(PLAIN, encoding))
    assert isinstance(inspect(packed(PLAIN, encoding, **NORMAL_HEADER), LIMITS), Malformed)


@given(body=st.binary(max_size=300), cut=st.integers(0, 300))
def test_any_bytes_are_unpacked_or_refused(body: bytes, cut: int) -> None:
    whole = gzip.compress(body)
    for each in (body, whole[:cut], whole[:cut] + body):
        searchable(each, "gzip")
        try:
            unpacked(each, "gzip", 200)
        except Unreadable:
            continue
    assert searchable(whole, "gzip") == (body or whole, b"")


def test_what_is_secret_inside_is_secret() -> None:
    assert inspect(packed(gzip.compress(as_json(event(secrecy="mat")))), LIMITS) == Secret("mat")
    hidden = gzip.compress(as_json(event(data={"x": {"secrecy": "toimat"}})))
    assert inspect(packed(hidden, **NORMAL_HEADER), LIMITS) == Secret("toimat")


def test_a_bomb_costs_neither_memory_nor_time() -> None:
    bomb = gzip.compress(b"\0" * (500 * MEBIBYTE))
    assert len(bomb) < MOST
    tracemalloc.start()
    began = time.perf_counter()
    unestablished(packed(bomb))
    took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MEBIBYTE
    assert took < 1.0


def test_no_limit_is_passed_by_packing() -> None:
    limits = Limits(max_bytes=len(PLAIN) - 1)
    with pytest.raises(Unreadable):
        unpacked(PACKED, "gzip", limits.max_bytes)
    assert unpacked(PACKED, "gzip", len(PLAIN)) == PLAIN


@pytest.mark.parametrize(
    "body", [PACKED, PACKED[:-1], PACKED[:-8] + b"\0" * 8, PACKED + b"x", PLAIN]
)
def test_a_packed_letter_is_searched_as_far_as_it_can_be_unpacked(body: bytes) -> None:
    stream, _ = told(body, {}, "gzip", ())
    assert stream == "document:VB-1"
    assert searchable(body, "gzip")[0].startswith(PLAIN[:-20])


def test_what_follows_the_packed_part_of_a_letter_is_searched_as_it_is() -> None:
    wanted = Wanted.of(names_from("15/CT-UBND"))
    for tail in (b"15/CT-UBND", b"\x1f 15/CT-UBND"):
        stream, names = told(PACKED + tail, {}, "gzip", wanted.shapes)
        assert stream == "document:VB-1"
        assert wanted.among(names)


def test_a_large_packed_letter_is_unpacked_for_a_search_at_once() -> None:
    body = gzip.compress(random.Random(1).randbytes(4 * MEBIBYTE), 1)
    began = time.process_time()
    assert len(searchable(body, "gzip")[0]) == 4 * MEBIBYTE
    assert time.process_time() - began < 0.5


def test_every_statement_of_a_header_is_searched() -> None:
    from dondoc.connector.contract.headers import read_table
    from support.raw_amqp import table, text

    headers = read_table(
        text(b"about", b"15/CT-UBND")
        + text(b"about", b"16/CT-UBND")
        + table(b"in", text(b"about", b"17/CT-UBND"))
    )
    for symbol in ("15/CT-UBND", "16/CT-UBND", "17/CT-UBND"):
        wanted = Wanted.of(names_from(symbol))
        _, names = told(b"", headers, None, wanted.shapes)
        assert wanted.among(names)
