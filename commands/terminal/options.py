"""What the commands share: their context, the options that several have, the exit codes."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from ...connector.contract.attributes import FIRST_YEAR, LAST_YEAR
from ...rules.events import LOCAL
from ...rules.normalising import one_form
from ..assembly.settings import Settings, load_settings
from .presentation import FORMATS

DONE, FAILED, USAGE, FOUND = 0, 1, 2, 3
"""Exit codes: done, failed, wrong usage, found something to mend."""

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
"""The years that a date of the contract may lie in; no command has use for another."""


_NO_OFFSET = re.compile(r"[+-]\d\d:?[6-9]\d$")
"""Sixty minutes and more, which Python takes for another hour."""


class MomentParam(click.ParamType[datetime]):
    """A time with an offset, or a date, which means *at* of that day in local time."""

    name = "date|time"

    def __init__(self, at: time = time(23, 59, 59)) -> None:
        self.at = at

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """The aware time that *value* says."""
        if isinstance(value, datetime):
            return value
        try:
            if len(value) == len("2026-01-31"):
                day = DayParam().convert(value, param, ctx)
                return datetime.combine(day, self.at, LOCAL)
            moment = datetime.fromisoformat(_NO_OFFSET.sub("?", value))
        except ValueError:
            self.fail(f"{value!r} is no date such as 2026-03-31 and no time", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no offset; write for example +07:00 behind it", param, ctx)
        DayParam().convert(moment.date(), param, ctx)
        return moment


class DayParam(click.ParamType[date]):
    """A date such as 2026-03-31."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """The date that *value* says."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date such as 2026-03-31", param, ctx)
        if day.year not in YEARS:
            self.fail(f"{day} is not in the years {YEARS[0]} to {YEARS[-1]}", param, ctx)
        return day


class NameParam(click.ParamType[str]):
    """What names a subject, a body, a rule or an obligation, in the one form that is stored,
    whatever the keyboard makes of a Vietnamese letter."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """*value* in that form."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r} is no UTF-8 text", param, ctx)
        return one_form(value)


class Context:
    """What --config and --database gave; settings are read when a command first asks."""

    def __init__(self, config: Path | None, database: str | None) -> None:
        self.config = config
        self.database = database

    @property
    def settings(self) -> Settings:
        """The settings, from the file and the environment."""
        return load_settings(self.config, os.environ)


in_context = click.make_pass_decorator(Context)
as_of_option = click.option(
    "--as-of", type=MomentParam(), help="Look at the state of that day (or time with an offset)."
)
format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
)
output_option = click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file."
)
