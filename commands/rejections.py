"""`dondoc rejections list`: messages whose secrecy was not established, of which only a record is
kept.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from ..rules.events import LOCAL
from ..storage.questions.trail import Rejected, Within, rejected
from .assembly.application import open_database
from .terminal.days import DayParam, require_order
from .terminal.documented import Group
from .terminal.fitted import Column, first_of, fitted, most_wanted, present, room
from .terminal.options import (
    Context,
    NameParam,
    format_chosen,
    format_option,
    in_context,
    output_option,
)
from .terminal.presentation import show_rows
from .terminal.usage import WholeNumber
from .terminal.words import words
from .terminal.writing import refuse_as_output

COLUMNS = ("id", "received_at", "event_id", "reason", "size", "sha256")
_SHOWN = 50
"""How many a person is shown, unless --limit says otherwise."""


@click.group("rejections", cls=Group)
def command() -> None:
    """Messages that were refused unread."""


@command.command("list")
@click.option("--event", "event_id", type=NameParam())
@click.option("--from", "first", type=DayParam())
@click.option("--to", "last", type=DayParam())
@click.option("--limit", type=WholeNumber(0, 10**9))
@format_option
@output_option
@in_context
def list_(
    context: Context,
    event_id: str | None,
    first: date | None,
    last: date | None,
    limit: int | None,
    form: str,
    output: Path | None,
) -> None:
    """The records of refused messages, the newest first."""
    form = format_chosen(form, output)
    require_order(first, last)
    store = open_database(context.settings, context.database)
    refuse_as_output(output, [*store.files(), *context.settings.files])
    most = most_wanted(limit, form, _SHOWN)
    found = rejected(store, Within(first, last), most, event_id=event_id)
    if form != "table":
        show_rows(map(_row, found), COLUMNS, form, output)
        return
    shown, more = first_of(found, limit, _SHOWN)
    text = _table(shown, None if output else room()) if shown else words().say("rejections.none")
    note = words().say("rejections.more", shown=len(shown)) if more else ""
    present([text, note], output)


def _row(each: Rejected) -> dict[str, Any]:
    return {
        "id": each.id,
        "received_at": each.received_at.astimezone(LOCAL).isoformat(),
        "event_id": each.event_id,
        "reason": each.reason,
        "size": each.size,
        "sha256": each.sha256,
    }


def _table(shown: list[Rejected], width: int | None) -> str:
    speech = words()
    columns = [
        Column(speech.say("rejections.at")),
        Column(speech.say("rejections.event"), least=10),
        Column(speech.say("rejections.size"), right=True),
    ]
    rows = [
        (
            speech.moment(each.received_at),
            each.event_id or speech.say("rejections.unread"),
            each.size,
        )
        for each in shown
    ]
    return fitted(columns, rows, width, [speech.sentence(each.reason) for each in shown])
