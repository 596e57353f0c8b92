"""`dondoc remind`: one pass of the scheduler, or what one would do."""

from __future__ import annotations

from datetime import datetime, time

import click

from .assembly.application import open_application
from .board import DECISION_COLUMNS, decisions, remind_now
from .terminal.options import Context, Moment, format_option, in_context
from .terminal.presentation import say, show_rows


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and why the rest not.")
@click.option("--as-of", type=Moment(time(9)), help="Decide as of that time, or 9:00 of that day.")
@format_option
@in_context
def command(context: Context, dry_run: bool, as_of: datetime | None, form: str) -> None:
    """One pass of the scheduler; --as-of implies --dry-run."""
    application = open_application(context.settings, context.database)
    if dry_run or as_of is not None:
        show_rows(decisions(application, as_of), DECISION_COLUMNS, form)
    else:
        say(f"{remind_now(application)} reminders decided; the service publishes them")
