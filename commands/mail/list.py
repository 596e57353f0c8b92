"""`dondoc mail list`: the letters, the newest first, and what mail servers said of them."""

from __future__ import annotations

import click

from ...storage.mailings import MailingState
from ...storage.questions.mailings import ToldMailing, mailings
from ..assembly.application import Application, open_application
from ..terminal.documented import Command
from ..terminal.fitted import Column, fitted, present, room
from ..terminal.options import Context, format_option, in_context
from ..terminal.presentation import show_rows
from ..terminal.usage import OneOf, WholeNumber
from ..terminal.words import words
from .showing import COLUMNS, id_of, row_of, state_told

_STATES = [each.value for each in MailingState]


@click.command("list", cls=Command)
@click.option("--state", type=OneOf(_STATES))
@click.option("--limit", type=WholeNumber(1, 100_000), default=50, show_default=True)
@format_option
@in_context
def command(context: Context, state: str | None, limit: int, form: str) -> None:
    """The letters, the newest first."""
    application = open_application(context.settings, context.database)
    wanted = None if state is None else [MailingState(state)]
    found = mailings(application.store, wanted, limit)
    if form != "table":
        directory = application.law.directory
        show_rows((row_of(each, directory) for each in found), COLUMNS, form)
        return
    present([_table(application, found) if found else words().say("mail.none")], None)


def _table(application: Application, found: list[ToldMailing]) -> str:
    told, directory = words(), application.law.directory
    columns = [
        Column(told.say("mail.id")),
        Column(told.say("mail.day")),
        Column(told.say("mail.who"), least=12),
        Column(told.say("mail.kind")),
        Column(told.say("mail.obligations"), right=True),
        Column(told.say("mail.state")),
        Column(told.say("mail.answer"), least=16),
    ]
    rows = [
        (
            id_of(each),
            told.day(each.day),
            directory.name(each.body, each.day),
            told.say(f"mail.kind_{each.kind.value}"),
            each.obligations,
            state_told(each),
            each.answer or "",
        )
        for each in found
    ]
    return fitted(columns, rows, room())
