"""`dondoc audit`: what operators did that changed something, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..rules.event_types import STREAM_KINDS
from ..rules.events import LOCAL
from ..rules.streams import key_of, parts_of
from ..storage.questions.trail import TrailEntry, Within, entries
from ..storage.secrecy.quotes import digest_of_stream, is_digest
from .assembly.application import open_application, open_database
from .terminal.days import DayParam, require_order
from .terminal.documented import Command
from .terminal.finding import find_subject
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

COLUMNS = (
    *("id", "at", "who", "account", "host", "act", "subject", "number", "outcome", "ended_at"),
    "details",
)
_SHOWN = 50
"""How many a person is shown, unless --limit says otherwise."""
_DIGEST_SHOWN = len("sha256:") + 12


@click.command("audit", cls=Command)
@click.option("--who", type=NameParam())
@click.option("--act", type=NameParam())
@click.option("--subject", type=NameParam())
@click.option("--from", "first", type=DayParam())
@click.option("--to", "last", type=DayParam())
@click.option("--limit", type=WholeNumber(0, 10**9))
@format_option
@output_option
@in_context
def command(
    context: Context,
    who: str | None,
    act: str | None,
    subject: str | None,
    first: date | None,
    last: date | None,
    limit: int | None,
    form: str,
    output: Path | None,
) -> None:
    """What operators did that changed something."""
    form = format_chosen(form, output)
    require_order(first, last)
    keys = None if subject is None else _keys(context, subject)
    store = open_database(context.settings, context.database)
    refuse_as_output(output, [*store.files(), *context.settings.files])
    most = most_wanted(limit, form, _SHOWN)
    found = entries(store, Within(first, last), most, who=who, act=act, subjects=keys)
    if form != "table":
        show_rows(map(_row, found), COLUMNS, form, output)
        return
    shown, more = first_of(found, limit, _SHOWN)
    text = _table(shown, None if output else room()) if shown else words().say("audit.none")
    note = words().say("audit.more", shown=len(shown)) if more else ""
    present([text, note], output)


def _keys(context: Context, subject: str) -> tuple[str, ...]:
    """Every key, and every digest of one, that an entry about *subject* may tell."""
    if is_digest(subject) or parts_of(subject)[0] in STREAM_KINDS:
        keys = [subject]
    else:
        application = open_application(context.settings, context.database)
        name = find_subject(application, subject)
        keys = [key_of(kind, each) for kind in STREAM_KINDS for each in {subject, name}]
    return (*keys, *map(digest_of_stream, keys))


def _row(entry: TrailEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": _iso(entry.at),
        "who": entry.who,
        "account": entry.account,
        "host": entry.host,
        "act": entry.act,
        "subject": entry.subject,
        "number": entry.number,
        "outcome": entry.outcome,
        "ended_at": None if entry.ended_at is None else _iso(entry.ended_at),
        "details": dict(entry.details),
    }


def _table(shown: list[TrailEntry], width: int | None) -> str:
    speech = words()
    columns = [
        Column(speech.say("audit.at")),
        Column(speech.say("audit.who"), least=6),
        Column(speech.say("audit.host"), least=6),
        Column(speech.say("audit.act")),
        Column(speech.say("audit.about"), least=12),
        Column(speech.say("audit.number"), right=True),
        Column(speech.say("audit.outcome")),
    ]
    rows = [
        (
            words().moment(entry.at),
            _who(entry),
            entry.host,
            entry.act,
            _about(entry),
            entry.number,
            speech.say(f"audit.outcome_{entry.outcome}"),
        )
        for entry in shown
    ]
    return fitted(columns, rows, width)


def _who(entry: TrailEntry) -> str:
    return entry.who if entry.who == entry.account else f"{entry.who} ({entry.account})"


def _about(entry: TrailEntry) -> str:
    if entry.subject is not None:
        return entry.subject[:_DIGEST_SHOWN] if is_digest(entry.subject) else entry.subject
    return _short(entry.details)


def _short(details: Mapping[str, Any]) -> str:
    """What changed or was asked for, in a few words; of lists their name alone."""
    told = {name: words().find(f"audit.details.{name}") or name for name in details}
    return ", ".join(
        told[name] if value is True or isinstance(value, list) else f"{told[name]} {value}"
        for name, value in details.items()
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(LOCAL).isoformat()
