"""`dondoc show`: the timeline of a subject."""

from __future__ import annotations

from datetime import datetime

import click

from .assembly.application import open_application
from .board import TIMELINE_COLUMNS, timeline
from .terminal.options import Context, Name, as_of_option, format_option, in_context
from .terminal.presentation import show_rows


@click.command("show")
@click.argument("subject", type=Name())
@as_of_option
@format_option
@in_context
def command(context: Context, subject: str, as_of: datetime | None, form: str) -> None:
    """The timeline of SUBJECT: its events and its obligations."""
    application = open_application(context.settings, context.database)
    show_rows(timeline(application, subject, as_of), TIMELINE_COLUMNS, form)
