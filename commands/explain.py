"""`dondoc explain`: why an obligation has its dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import click

from ..rules.explaining.explanation import explain, lines
from ..rules.obligations import FormerDeadline, Obligation
from ..storage.questions import queries
from ..storage.transaction import Transaction
from .assembly.application import Application, day_looked_at, open_application
from .assembly.loading import load_texts
from .terminal.documented import Command
from .terminal.options import Context, NameParam, as_of_option, in_context
from .terminal.presentation import clean, say
from .terminal.words import words


@click.command("explain", cls=Command)
@click.argument("obligation", type=NameParam())
@as_of_option
@in_context
def command(context: Context, obligation: str, as_of: datetime | None) -> None:
    """Why this date? OBLIGATION is an id as `list` shows it, or its beginning."""
    application = open_application(context.settings, context.database)
    day = day_looked_at(application, as_of)
    for line in explanation(application, obligation, words().language, day):
        say(line)


def explanation(application: Application, obligation_id: str, lang: str, day: date) -> list[str]:
    """Why an obligation has its dates, line by line, in *lang* ("en", "vi"), as of *day*."""
    law = application.law

    def read(tx: Transaction) -> tuple[Obligation, Sequence[FormerDeadline], str | None]:
        found = queries.obligation_by_id(tx, law, obligation_id, day)
        former = queries.former_deadlines(tx, [found.id]).get(found.id, ())
        told = [had for had in former if had.until <= day]
        return found, told, queries.symbol_of(tx, found.stream)

    found, former, symbol = application.store.read(read)
    told = explain(found, law, load_texts(lang), day, former, symbol)
    return [clean(line) for line in lines(told)]
