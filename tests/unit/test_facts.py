"""Every fact about an event's fields stands once, and none of them could go unnoticed.

docs/asyncapi.yaml, written by hand for integrators, says the same in its own words; whatever is
taken out of the table of `rules.event_types` differs from it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from dondoc.connector.contract.data.derived_schemas import SCHEMAS
from dondoc.rules import streams
from dondoc.rules.event_facts import OPTIONAL_TEXTS
from dondoc.rules.event_types import EVENT_TYPES, OF_LATER_TYPES
from dondoc.rules.events import streams_of
from dondoc.rules.fields import Field, Kind
from dondoc.rules.reminding.text import REMINDER
from dondoc.rules.secrecy import LEVELS, NORMAL

ROOT = Path(__file__).parents[2]
DOCUMENT = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text("utf-8"))["components"][
    "schemas"
]

STREAMS = ("document", "feedback", "inspection", "petition", "reports")
"""The kinds of streams that people read about: each has its words in the texts."""

Table = Mapping[str, Mapping[str, Field]]
Said = dict[str, Any]

_NAMED: dict[str, Said] = {
    "Text": {"kind": {Kind.TEXT}},
    "TextOrNumber": {"kind": {Kind.TEXT}, "number": True},
    "Line": {"kind": {Kind.LINE}},
    "Body": {"kind": {Kind.BODY}},
    "Identifier": {"kind": {Kind.TASK, Kind.REQUEST}},
    "IdentifierOrNumber": {"kind": {Kind.TASK, Kind.REQUEST, Kind.BODY}, "number": True},
    "ReportName": {"kind": {Kind.REPORT}},
    "Date": {"kind": {Kind.DAY}},
    "PastDate": {"kind": {Kind.DAY}, "past": True},
    "DateOrNull": {"kind": {Kind.DAY}, "nullable": True},
    "Period": {"kind": {Kind.PERIOD}},
    "RecurrenceOrNull": {"kind": {Kind.RECURRENCE}, "nullable": True},
    "Count": {"kind": {Kind.COUNT}},
    "Leads": {"kind": {Kind.LEADS}},
    "Registered": {"kind": {Kind.REGISTERED}},
}


PARTS = ("commands", "connector", "mail", "metrics", "reports", "rules", "sample", "storage")


def sources() -> list[Path]:
    return sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py"))


def said_of(schema: Mapping[str, Any]) -> Said:
    """What the document says of a field, in the words of the table."""
    for part in (schema, *schema.get("allOf", ())):
        name = part.get("$ref", "").rpartition("/")[2]
        if name in _NAMED:
            return _NAMED[name]
        if name.endswith("Fields"):
            return {"kind": {Kind.CORRECTIONS}, "fields": said_of_all(DOCUMENT[name])}
        if name:
            return said_of(DOCUMENT[name])
    if "enum" in schema:
        return {"kind": {Kind.CHOICE}, "values": set(schema["enum"])}
    if schema["type"] == "array":
        return {**said_of(schema["items"]), "least": schema.get("minItems", 0)}
    kind = {"boolean": Kind.FLAG, "integer": Kind.YEAR}[schema["type"]]
    return {"kind": {kind}}


def said_of_all(schema: Mapping[str, Any]) -> dict[str, Said]:
    """What the document says of the fields of an event's data."""
    found: dict[str, Said] = {}
    for part in schema.get("allOf", ()):
        found |= said_of_all(DOCUMENT[part["$ref"].rpartition("/")[2]])
    for name, each in schema.get("properties", {}).items():
        before = {fact: value for fact, value in found.get(name, {}).items() if fact == "required"}
        found[name] = before | said_of(each)
    for name in schema.get("required", ()):
        found[name] = {**found[name], "required": True}
    either = [name for part in schema.get("anyOf", ()) for name in part["required"]]
    if either:
        found[either[0]] = {**found[either[0]], "unless": either[1]}
    return found


SAID = {type_: said_of_all(DOCUMENT[type(schema).__name__]) for type_, schema in SCHEMAS.items()}


def untold(at: str, fields: Mapping[str, Field], said: Mapping[str, Said]) -> Iterator[str]:
    """Where *fields*, of the data of *at*, are not what the document has *said*."""
    yield from (f"{at}.{name}: in one of the two alone" for name in fields.keys() ^ said.keys())
    for name in fields.keys() & said.keys():
        field, told = fields[name], said[name]
        same = (
            field.kind in told["kind"]
            and field.required == told.get("required", False)
            and field.unless == told.get("unless")
            and field.nullable == told.get("nullable", False)
            and set(field.values) == told.get("values", set())
            and field.least == told.get("least")
            and field.past == told.get("past", False)
        )
        if not same:
            yield f"{at}.{name}: {field} is not {told}"
        # A task's body acts wherever it must be named; where it need not be, it is spoken of.
        spoken_of = at.startswith("task.") and name == "body" and "required" not in told
        if field.about != spoken_of:
            yield f"{at}.{name}: acts, or is spoken of?"
        if field.party != (name in REMINDER.get(f"reminder.matter.{at.partition('.')[0]}", ())):
            yield f"{at}.{name}: is a reminder to name it?"
        if field.kind is Kind.CORRECTIONS:
            yield from untold(f"{at}.{name}", field.fields, told.get("fields", {}))
            numbers = {one for one, each in told.get("fields", {}).items() if "number" in each}
            first = OPTIONAL_TEXTS.get(field.corrects or "", frozenset())
            if first & field.fields.keys() != numbers:
                yield f"{at}.{name}: numbers are read as text in {numbers}"


