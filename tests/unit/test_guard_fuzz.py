"""The guard against whatever may come: it never raises, never admits without "normal".

Hypothesis prints the example that fails; the profile is derandomised, so that a run can be
repeated.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dondoc.connector.contract.data.validation import validate
from dondoc.connector.contract.guard import Admitted, Malformed, Message, Secret, Unestablished
from dondoc.connector.contract.headers import UNREAD, HeaderTable, pairs_of
from dondoc.connector.contract.statements import speaks_of_secrecy, texts_in
from dondoc.rules.normalising import has_too_many_marks
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.envelopes import BinaryEnvelope, StructuredEnvelope
from support.hscv import BINARY, DATA, STRUCTURED, as_json, binary, event, structured, verdict

SECRECY_HEADERS = {"secrecy", "cloudEvents_secrecy", "cloudEvents:secrecy"}
LEVELS = ("mat", "toimat", "tuyetmat")
CANARY = "Canary-7f3a"
QUICK = settings(max_examples=300, deadline=None, derandomize=True)

names = st.sampled_from(
    ["secrecy", "Secrecy", "cloudEvents_secrecy", "cloudEvents:secrecy", "cloudEvents_id", "x"]
) | st.text(max_size=8)
said = st.sampled_from(["normal", "Normal", *LEVELS, b"normal", b"mat", b"\xff", None, 1, True])
header_values = st.recursive(
    said | st.text(max_size=5) | st.binary(max_size=5) | st.just(UNREAD),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(names | st.binary(max_size=3), inner), max_size=3).map(HeaderTable)
    ),
    max_leaves=6,
)
headers = st.dictionaries(names, header_values, max_size=4) | st.lists(
    st.tuples(names, header_values), max_size=5
).map(HeaderTable)
content_types = st.sampled_from(
    [STRUCTURED, BINARY, f"{STRUCTURED};charset=utf-8", None, "", "text/plain"]
)
# Half surrogates and marks are what text() seldom brings.
awkward = st.sampled_from(
    ["\ud800", "\0", "a" + "\u0301" * 40, "\uff53ecrecy", '{"secrecy": "mat"}']
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=10)
    | awkward
    | st.sampled_from(["normal", "mat", "2026-03-02", "2026-03-02T09:14:05Z", "1.0", "hscv.x"])
)
keys = (
    st.sampled_from(["secrecy", "id", "data", "level", "lead", "fields", "data_base64"])
    | st.text(max_size=6)
    | awkward
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)


def says_secret(message: Message) -> bool:
    """Whether any header of the contract's names says a secret level, at any depth."""
    return any(
        value == level or value == level.encode()
        for name, value in named_values(message.headers)
        if name in ("secrecy", "cloudEvents_secrecy", "cloudEvents:secrecy")
        for level in LEVELS
    )


