"""What a regulation file may say, what is refused, and that the one that ships is whole."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.contract import SCHEMAS
from dondoc.connector.fields import Choice, Day, Flag, ListOf
from dondoc.rules.event_types import AUTHORITIES, dates_of, fields_of, values_of
from dondoc.rules.places import FileError
from dondoc.rules.regulation import Regulation
from dondoc.rules.regulation_checks import together
from dondoc.rules.regulation_file import parse_regulation
from marshmallow import Schema
from support.legal_cases import FIXTURES, REGULATION, regulation_data

MALFORMED = sorted((FIXTURES / "regulations" / "malformed").glob("*.toml"))


def shipped() -> Regulation:
    return parse_regulation(regulation_data(REGULATION), REGULATION)


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_malformed_regulation_is_refused_in_one_line_that_names_file_and_key(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = text.partition("\n")[0].removeprefix("# refused: ")
    with pytest.raises(FileError) as refused:
        parse_regulation(tomllib.loads(text), path.name)
    assert str(refused.value) == f"{path.name}: {expected}"


def test_there_are_malformed_regulations_to_refuse() -> None:
    assert len(MALFORMED) >= 80


@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.stem)
def test_a_refusal_of_a_rule_names_the_rule(path: Path) -> None:
    text = path.read_text("utf-8")
    expected = text.partition("\n")[0].removeprefix("# refused: ")
    places = ("rule[", "schedule.", "assigning", "in_force_", "id:", "rule:", "signed_on")
    assert expected.startswith(places)


def dated(first: str, last: str | None, regulation_id: str) -> tuple[Regulation, str]:
    data = regulation_data(REGULATION)
    data["id"], data["in_force_from"] = regulation_id, _day(first)
    if last is not None:
        data["in_force_to"] = _day(last)
    return parse_regulation(data, f"{regulation_id}.toml"), f"{regulation_id}.toml"


def _day(text: str) -> Any:
    return tomllib.loads(f"day = {text}")["day"]


def test_regulations_that_follow_each_other_are_each_the_law_of_their_days() -> None:
    old, new = dated("2015-05-22", "2026-06-30", "old"), dated("2026-07-01", None, "new")
    law = together([new, old])
    assert [each and each.id for each in (law.on(_day(text)) for text in DAYS)] == [
        None,
        "old",
        "old",
        "new",
    ]


DAYS = ("2015-05-21", "2015-05-22", "2026-06-30", "2026-07-01")


def test_regulations_in_force_on_one_day_are_refused() -> None:
    old, new = dated("2015-05-22", "2026-07-01", "old"), dated("2026-07-01", None, "new")
    with pytest.raises(FileError, match=r"^new.toml: in_force_from: new is in force from 2026-07"):
        together([old, new])


def test_a_regulation_without_an_end_leaves_no_day_for_the_next() -> None:
    old, new = dated("2015-05-22", None, "old"), dated("2026-07-01", None, "new")
    with pytest.raises(FileError, match=r"while old still is; give that one in_force_to"):
        together([new, old])


def test_two_regulations_with_one_id_are_refused() -> None:
    old, new = dated("2015-05-22", "2026-06-30", "one"), dated("2026-07-01", None, "one")
    with pytest.raises(FileError, match=r'^one.toml: id: another regulation has the id "one"'):
        together([old, new])


def fields_with(schema: Schema, kind: type) -> dict[str, Any]:
    """The fields of *schema* that are of *kind*, or lists of it, by their name in the data."""
    found = {}
    for name, field in schema.fields.items():
        inner = field.item if isinstance(field, ListOf) else field
        if isinstance(inner, kind):
            found[field.data_key or name] = inner
    return found


@pytest.mark.parametrize("type_", SCHEMAS)
def test_the_values_that_a_regulation_may_name_are_those_of_the_contract(type_: str) -> None:
    choices = {
        name: frozenset(field.values) for name, field in fields_with(SCHEMAS[type_], Choice).items()
    }
    flags = dict.fromkeys(fields_with(SCHEMAS[type_], Flag), frozenset({True, False}))
    listed = {name: values_of(type_, name) for name in fields_of(type_)}
    assert {name: values for name, values in listed.items() if values} == {**choices, **flags}


@pytest.mark.parametrize("type_", SCHEMAS)
def test_the_dates_that_a_regulation_may_count_on_are_always_there(type_: str) -> None:
    days = fields_with(SCHEMAS[type_], Day)
    assert dates_of(type_) == {name for name, field in days.items() if field.required} - {"due_on"}


def test_whoever_can_issue_a_document_can_be_named() -> None:
    authority = SCHEMAS["document.issued"].fields["authority"]
    assert isinstance(authority, Choice)
    assert frozenset(authority.values) == AUTHORITIES


def test_every_rule_that_ships_cites_its_article_and_says_what_it_is() -> None:
    for rule in shipped().rules:
        assert rule.cite.startswith("Điều ")
        assert rule.title


def test_what_is_off_says_how_to_switch_it_on() -> None:
    off = [rule for rule in shipped().rules if rule.off]
    assert {rule.id for rule in off} == {
        "secret_report",
        "regulation_review",
        "plan",
        "implementation_plan",
    }
    assert all("remove this line" in (rule.off or "") for rule in off)
