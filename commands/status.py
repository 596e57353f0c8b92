"""`dondoc status`: the board."""

from __future__ import annotations

from datetime import datetime

import click

from .assembly.application import open_application
from .board import board
from .terminal.options import Context, as_of_option, format_option, in_context
from .terminal.presentation import emit


@click.command("status")
@as_of_option
@format_option
@in_context
def command(context: Context, as_of: datetime | None, form: str) -> None:
    """The board: what is open and overdue with whom, tasks by status, and how the service fares."""
    emit(board(open_application(context.settings, context.database), as_of, form))
