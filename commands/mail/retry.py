"""`dondoc mail retry`: letters that a mail server refused, or would not take yet, go again."""

from __future__ import annotations

from dataclasses import replace

import click

from ...storage.audit import done_once, enter
from ...storage.mail_leases import retry_mailings
from ...storage.mailings import MailingState
from ...storage.questions.mailings import mailings
from ...storage.transaction import Transaction
from ..assembly.application import Refused, open_application
from ..assembly.operator import act
from ..terminal.documented import Command
from ..terminal.options import Context, in_context
from ..terminal.presentation import say
from ..terminal.words import words
from .showing import mailing_named

_MOST = 100_000
_TRIED = (MailingState.REFUSED, MailingState.WAITING)


@click.command("retry", cls=Command)
@click.argument("which", metavar="[ID]", required=False)
@click.option("--all", "everything", is_flag=True)
@in_context
def command(context: Context, which: str | None, everything: bool) -> None:
    """Send a letter again that was refused, or all of them, without waiting."""
    if everything == (which is not None):
        raise Refused(words().say("mail.which"))
    application = open_application(context.settings, context.database)
    store = application.store
    if which is None:
        ids = [each.message_id for each in mailings(store, _TRIED, _MOST)]
    else:
        mailing = mailing_named(store, which)
        if mailing.state not in _TRIED:
            raise Refused(words().say("mail.not_refused", id=which))
        ids = [mailing.message_id]
    doing = act("mail retry")

    def again(tx: Transaction) -> int:
        number = retry_mailings(tx, ids, doing.at)
        enter(tx, replace(doing, number=number))
        return number

    say(words().say("mail.retried", number=done_once(store, doing, again)))
