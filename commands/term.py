"""`dondoc term`: where a term of working days ends."""

from __future__ import annotations

from datetime import date

import click

from .assembly.loading import load_calendar
from .terminal.days import DayParam
from .terminal.documented import Command
from .terminal.options import Context, in_context
from .terminal.presentation import say
from .terminal.usage import WholeNumber
from .terminal.words import words


@click.command("term", cls=Command)
@click.argument("day", type=DayParam())
@click.option("--working-days", type=WholeNumber(-1000, 1000), required=True)
@in_context
def command(context: Context, day: date, working_days: int) -> None:
    """The last day of a term of working days that an event on DAY begins, or so many before it."""
    calendar = load_calendar(context.settings.tracking.calendars)
    say(words().day(calendar.add_working_days(day, working_days)))
