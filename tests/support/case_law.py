"""The law that legal cases are judged by: the regulation and calendar that ship, and bodies."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dondoc.rules.calendar import Calendar, build_calendar
from dondoc.rules.directory import Directory
from dondoc.rules.in_force import Regulations
from dondoc.rules.reading.calendar import parse_layer
from dondoc.rules.reading.directory import parse_directory
from dondoc.rules.reading.regulation import parse_regulation
from dondoc.rules.reading.side_by_side import together

FIXTURES = Path(__file__).parents[1] / "fixtures"

REGULATION = "02-2015-qd-ubnd"
"""The regulation that cases are judged by unless they say otherwise."""


@cache
def calendar(*layers: str) -> Calendar:
    """The calendar that ships, corrected by *layers* of tests/fixtures/legal."""
    names = {name: (FIXTURES / "legal" / f"{name}.toml").read_text("utf-8") for name in layers}
    own = [parse_layer(tomllib.loads(text), name) for name, text in names.items()]
    return build_calendar(parse_layer(_shipped("calendars/vietnam.toml"), "vietnam.toml"), *own)


def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads(files("dondoc.rules").joinpath(name).read_text(encoding="utf-8"))


def directory_with(changed: Sequence[Mapping[str, Any]]) -> Directory:
    """The bodies of all cases, with those that a case says otherwise."""
    text = (FIXTURES / "legal" / "bodies.toml").read_text(encoding="utf-8")
    bodies = {body["code"]: body for body in tomllib.loads(text)["body"]}
    said = {body["code"] for body in changed}
    kept = [body for code, body in bodies.items() if code not in said]
    return parse_directory({"body": [*kept, *changed]}, "bodies")


@cache
def default_directory() -> Directory:
    """The bodies of all cases."""
    return directory_with(())


@cache
def default_regulations() -> Regulations:
    """The regulation that ships, alone."""
    return together([(parse_regulation(regulation_data(REGULATION), REGULATION), REGULATION)])


def regulation_data(name: str) -> dict[str, Any]:
    """The parsed file of a regulation that ships, or of one under tests/fixtures/regulations."""
    fixture = FIXTURES / "regulations" / f"{name}.toml"
    if fixture.exists():
        return tomllib.loads(fixture.read_text(encoding="utf-8"))
    return _shipped(f"regulations/{name}.toml")
