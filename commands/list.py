"""`dondoc list`: obligations."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from .assembly.application import open_application
from .board import OBLIGATION_COLUMNS, obligations
from .terminal.options import (
    Context,
    Name,
    as_of_option,
    format_option,
    in_context,
    output_option,
)
from .terminal.presentation import show_rows
from .terminal.writing import refuse_as_output


@click.command("list")
@click.option("--rule", type=Name(), help="Only this rule.")
@click.option("--body", type=Name(), help="Only this body's code.")
@click.option("--state", type=click.Choice(("open", "overdue", "met", "met_late", "void")))
@click.option("--subject", type=Name(), help="Only this document, feedback, inspection or period.")
@as_of_option
@format_option
@output_option
@in_context
def command(
    context: Context,
    rule: str | None,
    body: str | None,
    state: str | None,
    subject: str | None,
    as_of: datetime | None,
    form: str,
    output: Path | None,
) -> None:
    """Obligations."""
    application = open_application(context.settings, context.database)
    refuse_as_output(output, application.files)
    rows = obligations(application, as_of, rule=rule, body=body, state=state, subject=subject)
    show_rows(rows, OBLIGATION_COLUMNS, form, output)