def named_values(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every name and its value in tables within tables and lists."""
    if isinstance(value, Mapping):
        for name, inner in pairs_of(value):
            yield name, inner
            yield from named_values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named_values(inner)


def check(message: Message) -> None:
    """What must hold for every message."""
    found = verdict(message)
    assert isinstance(found, Admitted | Secret | Unestablished | Malformed)
    if says_secret(message):
        assert isinstance(found, Secret)
    if isinstance(found, Admitted | Malformed):
        values = [
            value.decode() if isinstance(value, bytes) else value
            for name, value in named_values(message.headers)
            if "secrecy" in str(name)
        ]
        if "normal" not in values or not SECRECY_HEADERS & message.headers.keys():
            assert json.loads(message.body)["secrecy"] == "normal"
        assert all(value == "normal" for value in values)
    if isinstance(found, Admitted):
        wrong = validate(found)
        assert wrong is None or isinstance(wrong, Malformed)


@QUICK
@given(st.binary(max_size=60), content_types, headers)
def test_any_bytes_have_an_outcome(
    body: bytes, content_type: str | None, headers: Mapping[str, Any]
) -> None:
    check(Message(body, content_type, headers))


@QUICK
@given(values, content_types, headers)
def test_any_json_has_an_outcome(
    value: Any, content_type: str | None, headers: Mapping[str, Any]
) -> None:
    check(Message(json.dumps(value).encode(), content_type, headers))


@QUICK
@given(st.sampled_from(sorted(DATA)), keys, values, content_types, headers)
def test_any_valid_event_with_one_thing_changed_has_an_outcome(
    type_: str, key: str, value: Any, content_type: str | None, headers: Mapping[str, Any]
) -> None:
    for changed in (event(type_, **{key: value}), event(type_, data={**DATA[type_], key: value})):
        check(Message(json.dumps(changed).encode(), content_type, headers))
        check(binary(changed, **headers))


@QUICK
@given(
    st.sampled_from(sorted(DATA)),
    st.sampled_from(LEVELS),
    st.lists(st.sampled_from(["list", "object", "text", "other"]), max_size=7),
    st.sampled_from(["data", "a header", "an attribute"]),
)
def test_a_level_said_anywhere_makes_the_event_secret(
    type_: str, level: str, around: list[str], place: str
) -> None:
    said: Any = {"Doc_Secrecy": level}
    for wrapping in around:
        said = {
            "list": [1, said],
            "object": {"x": said, "y": None},
            "text": json.dumps(said),
            "other": [{"secrecy": "normal"}, said],
        }[wrapping]
    changed = event(type_, data={**DATA[type_], "x": said if place == "data" else 1})
    if place == "an attribute":
        changed["x"] = said
    headers = {"x": said} if place == "a header" else {}
    secrecy_changed = type_ == "document.secrecy_changed" and place != "a header"
    for message in (structured(changed, headers), binary(changed, **headers)):
        found = verdict(message)
        assert found == Secret(level) or secrecy_changed, message


@QUICK
@given(st.data(), st.sampled_from(sorted(DATA)))
def test_any_valid_event_with_bytes_changed_has_an_outcome(data: st.DataObject, type_: str) -> None:
    body = bytearray(as_json(event(type_)))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    check(structured(bytes(body)))


@QUICK
@given(st.sampled_from(sorted(DATA)), values)
def test_no_reason_repeats_a_word_of_the_message(type_: str, value: Any) -> None:
    def marked(value: Any) -> Any:
        if isinstance(value, str):
            return CANARY + value
        if isinstance(value, dict):
            return {CANARY + name: marked(inner) for name, inner in value.items()}
        return [marked(inner) for inner in value] if isinstance(value, list) else value

    for name in DATA[type_]:
        data = {**DATA[type_], name: marked(value), CANARY: value}
        found = verdict(structured(event(type_, data=data)))
        if isinstance(found, Admitted):
            assert CANARY not in repr(validate(found))
        assert CANARY not in repr(found)


ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "secrecy", "sequence")
AWKWARD: tuple[Any, ...] = (None, "", " ", "x", 5, True, [], "a\n", "\x00")
HARD: Mapping[str, tuple[Any, ...]] = {
    "id": ("x" * 255, "x" * 256, "a\u0301" * 255, "a\u0301" * 256, "\x85a"),
    "type": ("hscv.", "hscv.x", "hscv", "HSCV.x"),
    "sequence": (0, -1, 2**63 - 1, 2**63, 1.0, "1", "01", "9" * 20),
    "time": (
        *(f"2026-03-02{rest}" for rest in ("", "T09:14:05Z", "T09:14:05", "t09:14:05.1z")),
        *(f"{year}-06-01T00:00:00+07:00" for year in ("0001", "1989", "1990", "2199", "2200")),
    ),
}


def assert_agreed(name: str, value: Any) -> None:
    """Guard and schema admit the same envelopes, in both modes."""
    changed = {**event(), name: value}
    assert isinstance(verdict(structured(json.dumps(changed).encode())), Admitted) == (
        not StructuredEnvelope().validate(changed) and changed["secrecy"] == "normal"
    )
    message = binary({**changed, "data": {}} if name == "data" else changed)
    assert isinstance(verdict(message), Admitted) == (
        not BinaryEnvelope().validate(message.headers) and changed["secrecy"] == "normal"
    )


def test_guard_and_envelope_schema_agree_on_what_is_known_to_be_hard() -> None:
    for name in ATTRIBUTES:
        for value in (*AWKWARD, *HARD.get(name, ())):
            assert_agreed(name, value)


def test_guard_and_envelope_schema_agree_on_what_is_missing() -> None:
    for name in ATTRIBUTES:
        left = {key: value for key, value in event().items() if key != name}
        required = name != "sequence"
        assert bool(StructuredEnvelope().validate(left)) == required
        assert isinstance(verdict(structured(left)), Admitted) != required
        assert bool(BinaryEnvelope().validate(binary(left).headers)) == required
        assert isinstance(verdict(binary(left)), Admitted) != required


@QUICK
@given(st.sampled_from((*ATTRIBUTES, "data", "other")), values)
@example("id", "\ud800")
def test_guard_and_envelope_schema_agree_on_anything(name: str, value: Any) -> None:
    # What is not JSON never gets as far as a schema.
    value = json.loads(json.dumps(value), parse_constant=lambda _: None)
    told = list(texts_in(value))
    if any(map(has_too_many_marks, told)):
        return  # which is of the message as a whole, and no schema's affair
    if name in ("data", "other") and any(map(speaks_of_secrecy, told)):
        return
    assert_agreed(name, value)
