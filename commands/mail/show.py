"""`dondoc mail show`: one letter: to whom, how it fares, what it tells of."""

from __future__ import annotations

import click

from ...storage.questions.mailings import ToldMailing, lines_of
from ..assembly.application import open_application
from ..terminal.documented import Command
from ..terminal.options import Context, in_context
from ..terminal.presentation import say
from ..terminal.words import words
from .showing import mailing_named, moment, state_told


@click.command("show", cls=Command)
@click.argument("which", metavar="ID")
@in_context
def command(context: Context, which: str) -> None:
    """One letter; its words are not kept."""
    application = open_application(context.settings, context.database)
    mailing = mailing_named(application.store, which)
    name = application.law.directory.name(mailing.body, mailing.day)
    for line in _lines(mailing, name):
        say(line)
    say("")
    for told in application.store.read(lambda tx: lines_of(tx, mailing.message_id)):
        step = words().find(f"reminders.step_{told.step}") or told.step
        say(f"{told.obligation}  {step}")


def _lines(mailing: ToldMailing, name: str) -> list[str]:
    told, recipients = words(), mailing.recipients
    values = {
        "message_id": mailing.message_id,
        "day": told.day(mailing.day),
        "who": f"{name} ({mailing.body})",
        "kind": told.say(f"mail.kind_{mailing.kind.value}"),
        "state": state_told(mailing),
        "to": ", ".join(recipients.to) if recipients else "",
        "copies": ", ".join(recipients.copies) if recipients else "",
        "missed": ", ".join(mailing.missed),
        "joined": mailing.joined or "",
        "attempts": mailing.attempts,
        "recorded_at": moment(mailing.recorded_at),
        "handed_over_at": moment(mailing.handed_over_at),
        "ended_at": moment(mailing.ended_at),
        "next_attempt_at": moment(mailing.next_attempt_at),
        "answer": mailing.answer or "",
    }
    labels = {key: told.say(f"mail.{key}") for key in values}
    widest = max(map(len, labels.values()))
    return [f"{labels[key]:<{widest}}  {value}" for key, value in values.items() if value != ""]
