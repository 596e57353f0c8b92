"""What the commands of `report` take: a period, whose, as of when, in which form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from ...reports.columns import COLUMNS
from ...reports.formats.forms import FORMS
from ..terminal.days import DayParam, MomentParam
from ..terminal.options import NameParam
from ..terminal.usage import OneOf

_C = TypeVar("_C", bound=Callable[..., Any])

TABLE = "table"
"""The form for a terminal."""


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What a command of `report` was given; see its options."""

    period: str | None = None
    first: date | None = None
    last: date | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    form: str | None = None
    output: Path | None = None
    check: bool = False
    rank: bool = False
    all_tasks: bool = False
    body: str | None = None
    each_body: Path | None = None
    table: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> ReportAsked:
        """The values that click hands over by name."""
        return cls(**{each.name: given[each.name] for each in fields(cls) if each.name in given})


def asking(function: _C) -> _C:
    """Give a command the options that every report has."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def asking_of_bodies(function: _C) -> _C:
    """Give a command the options of a report that can be about one body."""
    for option in reversed(_OF_BODIES):
        function = option(function)
    return asking(function)


_OPTIONS = (
    click.option("--period", metavar="PERIOD"),
    click.option("--from", "first", type=DayParam()),
    click.option("--to", "last", type=DayParam()),
    click.option("--as-of", type=MomentParam()),
    click.option("--known-at", type=MomentParam()),
    click.option("--format", "form", type=OneOf((TABLE, *FORMS))),
    click.option(
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
    ),
    click.option("--table", type=OneOf(tuple(COLUMNS))),
    click.option("--check", is_flag=True),
    click.option("--rank", is_flag=True),
    click.option("--all-tasks", is_flag=True),
)
_OF_BODIES = (
    click.option("--body", type=NameParam()),
    click.option(
        "--each-body",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
    ),
)
