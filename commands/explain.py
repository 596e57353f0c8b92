"""`dondoc explain`: why an obligation has its dates."""

from __future__ import annotations

from datetime import datetime

import click

from .assembly.application import open_application
from .board import explanation
from .terminal.options import Context, Name, as_of_option, in_context
from .terminal.presentation import say


@click.command("explain")
@click.argument("obligation", type=Name())
@click.option("--lang", type=click.Choice(("en", "vi")), default="en", show_default=True)
@as_of_option
@in_context
def command(context: Context, obligation: str, lang: str, as_of: datetime | None) -> None:
    """Why this date? OBLIGATION is an id as `list` shows it, or its beginning."""
    application = open_application(context.settings, context.database)
    for line in explanation(application, obligation, lang, as_of):
        say(line)
