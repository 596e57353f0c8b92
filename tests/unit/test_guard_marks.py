"""Runs of combining marks are refused before anything normalises them, in linear time."""

import json
from collections.abc import Callable
from time import process_time
from typing import Any
from unicodedata import normalize

import pytest
from dondoc.connector.contract.guard import Malformed, Message, Unestablished, inspect_headers
from dondoc.rules.normalising import MOST_MARKS
from support.hscv import (
    DATA,
    NORMAL_HEADER,
    admitted,
    as_json,
    binary,
    event,
    structured,
    unestablished,
    verdict,
    without,
)

TOO_MANY = "a" + "\u0301" * (MOST_MARKS + 1)
ALLOWED = "a" + "\u0301" * MOST_MARKS
MEGABYTE = 1024 * 1024


def escaped(text: str) -> bytes:
    """A valid event with *text*, every character of it escaped."""
    letters = "".join(f"\\u{ord(letter):04x}" for letter in text)
    return as_json(event(data={**DATA["task.assigned"], "content": "C"})).replace(
        b'"C"', f'"{letters}"'.encode()
    )


def half_escaped(text: str) -> bytes:
    """As `escaped`, of every other character."""
    letters = "".join(f"\\u{ord(each):04x}" if at % 2 else each for at, each in enumerate(text))
    return as_json(event(x="C")).replace(b'"C"', f'"{letters}"'.encode())


def with_data(**data: Any) -> Message:
    return structured(event(data={**DATA["task.assigned"], **data}))


BODIES: dict[str, Callable[[str], Message]] = {
    "a listed field": lambda text: with_data(content=text),
    "a field that is not listed": lambda text: with_data(x=[{"y": text}]),
    "a key": lambda text: with_data(**{text: 1}),
    "an attribute": lambda text: structured(event(x=text)),
    "escapes": lambda text: structured(escaped(text)),
    "every other one escaped": lambda text: structured(half_escaped(text)),
    "escapes in a key": lambda text: structured(json.dumps(event(**{text: 1})).encode()),
    "the data of binary mode": lambda text: binary(
        event(data={**DATA["task.accepted"], "x": text})
    ),
}
HEADERS: dict[str, Callable[[str], dict[Any, Any]]] = {
    "a value": lambda text: {"x": text},
    "bytes": lambda text: {"x": text.encode()},
    "a name": lambda text: {text: 1},
    "in a table": lambda text: {"x": {"y": [text]}},
    "a name in a table": lambda text: {"x": [{text: 1}]},
    "an attribute": lambda text: {"cloudEvents_x": text},
}


def refused(message: Message, path: str) -> None:
    found = verdict(message)
    assert isinstance(found, Malformed), found
    assert (found.path, "30 combining marks" in found.reason) == (path, True)


@pytest.mark.parametrize("place", BODIES)
def test_a_body_with_too_long_a_run_is_a_dead_letter_and_at_the_limit_is_not(
    place: str,
) -> None:
    refused(BODIES[place](TOO_MANY), "body")
    assert admitted(BODIES[place](ALLOWED))


@pytest.mark.parametrize("place", HEADERS)
def test_headers_with_too_long_a_run_are_a_dead_letter_and_at_the_limit_are_not(place: str) -> None:
    refused(structured(event(), HEADERS[place](TOO_MANY)), "headers")
    refused(structured(event(), HEADERS[place](TOO_MANY)), "headers")
    assert admitted(structured(event(), HEADERS[place](ALLOWED)))


@pytest.mark.parametrize("subject", ["source", "id", "subject", "type"])
def test_an_attribute_with_too_long_a_run_is_refused_in_both_modes(subject: str) -> None:
    said = event(**{subject: f"hscv.{TOO_MANY}"})
    refused(structured(said), "body")
    refused(binary(said), "headers")


def test_of_an_event_that_is_not_declared_normal_only_a_record_is_left() -> None:
    said = event(data={"content": TOO_MANY})
    unestablished(structured(without(said, "secrecy")))
    unestablished(structured({**said, "secrecy": TOO_MANY}))
    unestablished(structured(said, {"secrecy": TOO_MANY}))
    unestablished(structured(said, {f"secrecy{TOO_MANY}": "odd"}))


def test_marks_of_every_language_within_the_limit_pass() -> None:
    for text in (
        normalize("NFD", "Phòng Tài chính – Kế hoạch, Ủy ban nhân dân huyện Yên Thế" * 50),
        "क्षत्रिय" * 200,
        "บันทึกข้อความที่" * 200,
        "Z" + "\u0300" * 28 + "\u0323" + "ͤ",
        "👩‍👩‍👧‍👦" * 400,
    ):
        assert admitted(with_data(content=text[:2000]))


HOSTILE: dict[str, Callable[[], Message]] = {
    "marks": lambda: with_data(content="a" + "\u0301\u0323" * (MEGABYTE // 5)),
    "marks in a key": lambda: with_data(**{"\u0301\u0323" * (MEGABYTE // 5): 1}),
    "escaped marks": lambda: structured(escaped("\u0301\u0323" * (MEGABYTE // 13))),
    "decomposed into marks": lambda: with_data(content="\u0f73\u0f75" * (MEGABYTE // 7)),
    "at the limit": lambda: with_data(
        content=("a" + "\u0315\u0300\u0323" * (MOST_MARKS // 3)) * (MEGABYTE // 65)
    ),
    "jamo": lambda: with_data(content="\u1100\u1161\u11a8" * (MEGABYTE // 10)),
    "marks in the secrecy": lambda: structured(event(secrecy="\u0301\u0323" * (MEGABYTE // 5))),
    "marks in a header": lambda: structured(event(), {"x": "\u0301\u0323" * 60_000}),
    "marks in a header's name": lambda: structured(event(), {"é\u0301\u0323" * 60_000: "x"}),
    "brackets in a text": lambda: with_data(content="[" * (MEGABYTE - 1000)),
    "texts that begin like JSON": lambda: with_data(content=['{"\\'] * (MEGABYTE // 12)),
    "texts that begin like JSON that speaks": lambda: with_data(
        content=['{"secrecy"'] * (MEGABYTE // 16)
    ),
    "a text that is JSON": lambda: with_data(x=json.dumps([[{"a": "["}]] * (MEGABYTE // 24))),
    "a text that ends like no JSON": lambda: with_data(x="[" + "1," * (MEGABYTE // 3)),
    "many empty lists": lambda: with_data(x=[[]] * (MEGABYTE // 5)),
    "many keys": lambda: with_data(**{f"k{number}": 1 for number in range(MEGABYTE // 16)}),
    "long numbers": lambda: with_data(x=[10**4200] * 240),
    "a long fraction": lambda: structured(
        as_json(event(x="F")).replace(b'"F"', b"0." + b"1" * (MEGABYTE - 1000))
    ),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_megabyte_is_judged_within_a_second_whatever_is_in_it(hostile: str) -> None:
    message = HOSTILE[hostile]()
    taken = []
    for _ in range(3):  # what else runs on the machine costs caches
        begun = process_time()
        verdict(message)
        inspect_headers(message)
        taken.append(process_time() - begun)
    assert min(taken) < 1


def test_what_the_headers_alone_say_is_told_in_time() -> None:
    found = inspect_headers(structured(b"", {**NORMAL_HEADER, "x": TOO_MANY}))
    assert isinstance(found, Malformed)
    assert isinstance(inspect_headers(structured(b"", {"x": TOO_MANY})), Unestablished)
