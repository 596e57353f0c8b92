"""`dondoc list`: obligations, filtered, in an order, as of any day: for a person what is late comes
first, as much as one looks at; for a program all of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ..rules.obligations import OVERDUE, STATES, Obligation
from ..storage.questions import queries
from ..storage.questions.filtering import Filter
from ..storage.questions.listed import ListedObligation, as_row, listed
from ..storage.questions.listing import ORDERS, WORST, FirstPage, first_of
from ..storage.transaction import Transaction
from .assembly.application import Application, day_looked_at, open_application
from .assembly.loading import load_texts
from .terminal.days import DayParam, require_order
from .terminal.documented import Command
from .terminal.finding import find_body, find_rule, find_subject
from .terminal.listed import Entries, fitting
from .terminal.options import (
    Context,
    NameParam,
    as_of_option,
    format_chosen,
    format_option,
    in_context,
    mark_option,
    output_option,
)
from .terminal.presentation import show_rows
from .terminal.screen import Screen, colour_option, screen_for, show
from .terminal.usage import OneOf, WholeNumber
from .terminal.widths import wrapped
from .terminal.words import words
from .terminal.writing import refuse_as_output

COLUMNS = (
    *("id", "rule", "cite", "subject", "task_id", "body", "owed_by"),
    *("opened_on", "target", "due", "first_due", "extensions"),
    *("met_on", "ended_on", "state", "light", "light_colour", "counts_as_breach", "regulation"),
    *("parent_task", "symbol", "issued_on", "content", "body_name", "head", "days_late"),
    *("snoozed_until", "snoozed_by", "snooze_reason"),
    *("target_at", "due_at"),
)
_ALL = sys.maxsize
_MOST = 10_000_000


@click.command("list", cls=Command)
@click.option("--body", type=NameParam())
@click.option("--overdue", is_flag=True)
@click.option("--breach", is_flag=True)
@click.option("--state", type=OneOf(STATES, case_sensitive=False))
@click.option("--subject", type=NameParam())
@click.option("--rule", type=NameParam())
@click.option("--due-before", type=DayParam())
@click.option("--due-after", type=DayParam())
@click.option("--from", "opened_from", type=DayParam())
@click.option("--to", "opened_to", type=DayParam())
@click.option("--sort", "order", type=OneOf(ORDERS))
@click.option("--limit", type=WholeNumber(0, _MOST))
@as_of_option
@format_option
@output_option
@mark_option
@colour_option
@in_context
def command(
    context: Context,
    body: str | None,
    overdue: bool,
    breach: bool,
    state: str | None,
    subject: str | None,
    rule: str | None,
    due_before: date | None,
    due_after: date | None,
    opened_from: date | None,
    opened_to: date | None,
    order: str | None,
    limit: int | None,
    as_of: datetime | None,
    form: str,
    output: Path | None,
    marked: bool | None,
    color: str,
) -> None:
    """Obligations."""
    form = format_chosen(form, output)
    require_order(opened_from, opened_to)
    _require_days(due_after, due_before)
    if overdue and state not in (None, OVERDUE):
        raise click.UsageError(words().say("list.overdue_and_state", state=state))
    application = open_application(context.settings, context.database)
    refuse_as_output(output, application.files)
    wish = Filter(
        rule=rule and find_rule(application, rule),
        body=body and find_body(application, body),
        state=OVERDUE if overdue else state,
        subject=subject and find_subject(application, subject),
        breach=breach,
        due_before=due_before,
        due_after=due_after,
        opened_from=opened_from,
        opened_to=opened_to,
    )
    day = day_looked_at(application, as_of)
    screen = screen_for(color) if form == "table" and output is None else None
    if screen is not None:
        show(page(application, day, wish, order or WORST, limit, screen), screen)
    else:
        rows = obligations(application, day, wish, order, limit)
        show_rows(rows, COLUMNS, form, output, marked=marked)


def _require_days(after: date | None, before: date | None) -> None:
    """Raise UsageError where no day lies after the one and before the other."""
    if after is not None and before is not None and (before - after).days < 2:
        raise click.UsageError(words().say("list.no_due_day", after=after, before=before))


def obligations(
    application: Application,
    day: date,
    wish: Filter,
    order: str | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """The obligations that meet *wish* on *day*, as JSON objects: in one of `ORDERS`, or as they
    began; all of them, or the first *limit*."""
    law = application.law

    def read(tx: Transaction) -> list[dict[str, Any]]:
        found: list[Obligation]
        if order is None and not limit:
            found = queries.obligations(tx, law, day, wish)
        else:
            found = first_of(tx, law, day, wish, order or WORST, limit or _ALL).obligations
        return [as_row(each, law, day) for each in listed(tx, law, found, day)]

    return application.store.read(read)


def page(
    application: Application,
    day: date,
    wish: Filter,
    order: str,
    limit: int | None,
    screen: Screen,
) -> Iterator[str]:
    """The lines that a person sees on *screen*: how many obligations meet *wish* on *day*, and the
    first of them, *limit* (0: all; None: what fits)."""
    law, told = application.law, words()
    most = fitting(screen) if limit is None else limit or _ALL

    def read(tx: Transaction) -> tuple[FirstPage, list[ListedObligation]]:
        found = first_of(tx, law, day, wish, order, most)
        return found, [*listed(tx, law, found.obligations, day)]

    found, shown = application.store.read(read)
    beyond = "+" if found.beyond else ""
    count = f"{told.number(found.total)}{beyond}"
    heading = "list.heading_overdue" if wish.state == OVERDUE else "list.heading"
    key = heading if shown else "list.none"
    yield from wrapped(told.say(key, date=day, count=count), screen.width)
    if not shown:
        return
    yield ""
    entries = Entries(screen, told, load_texts(told.language), law, day)
    yield from entries.lines(shown, of_one=wish.body is not None)
    yield ""
    yield from entries.legend(shown)
    left = found.total - len(shown)
    if left > 0:
        yield told.say("list.more", count=f"{told.number(left)}{beyond}")
