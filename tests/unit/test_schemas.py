"""The JSON Schemas of the data files say what the readers say, and are made from them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.file_faults import faults_of
from dondoc.rules.places import FileError
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from schemas import AGAIN, KINDS, ROOT, Kind, as_json, path_of, text, unread

SHAPE = (
    *("must be a table", "must be a list", "must be a text that is not empty", "must be one of"),
    *("must be a whole number from", "must be true or false", "is not known here", "is missing"),
)
"""How a refusal begins that is a matter of keys and kinds alone."""
BY_ANOTHER = {"dialect": "is missing"}
"""What depends on another key: what must be there, on a dialect's format and an event's type."""
MOST = 0.75
"""How much of what is refused for its shape a schema has to see; what is wrong with others depends
on what another key says ("days" is needed where "kind" counts days), or on names of the file."""


def validator(kind: Kind) -> Draft7Validator:
    made = json.loads(path_of(kind).read_text("utf-8"))
    Draft7Validator.check_schema(made)
    return Draft7Validator(made)


def wrong(kind: Kind, file: Path) -> list[str]:
    data = as_json(tomllib.loads(file.read_text("utf-8")))
    return [str(each.message) for each in validator(kind).iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_schema_is_what_the_readers_ask_for(kind: Kind) -> None:
    assert path_of(kind).read_text("utf-8") == text(kind), f"run {AGAIN}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_of_every_key_some_file_shows_what_it_holds(kind: Kind) -> None:
    assert unread(kind) == [], (
        "say it in a file of tests/fixtures, such as settings/good/every-key.toml"
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_file_that_is_accepted_is_valid(kind: Kind) -> None:
    for file in kind.good:
        assert wrong(kind, file) == [], file.name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_refused_for_its_shape_is_not_valid(kind: Kind) -> None:
    of_shape = list(_of_shape(kind))
    unseen = [fault for file, fault in of_shape if not wrong(kind, file)]
    assert len(of_shape) >= 5
    assert len(unseen) <= (1 - MOST) * len(of_shape), unseen
    assert not [fault for fault in unseen if "must be true or false" in fault], unseen


def _of_shape(kind: Kind) -> Iterator[tuple[Path, str]]:
    """The malformed files of *kind* whose first fault is one of shape, with that."""
    for file in kind.malformed:
        try:
            kind.read(file)
        except FileError as error:
            fault = faults_of(error)[0]
            # What the rules say against each other has no path.
            if fault.path and _is_of_shape(kind, fault):
                yield file, str(fault)


def _is_of_shape(kind: Kind, fault: FileError) -> bool:
    elsewhere = BY_ANOTHER.get(kind.name, "\n")
    return fault.problem.startswith(SHAPE) and not fault.problem.startswith(elsewhere)


OTHERWISE: tuple[Any, ...] = (
    5,
    -1,
    2.5,
    True,
    "?",
    [],
    ["?"],
    [5],
    {},
    {"?": 5},
)
"""What may stand where something else should; a date is a text to an editor."""


CHANGED = {"every-key", "one-of-each", "carried", "edxml"}
"""The files that are changed."""


def _changed(value: Any) -> Iterator[Any]:
    """*value* with one thing in it, or itself, another: a value of another kind, a key more."""
    for other in OTHERWISE:
        if type(other) is not type(value) or other != value:
            yield other
    if isinstance(value, dict):
        yield {**value, "khong_co": 1}
        for key, inside in value.items():
            yield from ({**value, key: each} for each in _changed(inside))
    elif isinstance(value, list):
        for at, inside in enumerate(value[:2]):
            yield from ([*value[:at], each, *value[at + 1 :]] for each in _changed(inside))


def written(data: dict[str, Any]) -> str:
    """*data* as TOML, each key of the top on a line."""
    return "".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in data.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inside = (f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{{', '.join(inside)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


@pytest.mark.parametrize("name", ["dialect", "settings"])
def test_a_value_of_another_kind_is_refused_by_reader_and_schema_alike(
    name: str, tmp_path: Path
) -> None:
    kind = next(each for each in KINDS if each.name == name)
    of_kind = validator(kind)
    (tmp_path / "broker-url").write_text("amqp://127.0.0.1/", "utf-8")
    file = tmp_path / "changed.toml"
    unseen, refused = set(), 0
    for good in (each for each in kind.good if each.stem in CHANGED):
        for data in _changed(tomllib.loads(good.read_text("utf-8"))):
            if not isinstance(data, dict):
                continue
            file.write_text(written(data), "utf-8")
            try:
                kind.read(file)
            except FileError as error:
                fault = faults_of(error)[0]
                if fault.path and _is_of_shape(kind, fault):
                    refused += 1
                    if of_kind.is_valid(as_json(data)):
                        unseen.add(str(fault))
    assert refused > 100
    assert not unseen


def test_every_key_of_a_regulation_stands_on_its_page() -> None:
    made = json.loads(path_of(KINDS[0]).read_text("utf-8"))
    page = (ROOT / "docs" / "regulation-file.md").read_text("utf-8")
    written = {word for code in re.findall(r"`[^`\n]+`", page) for word in re.findall(r"\w+", code)}
    assert {key for key in _keys(made) if key not in written} == set()


def _keys(made: Any) -> Iterator[str]:
    if isinstance(made, dict):
        yield from made.get("properties", {})
        made = list(made.values())
    for each in made if isinstance(made, list) else ():
        yield from _keys(each)
