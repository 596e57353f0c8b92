"""`dondoc list`: obligations, filtered by rule, body, state and subject, as of any day."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..rules.obligations import STATES
from ..storage.questions import queries
from ..storage.questions.queries import Filter
from .assembly.application import Application, day_looked_at, open_application
from .terminal.documented import Command
from .terminal.finding import find_body, find_rule, find_subject
from .terminal.options import (
    Context,
    NameParam,
    as_of_option,
    format_option,
    in_context,
    output_option,
)
from .terminal.presentation import show_rows
from .terminal.usage import OneOf
from .terminal.writing import refuse_as_output

COLUMNS = (
    *("id", "rule", "cite", "subject", "task_id", "body", "owed_by"),
    *("opened_on", "target", "due"),
    *("met_on", "ended_on", "state", "counts_as_breach", "regulation"),
)


@click.command("list", cls=Command)
@click.option("--rule", type=NameParam(), help="Only this rule.")
@click.option("--body", type=NameParam(), help="Only this body, by its code or name.")
@click.option("--state", type=OneOf(STATES, case_sensitive=False))
@click.option(
    "--subject",
    type=NameParam(),
    help="Only this document, by its symbol or identifier, feedback, inspection or period.",
)
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
    wish = Filter(
        rule=rule and find_rule(application, rule),
        body=body and find_body(application, body),
        state=state,
        subject=subject and find_subject(application, subject),
    )
    rows = obligations(application, day_looked_at(application, as_of), wish)
    show_rows(rows, COLUMNS, form, output)


def obligations(application: Application, day: date, wish: Filter) -> list[dict[str, Any]]:
    """The obligations that meet *wish* on *day*, as JSON objects, in a fixed order."""
    law = application.law
    found = application.store.read(lambda tx: queries.obligations(tx, law, day, wish))
    return [queries.as_object(obligation, law.directory, day) for obligation in found]
