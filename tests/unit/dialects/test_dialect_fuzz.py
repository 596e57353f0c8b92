"""Whatever comes has an outcome, a secret word is never said, and no file makes the reader fail."""

from __future__ import annotations

import json
import random
import tomllib
from typing import Any
from unicodedata import normalize

import pytest
from dondoc.connector.contract.headers import UNREAD, HeaderTable
from dondoc.connector.contract.verdicts import Malformed, Message, Secret, Unestablished
from dondoc.connector.dialects.admitting import events_of
from dondoc.connector.dialects.files.dialect_file import KEYS, parse_dialect
from dondoc.connector.dialects.saying import EventsSaid, Nothing, Withdrawn
from dondoc.rules.file_faults import FileRefused
from hypothesis import given, settings
from hypothesis import strategies as st
from support.dialects import ARRIVAL, DOCS, LIMITS, documented, messages

QUICK = settings(max_examples=80, deadline=None, derandomize=True)
NAMES = ("congvan", "voffice", "rows", "outbox")
DIALECTS = {name: documented(name) for name in NAMES}
PLAIN = {
    name: [json.loads(each.body) for each in messages(name) if each.body != b"default"]
    for name in NAMES
}
SECRET = ("Mật", "Tối mật", "Tuyệt mật")
SECRET_KEYS = ("secrecy", "doMat", "do_mat", "Độ mật", "isSecret", "SecurityLevel", "classified")
CANARY = "Canary-9d1c"

names = [
    *("doMat", "do_mat", "Document", "SecurityLevel", "before", "after", "payload", "schema", "op"),
    *("specversion", "data", "maVanBan", "Assignments", "Hosts", "source", "ngay", "__op"),
]
keys = st.sampled_from(names) | st.text(max_size=6)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(
        ["Thường", "Mật", "0", "\ud800", "\0", "a" + "\u0301" * 40, "02/03/2026", CANARY]
    )
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
headers = st.dictionaries(keys, values | st.binary(max_size=4) | st.just(UNREAD), max_size=3).map(
    lambda pairs: HeaderTable(pairs.items())
)


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace")


def places(value: Any) -> list[dict[str, Any]]:
    """Every object in *value*, itself among them."""
    found, rest = [], [value]
    while rest:
        each = rest.pop()
        if isinstance(each, dict):
            found.append(each)
            rest += each.values()
        elif isinstance(each, list):
            rest += each
    return found


def outcome(dialect: Any, message: Message, *, normal: bool) -> Any:
    found = dialect.read(message, LIMITS, ARRIVAL, normal=normal)
    kinds = EventsSaid | Nothing | Withdrawn | Secret | Unestablished | Malformed
    assert isinstance(found, kinds)
    if isinstance(found, EventsSaid):
        events_of(found, b"", LIMITS)
    return found


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(st.binary(max_size=60) | values.map(encoded), headers, st.booleans(), st.text(max_size=9))
def test_any_message_has_an_outcome(
    name: str, body: bytes, table: HeaderTable, normal: bool, key: str
) -> None:
    message = Message(body, key or None, table, None, key)
    outcome(DIALECTS[name], message, normal=normal)


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(st.data(), values, st.booleans())
def test_a_message_with_something_else_in_it_has_an_outcome(
    name: str, data: st.DataObject, value: Any, normal: bool
) -> None:
    whole = json.loads(json.dumps(data.draw(st.sampled_from(PLAIN[name]))))
    place = data.draw(st.sampled_from(places(whole)))
    place[data.draw(st.sampled_from([*place, "x"]))] = value
    found = outcome(DIALECTS[name], Message(encoded(whole), None, {}), normal=normal)
    if not isinstance(found, EventsSaid | Withdrawn):
        assert CANARY not in repr(found)


def spelled(word: str, chance: random.Random) -> str:
    word = "".join(chance.choice((letter.upper(), letter.lower())) for letter in word)
    word = normalize(chance.choice(("NFC", "NFD", "NFKC", "NFKD")), word)
    word = word.replace(" ", chance.choice((" ", "  ", "\u00a0", "-", "_")))
    return chance.choice(("{}", " {}\t", "Độ mật: {}", "\u200b{}", "({})")).format(word)


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(st.data(), st.randoms(use_true_random=False))
def test_a_secret_word_in_any_spelling_at_any_depth_is_never_said(
    name: str, data: st.DataObject, chance: random.Random
) -> None:
    whole = json.loads(json.dumps(data.draw(st.sampled_from(PLAIN[name]))))
    place = data.draw(st.sampled_from(places(whole)))
    key = data.draw(st.sampled_from(SECRET_KEYS))
    said: Any = {key: spelled(data.draw(st.sampled_from(SECRET)), chance), "ghiChu": CANARY}
    for wrap in data.draw(st.lists(st.sampled_from("tlo"), max_size=3)):
        said = {"t": json.dumps(said), "l": [said], "o": {"x": said}}[wrap]
    place["kem"] = said
    escaped = data.draw(st.booleans())
    body = json.dumps(whole, ensure_ascii=escaped).encode()
    found = outcome(DIALECTS[name], Message(body, None, {}), normal=True)
    assert isinstance(found, Withdrawn | Secret | Unestablished), found
    assert CANARY not in repr(found)


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(st.data(), st.text(max_size=12))
def test_only_a_word_of_the_table_is_normal(name: str, data: st.DataObject, word: str) -> None:
    if name == "outbox":
        return
    dialect: Any = DIALECTS[name]
    whole = json.loads(json.dumps(data.draw(st.sampled_from(PLAIN[name]))))
    path = {"congvan": ["doMat"], "voffice": ["Document", "SecurityLevel"]}.get(name)
    holders = places(whole)
    for holder in holders if path is None else [whole if len(path) == 1 else whole[path[0]]]:
        key = path[-1] if path else "do_mat"
        if key in holder:
            holder[key] = word
    found = outcome(dialect, Message(encoded(whole), None, {}), normal=False)
    normal = word.strip().casefold() in ("thường", "0")
    assert normal or not isinstance(found, EventsSaid)


tables = st.recursive(
    scalars | st.sampled_from(["json", "debezium", "iso", "doMat", "task.accepted", "+07:00"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*KEYS, "type", "when", "fields", "path", "words", "each", "task_id"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def refused_or_made(data: Any) -> None:
    faults: tuple[str, ...] = ("x.toml",)
    try:
        parse_dialect(data, "x.toml", "0" * 64)
    except FileRefused as refused:
        faults = tuple(str(each) for each in refused.faults)
    assert faults
    assert all("\n" not in fault and fault.startswith("x.toml") for fault in faults)


@QUICK
@given(st.dictionaries(st.sampled_from(KEYS), tables, max_size=8))
def test_any_table_is_a_dialect_or_is_refused_in_lines(data: dict[str, Any]) -> None:
    refused_or_made(data)


@pytest.mark.parametrize("name", [*NAMES, "trucvanban"])
@QUICK
@given(st.data(), tables)
def test_a_file_with_something_else_in_it_is_a_dialect_or_is_refused(
    name: str, data: st.DataObject, value: Any
) -> None:
    whole = tomllib.loads((DOCS / f"{name}.toml").read_text(encoding="utf-8"))
    place = data.draw(st.sampled_from(places(whole)))
    place[data.draw(st.sampled_from([*place, "x"]))] = value
    refused_or_made(whole)
