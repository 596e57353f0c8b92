"""The JSON Schemas of the data files say what the readers say, and are made from them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.file_faults import faults_of
from dondoc.rules.places import FileError
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from schemas import AGAIN, KINDS, Kind, as_json, path_of, text, unread

SHAPE = (
    *("must be a table", "must be a list", "must be a text that is not empty", "must be one of"),
    *("must be a whole number from", "must be true or false", "is not known here", "is missing"),
)
"""How a refusal begins that is a matter of keys and kinds alone."""
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
    assert unread(kind) == [], "say it in a file of the tests, such as regulations/every-key.toml"


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
        data: Any = tomllib.loads(file.read_text("utf-8"))
        try:
            kind.read(data, file.name)
        except FileError as error:
            fault = faults_of(error)[0]
            # What the rules say against each other has no path.
            if fault.path and fault.problem.startswith(SHAPE):
                yield file, str(fault)
