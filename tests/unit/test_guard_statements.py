"""A statement about secrecy counts however deep it stands and however it is wrapped (Điều 5.2)."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from dondoc.connector.contract.guard import (
    Admitted,
    Message,
    Secret,
    inspect_headers,
    secrecy_change,
)
from dondoc.connector.contract.headers import UNREAD, HeaderTable, read_table
from dondoc.connector.contract.statements import speaks_of_secrecy
from support.hscv import (
    DATA,
    LIMITS,
    NORMAL_HEADER,
    STRUCTURED,
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
from support.pages import ROOT

CASES = ROOT / "tests" / "fixtures" / "cases"


def case(name: str) -> Message:
    """document.json with the headers of a case."""
    (headers,) = CASES.glob(f"{name}*.hdr")
    table = read_table(bytes.fromhex(headers.read_text()))
    return Message((CASES / "document.json").read_bytes(), STRUCTURED, table)


def nested(levels: int, innermost: Any) -> Any:
    for level in range(levels):
        innermost = {"x": innermost} if level % 2 else [innermost]
    return innermost


def wrapped(value: Any, times: int) -> Any:
    for _ in range(times):
        value = json.dumps(value)
    return value


@pytest.mark.parametrize(("name", "level"), [("03a", "tuyetmat"), ("03b", "mat"), ("04", "mat")])
def test_a_level_in_a_table_a_list_or_a_header_given_twice_makes_the_event_secret(
    name: str, level: str
) -> None:
    assert verdict(case(name)) == Secret(level)
    assert inspect_headers(case(name)) == Secret(level)


def test_a_void_in_a_table_is_a_doubt() -> None:
    unestablished(case("03c"))


@pytest.mark.parametrize("levels", [1, 2, 7, 31, 2000])
def test_a_statement_counts_at_any_depth_of_the_headers(levels: int) -> None:
    for name in ("secrecy", "doc_secrecy", "X-Secrecy"):
        for value, level in (("mat", "mat"), (b"toimat", "toimat")):
            headers = {**NORMAL_HEADER, "x": nested(levels, {name: value})}
            assert verdict(structured(event(), headers)) == Secret(level)
            assert verdict(binary(event(), **headers)) == Secret(level)
            assert inspect_headers(structured(event(), headers)) == Secret(level)
        for doubt in (None, b"\xff", "Normal", 1, UNREAD, {"level": "mat"}, ["mat"]):
            headers = {**NORMAL_HEADER, "x": nested(levels, {name: doubt})}
            unestablished(structured(event(), headers))
            unestablished(binary(event(), **headers))
            unestablished(structured(b"no JSON", headers))


def test_a_normal_statement_deep_in_the_headers_takes_nothing_away_and_gives_nothing() -> None:
    headers = {"trace": {"secrecy": "normal"}}
    assert admitted(structured(event(), headers))
    unestablished(structured(without(event(), "secrecy"), headers))


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_header_given_twice_the_stricter_counts_whichever_comes_last(order: int) -> None:
    def said(*values: Any) -> HeaderTable:
        pairs = [("cloudEvents_secrecy", value) for value in values]
        return HeaderTable([("x", HeaderTable(pairs[::order])), *pairs[::order]])

    assert verdict(structured(event(), said("normal", "mat", "toimat"))) == Secret("toimat")
    unestablished(structured(event(), said("normal", "odd")))
    unestablished(structured(event(), said("normal", None)))
    assert admitted(structured(event(), said("normal", "normal")))


def test_what_could_not_be_read_of_the_headers_is_a_doubt() -> None:
    for unread in (HeaderTable([("", UNREAD)]), {"x": nested(3, UNREAD)}):
        unestablished(structured(event(), unread))
        unestablished(
            structured(b"no JSON", HeaderTable([*NORMAL_HEADER.items(), *unread.items()]))
        )


def test_an_attribute_given_twice_is_refused_and_changes_no_secrecy() -> None:
    change = event("document.secrecy_changed", secrecy="mat", data={"level": "mat"})
    headers = list(binary(change).headers.items())
    body = as_json(change["data"])

    def found(*more: tuple[str, object]) -> tuple[str, str] | None:
        return secrecy_change(
            Message(body, "application/json", HeaderTable([*headers, *more])), LIMITS
        )

    assert found() == found(("cloudEvents_subject", "VB-1")) == ("VB-1", "mat")
    assert found(("cloudEvents_subject", "VB-2")) is None
    assert found(("", UNREAD)) is None
    twice = HeaderTable([*binary(event()).headers.items(), ("cloudEvents_subject", "VB-2")])
    assert malformed(Message(as_json(event()["data"]), "application/json", twice)).path == "subject"


# Text that is JSON


def test_data_as_a_text_and_data_base64_are_as_the_contract_says() -> None:
    line = (CASES / "05a-data-as-string.jsonl").read_bytes()
    assert verdict(structured(line)) == Secret("mat")
    line = (CASES / "05b-data_base64.jsonl").read_bytes()
    assert "data_base64" in unestablished(structured(line)).reason


PLACES: dict[str, Callable[[str], Message]] = {
    "data": lambda text: structured(event(data=text)),
    "the whole body": lambda text: Message(as_json(text), "application/json", NORMAL_HEADER),
    "a listed field": lambda text: structured(
        event(data={**DATA["task.assigned"], "content": text})
    ),
    "a field that is not listed": lambda text: structured(
        event(data={**DATA["task.assigned"], "x": nested(4, text)})
    ),
    "an attribute": lambda text: structured(event(x=text)),
    "a header": lambda text: structured(event(), {"x": text}),
    "a header of bytes": lambda text: structured(event(), {"x": text.encode()}),
    "a header deep inside": lambda text: binary(event(), x=nested(5, text)),
}
SAID = {"a": [1, {"doc_secrecy": "mat"}]}
WRAPPINGS: dict[str, str] = {
    "once": json.dumps(SAID),
    "twice": wrapped(SAID, 2),
    "four times": wrapped(SAID, 4),
    "in a list": json.dumps([SAID]),
    "behind blanks and a byte order mark": "\ufeff \n\t" + json.dumps(SAID, indent=1),
    "with more behind it": json.dumps(SAID) + "\n{}",
    "with raw line feeds in its texts": '{"a": "\n", "secrecy": "mat"}',
    "with a number that no Python converts": '{"a": %s, "secrecy": "mat"}' % ("9" * 5000),
    "with what JSON does not know": '{"a": NaN, "secrecy": "mat"}',
    "escaped": '{"\\u0073ecrecy": "mat"}',
    "given twice": '{"secrecy": "mat", "secrecy": "normal"}',
    "before what is broken": '[{"secrecy": "mat"}, }',
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_level_in_a_text_that_is_json_makes_the_event_secret(place: str, wrapping: str) -> None:
    text = WRAPPINGS[wrapping]
    assert verdict(PLACES[place](text)) == Secret("mat")
    unestablished(PLACES[place](text.replace("mat", "odd")))


def test_a_text_that_is_escaped_letter_by_letter_is_read_too() -> None:
    text = "".join(f"\\u{ord(letter):04x}" for letter in json.dumps(SAID))
    body = as_json(event(data={"content": "CONTENT"})).replace(b"CONTENT", text.encode())
    assert verdict(structured(body)) == Secret("mat")


def test_a_text_that_is_json_beyond_what_is_read_is_a_doubt() -> None:
    text = "[" * 100_000 + '{"secrecy": "mat"}' + "]" * 100_000
    unestablished(structured(event(data={**DATA["task.accepted"], "x": text})))


@pytest.mark.parametrize(
    "text", ["[Khẩn] báo cáo", "{x}", '{"secrecy: mat', '"secrecy": "mat"', "[" * 500, '{"a": 1}']
)
def test_a_text_that_only_looks_like_json_states_nothing(text: str) -> None:
    data = {**DATA["task.assigned"], "content": text}
    assert admitted(structured(event(data=data))).data["content"] == text


@pytest.mark.parametrize(
    "text",
    [
        '{} {"secrecy": "mat"}',
        '{"secrecy": "mat",}',
        '{"secrecy": "mat"',
        '\u00a0{"secrecy": "mat"}',
        '\x1e{"secrecy": "mat"}',
        "{'secrecy': 'mat'}",
        "<vb secrecy='mat'/>",
    ],
)
def test_a_text_in_place_of_data_that_nobody_reads_is_a_doubt_where_it_speaks_of_secrecy(
    text: str,
) -> None:
    unestablished(structured(event(data=text)))
    unestablished(structured(event(data=text), NORMAL_HEADER))
    unestablished(binary(event(data=text)))


def test_data_base64_of_whatever_it_holds_is_a_doubt_and_null_is_none() -> None:
    values: tuple[Any, ...] = (b64encode(b'{"secrecy": "mat"}').decode(), "", "%", 5, {}, False)
    for value in values:
        for data in (DATA["task.assigned"], None):
            unestablished(structured(event(data=data, data_base64=value), NORMAL_HEADER))
    assert verdict(structured(event(secrecy="mat", data_base64="e30="))) == Secret("mat")
    assert admitted(structured(event(data_base64=None)))


def test_a_change_of_secrecy_takes_effect_whatever_is_wrapped_in_it() -> None:
    change = event("document.secrecy_changed", data=json.dumps({"secrecy": "mat"}))
    assert admitted(structured(change)).data == {"level": "tuyetmat"}
    body = as_json({**change, "data_base64": "e30="})
    assert secrecy_change(structured(body), LIMITS) == ("VB-1", "tuyetmat")
    twice = with_key_twice(body, b"x", b'"{\\"secrecy\\": \\"mat\\"}"')
    assert not isinstance(verdict(structured(twice)), Admitted)


# Names


@pytest.mark.parametrize(
    "name",
    [
        "SECRECY",
        "ｓｅｃｒｅｃｙ",
        "ＤｏｃＳｅｃｒｅｃｙ",
        "sec\u200brecy",
        "se\u00adcrecy",
        "\ufeffsecrecy",
        "sec\u2060recy\u200d",
        "\u017fecrecy",
        "𝐬𝐞𝐜𝐫𝐞𝐜𝐲",
        "độ_secrecy",
    ],
)
def test_a_name_speaks_of_secrecy_in_any_spelling(name: str) -> None:
    assert speaks_of_secrecy(name)
    data = {**DATA["task.assigned"], name: "mat", "Độ khẩn": "hoả tốc"}
    assert verdict(structured(event(data=data))) == Secret("mat")
    assert verdict(structured(event(), {name: "toimat"})) == Secret("toimat")


@pytest.mark.parametrize("said", ["MAT ", "Mật", "TUYỆT MẬT", "tối mật", "mat\u200b", "ｍａｔ"])
def test_a_level_as_officials_write_it_is_a_doubt(said: str) -> None:
    unestablished(structured(event(data={"doc_secrecy": said})))
    unestablished(structured(event(), {"x": [{"Độ_secrecy": said}]}))
