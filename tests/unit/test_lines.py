"""A message and its line are the same message, whatever is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dondoc.connector.lines import (
    LineError,
    LineMessage,
    Publishable,
    from_line,
    key_of,
    read_lines,
    to_line,
)
from dondoc.sample.generator import generate
from hypothesis import given
from hypothesis import strategies as st

STRUCTURED = "application/cloudevents+json"


def parts(message: Publishable) -> tuple[object, ...]:
    said = message.body, message.content_type, message.content_encoding, message.routing_key
    return *said, dict(message.headers)


def test_every_message_of_the_sample_comes_back_from_its_line() -> None:
    for message in generate():
        line = to_line(message)
        assert "\n" not in line
        assert parts(from_line(line + "\n")) == parts(message)


@given(
    body=st.one_of(st.binary(), st.text().map(lambda text: text.encode(errors="replace"))),
    content_type=st.sampled_from([STRUCTURED, "application/json", ""]),
    headers=st.dictionaries(
        st.text(max_size=60),
        st.one_of(st.text(), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none()),
        max_size=2,
    ),
    key=st.sampled_from([None, "", "document.issued"]),
    encoding=st.sampled_from([None, "", "gzip"]),
)
def test_any_message_comes_back_from_its_line(
    body: bytes,
    content_type: str,
    headers: dict[str, str | int | None],
    key: str | None,
    encoding: str | None,
) -> None:
    message = LineMessage(body, content_type, headers, key, encoding)
    line = to_line(message)
    assert "\n" not in line
    assert parts(from_line(line)) == parts(message)


def test_a_structured_event_is_its_own_line() -> None:
    event = '{"specversion":"1.0","type":"hscv.task.accepted","data":{"task_id":"1"}}'
    message = LineMessage(event.encode())
    assert to_line(message) == event
    assert from_line(event) == message
    assert message.routing_key == "task.accepted"


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ('{"amqp": {"body_base64": "AA=="', "is not JSON"),
        ('{"amqp": []}', "must be an object of body_base64, content_type, headers, routing_key"),
        ('{"amqp": {"body_base64": "AA=="}}', "must be an object of"),
        (
            '{"amqp": {"body_base64": "?", "content_type": "", "headers": {}, "routing_key": ""}}',
            "must be text in base64",
        ),
        (
            '{"amqp": {"body_base64": 1, "content_type": "", "headers": {}, "routing_key": ""}}',
            "must be text in base64",
        ),
        (
            '{"amqp": {"body_base64": "", "content_type": 1, "headers": {}, "routing_key": ""}}',
            '"content_type" must be text',
        ),
        (
            '{"amqp": {"body_base64": "", "content_type": "", "headers": [], "routing_key": ""}}',
            '"headers" must be an object',
        ),
        (
            '{"amqp":{"body_base64":"","content_type":"","headers":{"a":[]},"routing_key":""}}',
            '"headers" must be an object',
        ),
    ],
)
def test_a_wrong_wrapper_is_refused_with_its_file_and_line(line: str, mend: str) -> None:
    with pytest.raises(LineError) as refused:
        list(read_lines(["\n", line], "events.jsonl"))
    assert str(refused.value).startswith("events.jsonl:2: ")
    assert mend in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "mend"),
    [
        ({"headers": {"a": 1.5}}, "whole numbers of 64 bits"),
        ({"headers": {"a": 2**63}}, "whole numbers of 64 bits"),
        ({"headers": {"a": "\ud800"}}, "UTF-8 texts"),
        ({"headers": {"ở" * 86: 1}}, "at most 255 bytes"),
        ({"headers": {"\ud800": 1}}, "must be UTF-8"),
        ({"content_type": "a" * 256}, '"content_type" must be UTF-8 of at most 255 bytes'),
        ({"routing_key": "a" * 256}, '"routing_key" must be UTF-8 of at most 255 bytes'),
    ],
)
def test_what_no_message_can_carry_is_refused_before_it_is_sent(
    changed: dict[str, object], mend: str
) -> None:
    amqp = {"body_base64": "", "content_type": "", "headers": {}, "routing_key": ""} | changed
    with pytest.raises(LineError, match=mend):
        from_line(json.dumps({"amqp": amqp}))


def test_a_line_that_is_no_json_reaches_the_guard_byte_for_byte(tmp_path: Path) -> None:
    body = b'{"specversion": "1.0", \xff\x00 "'
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"  \n" + body + b"\r\n\n")
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        [(place, message)] = read_lines(lines, path.name)
    assert place == "events.jsonl:2"
    assert message.body == body
    assert message.routing_key == ""


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"type": ' + b"1" * 5_000 + b"}",
        b'{"type": 5}',
        b"[]",
        b'{"type": "hscv.' + b"a" * 300 + b'"}',
    ],
    ids=["deep", "digits", "number", "list", "long"],
)
def test_a_routing_key_that_cannot_be_found_is_empty(body: bytes) -> None:
    assert key_of(body) == ""


@pytest.mark.parametrize("harmful", ["\x1b[31m", "\x9b", "\u202e", "\u200b", "\u3164", "\t"])
def test_what_does_something_to_a_terminal_is_no_line_of_its_own(harmful: str) -> None:
    event = f'{{"type":"hscv.task.accepted", "data":{{"task_id":"Đ\u00a0{harmful}"}}}}'
    message = LineMessage(event.encode())
    assert to_line(message).isascii()
    assert parts(from_line(to_line(message))) == parts(message)
    plain = LineMessage(event.replace(harmful, "").encode())
    assert to_line(plain) == plain.body.decode()
