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
    click.option("--period", metavar="PERIOD", help="2026-10, 2026-Q3, 2026-H1 or 2026."),
    click.option("--from", "first", type=DayParam(), help="Instead of a period: its first day."),
    click.option("--to", "last", type=DayParam(), help="Its last day."),
    click.option("--as-of", type=MomentParam(), help="Look no further than this day."),
    click.option(
        "--known-at", type=MomentParam(), help="Leave out what was stored later than this time."
    ),
    click.option("--format", "form", type=OneOf((TABLE, *FORMS)), help="[table]"),
    click.option(
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write to this file; its ending chooses the format.",
    ),
    click.option("--table", type=OneOf(tuple(COLUMNS)), help="As CSV: this table."),
    click.option("--check", is_flag=True, help="Count every figure again, and say what differs."),
    click.option("--rank", is_flag=True, help="Bodies in the order of what they did in time."),
)
_OF_BODIES = (
    click.option("--body", type=NameParam(), help="Only this body; without it every body."),
    click.option(
        "--each-body",
        metavar="DIR",
        type=click.Path(path_type=Path, file_okay=False),
        help="A file for each body, in this directory.",
    ),
)
