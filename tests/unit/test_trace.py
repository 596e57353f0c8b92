"""What an obligation keeps of its dates: one list of keys, which code and document share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import GenericAlias
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest
import yaml  # type: ignore[import-untyped]
from dondoc.rules import trace
from dondoc.rules.obligations import Obligation
from dondoc.rules.trace import COMING_OUT, Trace
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from support.legal_cases import case_files, read_cases
from support.sample import sample_law, sample_streams
from support.stories import SINCE, THROUGH, every_obligation

DOCUMENT = yaml.safe_load(
    (Path(__file__).parents[2] / "docs" / "asyncapi.yaml").read_text(encoding="utf-8")
)
SCHEMAS: Mapping[str, Any] = DOCUMENT["components"]["schemas"]
TRACED = {
    name: value
    for name, value in vars(trace).items()
    if is_typeddict(value) and not name.startswith("_")
}


def typed(hint: Any) -> Iterator[str]:
    """The TypedDicts that *hint* is made of."""
    if is_typeddict(hint):
        yield hint.__name__
    if isinstance(hint, GenericAlias):
        for each in get_args(hint):
            yield from typed(each)


def referred(schema: Any) -> Iterator[str]:
    """The schemas of TypedDicts that *schema* refers to."""
    if isinstance(schema, Mapping):
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name in TRACED:
            yield name
        for each in schema.values():
            yield from referred(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from referred(each)


@pytest.mark.parametrize("name", TRACED)
def test_code_and_document_name_the_same_keys(name: str) -> None:
    hints = get_type_hints(TRACED[name])
    properties = SCHEMAS[name]["properties"]
    assert hints.keys() == properties.keys()
    for key, hint in hints.items():
        assert list(typed(hint)) == list(referred(properties[key])), key


def strict() -> Draft7Validator:
    """The document's schema of a trace, which forgives no key that it does not name."""
    closed = json.loads(json.dumps(SCHEMAS))
    for name in TRACED:
        closed[name]["additionalProperties"] = False
    return Draft7Validator(
        {"$ref": "#/components/schemas/Trace", "components": {"schemas": closed}}
    )


def everything_owed() -> Iterator[Obligation]:
    yield from every_obligation()
    for path in case_files():
        for case in read_cases(path):
            for projection in case.projections(case.events):
                yield from projection.obligations
    law = sample_law()
    for stream, history in list(sample_streams().items())[::10]:
        yield from law.project(stream, history, SINCE, THROUGH).obligations


def test_every_trace_has_no_key_that_is_not_promised_and_every_promise_is_kept_by_some() -> None:
    promised = strict()
    seen: set[str] = set()
    for obligation in everything_owed():
        told = json.loads(json.dumps(obligation.trace))
        assert list(promised.iter_errors(told)) == [], obligation
        seen |= told.keys()
    assert seen == Trace.__optional_keys__


def test_what_tells_the_end_is_part_of_a_trace() -> None:
    assert Trace.__optional_keys__ > COMING_OUT