def problems(table: Table) -> list[str]:
    """Where *table* is not what the document says."""
    return [
        *(f"{type_}: in one of the two alone" for type_ in table.keys() ^ SAID.keys()),
        *(
            problem
            for type_ in table.keys() & SAID.keys()
            for problem in untold(type_, table[type_], SAID[type_])
        ),
    ]


def without(fields: Mapping[str, Field], at: str = "") -> Iterator[tuple[str, dict[str, Field]]]:
    """*fields* without each of the facts about them, with the name of what is gone."""
    for name, field in fields.items():
        yield f"{at}{name}", {one: each for one, each in fields.items() if one != name}
        other = Kind.LINE if field.kind is not Kind.LINE else Kind.TEXT
        less = {"kind": replace(field, kind=other)}
        unset = Field(field.kind)
        for fact in (
            "required",
            "unless",
            "nullable",
            "least",
            "past",
            "about",
            "party",
            "corrects",
        ):
            if getattr(field, fact) != getattr(unset, fact):
                less[fact] = replace(field, **{fact: getattr(unset, fact)})
        if field.least:
            less["least one"] = replace(field, least=0)
        for value in field.values:
            rest = tuple(each for each in field.values if each != value)
            less[f"value {value}"] = replace(field, values=rest)
        for what, inner in without(field.fields):
            less[f"fields.{what}"] = replace(field, fields=inner)
        for fact, changed in less.items():
            yield f"{at}{name}: {fact}", {**fields, name: changed}


FACTS: list[tuple[str, Table]] = [
    *((type_, {k: v for k, v in EVENT_TYPES.items() if k != type_}) for type_ in EVENT_TYPES),
    *(
        (what, {**EVENT_TYPES, type_: fields})
        for type_, all_ in EVENT_TYPES.items()
        for what, fields in without(all_, f"{type_}.")
    ),
]


def test_the_table_is_what_the_contract_says() -> None:
    assert problems(EVENT_TYPES) == []


def test_there_are_facts_to_take_away() -> None:
    assert len(FACTS) > 400


@pytest.mark.parametrize(("what", "left"), FACTS, ids=[what for what, _ in FACTS])
def test_no_fact_about_a_field_can_go_unnoticed(what: str, left: Table) -> None:
    assert problems(left), f"without {what} the contract says the same"


def test_numbers_are_read_as_text_where_the_contract_says_so() -> None:
    for type_, said in SAID.items():
        assert OPTIONAL_TEXTS[type_] == {name for name, each in said.items() if "number" in each}


# Streams


def stream_problems() -> list[str]:
    """Where the kinds of streams are not those that people read about."""
    kinds = {streams.kind_of(type_) for type_ in EVENT_TYPES}
    own = {type_ for type_ in EVENT_TYPES if type_.startswith(streams.OF_DOCUMENTS)}
    of_documents = {type_ for type_ in EVENT_TYPES if type_.startswith(("document.", "task."))}
    return [str(each) for each in (kinds ^ set(STREAMS), own ^ of_documents) if each]


def test_the_kinds_of_streams_are_those_that_people_read_about() -> None:
    assert stream_problems() == []


@pytest.mark.parametrize("first", streams.KINDS)
def test_no_kind_of_stream_can_go_unnoticed(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left = {word: kind for word, kind in streams.KINDS.items() if word != first}
    monkeypatch.setattr(streams, "KINDS", left)
    monkeypatch.setattr(streams, "OF_DOCUMENTS", streams.beginnings(left, streams.DOCUMENTS))
    assert stream_problems()


def test_a_stream_key_is_made_of_its_parts_and_read_into_them() -> None:
    for kind, subject in (("document", "15"), ("reports", "PYT"), ("feedback", "a:b")):
        assert streams.parts_of(streams.key_of(kind, subject)) == (kind, subject)


KEY_BEGINS = tuple(f"{kind}:" for kind in STREAMS)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_stream_key_is_spelt_out_in_one_module_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not node.value.startswith(KEY_BEGINS), f"{path}:{node.lineno}: use key_of"


def test_of_a_later_type_all_that_decides_its_streams_is_read_and_nothing_else() -> None:
    names = {name for fields in EVENT_TYPES.values() for name in fields}
    deciding = {
        name
        for name in names
        for value in ("A", ["A"])
        if streams_of("report.later", "S", {name: value}, None)
        != streams_of("report.later", "S", {}, None)
    }
    assert OF_LATER_TYPES.keys() == deciding


# Secrecy


@pytest.mark.parametrize("gone", ["", *LEVELS, NORMAL])
def test_no_level_of_secrecy_can_go_unnoticed(gone: str) -> None:
    left = {NORMAL, *LEVELS} - {gone}
    said = set(DOCUMENT["EnvelopeSchema"]["properties"]["secrecy"]["enum"])
    assert (left == said) == (not gone)
