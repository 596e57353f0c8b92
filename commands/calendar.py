"""`dondoc calendar`: the holidays, days off and working Saturdays of a year, with their sources,
and whether a file of them can be used."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..rules.calendar import CalendarRow, calendar_rows
from .assembly.clock import today
from .assembly.loading import load_calendar
from .terminal.checked import checked
from .terminal.documented import ActingGroup
from .terminal.options import FOUND, Context, format_option, in_context
from .terminal.presentation import say, show_rows
from .terminal.usage import WholeNumber
from .terminal.words import words


@click.group("calendar", cls=ActingGroup)
@click.argument("year", type=WholeNumber(1, 9999), required=False)
@format_option
@in_context
def command(context: Context, year: int | None, form: str) -> None:
    """The days of YEAR, or of this year, that differ from a plain week."""
    calendar = load_calendar(context.settings.tracking.calendars)
    rows = calendar_rows(calendar, year or today().year)
    show_rows([row._asdict() for row in rows], CalendarRow._fields, form)


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Whether FILES can be used, each over those before it; or all that is wrong with them."""
    calendar = checked(files[-1], lambda: load_calendar(files))
    if calendar is None:
        sys.exit(FOUND)
    said = {"first": calendar.first, "last": calendar.last, "through": calendar.announced_through}
    number = len(calendar.exceptions)
    say(words().say("calendar.check.usable", file=files[-1], number=number, **said))
