"""`dondoc list`: obligations, filtered by rule, body, state and subject, as of any day."""

from __future__ import annotations

from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from ..storage.questions import queries
from ..storage.questions.queries import Filter
from .assembly.application import (
    Application,
    Refused,
    day_looked_at,
    open_application,
    require_rule,
)
from .terminal.options import (
    Context,
    NameParam,
    as_of_option,
    format_option,
    in_context,
    output_option,
)
from .terminal.presentation import show_rows
from .terminal.writing import refuse_as_output

COLUMNS = (
    *("id", "rule", "cite", "subject", "task_id", "body", "owed_by"),
    *("opened_on", "target", "due"),
    *("met_on", "ended_on", "state", "counts_as_breach", "regulation"),
)


@click.command("list")
@click.option("--rule", type=NameParam(), help="Only this rule.")
@click.option("--body", type=NameParam(), help="Only this body's code.")
@click.option("--state", type=click.Choice(("open", "overdue", "met", "met_late", "void")))
@click.option(
    "--subject", type=NameParam(), help="Only this document, feedback, inspection or period."
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
    require_rule(application, rule)
    _require_body(application, body)
    wish = Filter(rule=rule, body=body, state=state, subject=subject)
    rows = obligations(application, day_looked_at(application, as_of), wish)
    show_rows(rows, COLUMNS, form, output)


def obligations(application: Application, day: date, wish: Filter) -> list[dict[str, Any]]:
    """The obligations that meet *wish* on *day*, as JSON objects, in a fixed order."""
    law = application.law
    found = application.store.read(lambda tx: queries.obligations(tx, law, day, wish))
    return [queries.as_object(obligation, law.directory, day) for obligation in found]


def _require_body(application: Application, body: str | None) -> None:
    """Raises Refused where the directory has no *body* and nothing is stored of one."""
    known = [each.code for each in application.law.directory]
    if body is None or body in known:
        return
    if not application.store.read(lambda tx: queries.has_body(tx, body)):
        like = get_close_matches(body.casefold(), [code.casefold() for code in known], cutoff=0.5)
        near = [code for code in dict.fromkeys(known) if code.casefold() in like]
        hint = f"; like it: {', '.join(near)}" if near else ""
        raise Refused(f"the directory has no body {body!r}, and nothing is stored of it{hint}")
