"""Header tables are read whole and within bounds, whatever their bytes are, and keep their form."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import dondoc.connector.transport  # noqa: F401 - has pika read tables by us
import pika
import pytest
from dondoc.connector.contract.headers import (
    MOST_DEPTH,
    MOST_VALUES,
    UNREAD,
    HeaderTable,
    fields_of,
    pairs_of,
    read_table,
    write_table,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.raw_amqp import field, table, text

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
LARGEST = 2**64 - 1


def case(name: str) -> bytes:
    (path,) = CASES.glob(f"{name}*.hdr")
    return bytes.fromhex(path.read_text())


def deep(levels: int, innermost: bytes = b"") -> bytes:
    for _ in range(levels):
        innermost = table(b"x", innermost)
    return innermost


def holds_unread(value: object) -> bool:
    if isinstance(value, HeaderTable):
        return any(holds_unread(each) for _, each in value.pairs)
    if isinstance(value, list):
        return any(map(holds_unread, value))
    return value is UNREAD


def test_every_kind_of_value_is_read_as_it_is_meant() -> None:
    assert read_table(case("16")) == {
        "sent": datetime(2026, 3, 2, 2, 14, 5, tzinfo=UTC),
        "host": {"m": "srv1"},
        "tags": ["a"],
        "score": 0.75,
        "price": Decimal("12.34"),
        "none": None,
    }


@pytest.mark.parametrize(
    ("kind", "packed", "value"),
    [
        (b"t", b"\x01", True),
        (b"b", b"\xff", -1),
        (b"B", b"\xff", 255),
        (b"s", b"\xff\xfe", -2),
        (b"U", b"\xff\xfe", -2),
        (b"u", b"\xff\xfe", 65534),
        (b"I", b"\xff" * 4, -1),
        (b"i", b"\xff" * 4, 2**32 - 1),
        (b"l", b"\xff" * 8, -1),
        (b"L", b"\xff" * 8, -1),
        (b"d", bytes.fromhex("7ff0000000000000"), math.inf),
        (b"D", b"\xff" + b"\x7f" + b"\xff" * 3, Decimal(2**31 - 1).scaleb(-255)),
        (b"T", b"\xff" * 8, LARGEST),
        (b"x", b"\x00\x00\x00\x02ab", b"ab"),
        (b"S", b"\x00\x00\x00\x02\xff\xfe", b"\xff\xfe"),
        (b"V", b"", None),
    ],
)
def test_each_letter_is_read_by_its_size_and_sign(
    kind: bytes, packed: bytes, value: object
) -> None:
    read = read_table(field(b"n", kind, packed) + text(b"next", b"x"))
    assert read.pairs == (("n", value), ("next", "x"))


def test_a_name_given_twice_keeps_both_its_values_at_every_level() -> None:
    assert read_table(case("04")).pairs == (("secrecy", "mat"), ("secrecy", "normal"))
    twice = text(b"a", b"1") + text(b"a", b"2")
    inner = read_table(table(b"t", twice))["t"]
    assert isinstance(inner, HeaderTable)
    assert list(pairs_of(inner)) == [("a", "1"), ("a", "2")]
    assert inner == {"a": "2"}


def test_what_is_too_deep_is_marked_and_its_neighbours_are_read() -> None:
    assert not holds_unread(read_table(deep(MOST_DEPTH)))
    read = read_table(deep(MOST_DEPTH + 1) + text(b"next", b"x"))
    assert holds_unread(read)
    assert read["next"] == "x"
    for name in ("02a", "02b"):
        assert holds_unread(read_table(case(name)))
    assert holds_unread(read_table(deep(18_000)))


def test_what_is_too_much_is_marked() -> None:
    assert not holds_unread(read_table(field(b"x", b"V", b"") * MOST_VALUES))
    assert holds_unread(read_table(field(b"x", b"V", b"") * (MOST_VALUES + 1)))
    within = table(b"t", field(b"x", b"V", b"") * MOST_VALUES) + text(b"next", b"x")
    assert read_table(within).pairs[-1] == ("", UNREAD)


@pytest.mark.parametrize(
    "broken",
    [
        field(b"n", b"?", b""),
        b"\x05n",
        b"\x01n",
        field(b"n", b"l", b"\x00"),
        field(b"n", b"S", b"\x00\x00"),
        field(b"n", b"S", b"\x00\x00\x00\x09x"),
        field(b"n", b"F", b"\xff\xff\xff\xff"),
    ],
)
def test_bytes_that_are_no_amqp_are_marked_from_there_on(broken: bytes) -> None:
    read = read_table(text(b"a", b"b") + broken)
    assert read.pairs == (("a", "b"), ("", UNREAD))
    inner = read_table(table(b"t", broken) + text(b"next", b"x"))
    assert inner["next"] == "x"
    assert holds_unread(inner)


@settings(deadline=None)  # the machine may be at other work
@given(encoded=st.binary(max_size=200))
def test_any_bytes_are_read_and_can_be_written_as_they_came(encoded: bytes) -> None:
    read = read_table(encoded)
    assert write_table(fields_of(read)).encoded == encoded


def test_a_dictionary_is_written_as_what_it_says() -> None:
    headers = {"a": "ở", "b": b"\xff", "c": -1, "d": True, "e": None, b"\xff": 2**63 - 1}
    assert write_table(fields_of(headers)) == headers
    with pytest.raises(TypeError):
        fields_of({"a": object()})


def test_memory_is_bounded_however_many_fields_a_frame_has() -> None:
    assert len(read_table(b"\x00V" * 65_000).pairs) == MOST_VALUES + 1


@pytest.mark.parametrize("encoded", [b"", b"\x90\x00\x05ab", b"\x20\x00\x00\x00\x00\x09x"])
def test_properties_that_are_no_amqp_are_doubt_and_no_error(encoded: bytes) -> None:
    properties = pika.BasicProperties().decode(encoded)
    assert holds_unread(properties.headers)
