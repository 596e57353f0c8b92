"""`dondoc calendar`: the holidays, days off and working Saturdays of a year, with their sources."""

from __future__ import annotations

import click

from ..rules.calendar import CalendarRow, calendar_rows
from .assembly.loading import load_calendar
from .terminal.documented import Command
from .terminal.options import Context, format_option, in_context
from .terminal.presentation import show_rows
from .terminal.usage import WholeNumber


@click.command("calendar", cls=Command)
@click.argument("year", type=WholeNumber(1, 9999))
@format_option
@in_context
def command(context: Context, year: int, form: str) -> None:
    """The days of YEAR that differ from a plain week."""
    calendar = load_calendar(context.settings.tracking.calendars)
    show_rows([row._asdict() for row in calendar_rows(calendar, year)], CalendarRow._fields, form)
