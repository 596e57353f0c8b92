"""`dondoc explain`: why an obligation has its dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import click

from ..rules.events import Event
from ..rules.explaining.answering import answers
from ..rules.explaining.explanation import explain, lines
from ..rules.law import Law
from ..rules.moments import is_asked, reached
from ..rules.obligations import FormerDeadline, Obligation
from ..rules.wording import Texts
from ..storage.questions import queries
from ..storage.transaction import Transaction
from .assembly.application import Application, Refused, day_looked_at, open_application
from .assembly.loading import load_texts
from .terminal.answering import Answering
from .terminal.documented import Command
from .terminal.finding import is_subject
from .terminal.listed import duty_of
from .terminal.options import Context, NameParam, as_of_option, in_context
from .terminal.presentation import clean, say
from .terminal.screen import screen_for, show
from .terminal.widths import wrapped
from .terminal.words import Words, words


@click.command("explain", cls=Command)
@click.argument("obligation", type=NameParam())
@as_of_option
@in_context
def command(context: Context, obligation: str, as_of: datetime | None) -> None:
    """Why this date? OBLIGATION is an id as `list` shows it, or its beginning."""
    application = open_application(context.settings, context.database)
    day = day_looked_at(application, as_of)
    try:
        told = explanation(application, obligation, words().language, day)
    except queries.NotOneObligation:
        if is_subject(application, obligation):
            raise Refused(words().say("explain.subject", given=obligation)) from None
        raise
    screen = screen_for("auto")
    if screen is None:
        for line in told:
            say(line)
    else:
        show((part for line in told for part in _over_lines(line, screen.width)), screen)


def _over_lines(line: str, width: int) -> list[str]:
    """*line* over lines of *width*, those after the first two deeper than it begins."""
    return wrapped(line, width, " " * (len(line) - len(line.lstrip(" ")) + 2))


class _Asked(NamedTuple):
    """What is stored of an obligation that is asked about."""

    obligation: Obligation
    former: Sequence[FormerDeadline]
    symbol: str | None
    history: Sequence[Event]


def explanation(application: Application, obligation_id: str, lang: str, day: date) -> list[str]:
    """Whether what was reported of an obligation counts, and why it has its dates, line by line, in
    *lang* ("en", "vi"), as of *day*."""
    law = application.law

    def read(tx: Transaction) -> _Asked:
        found = queries.obligation_by_id(tx, law, obligation_id, day)
        former = queries.former_deadlines(tx, [found.id]).get(found.id, ())
        told = [had for had in former if had.until <= day]
        history = queries.history_of(tx, found.stream, day)
        return _Asked(found, told, queries.symbol_of(tx, found.stream), history)

    asked = application.store.read(read)
    told, texts = Words(lang), load_texts(lang)
    wording = Answering(told, texts, law)
    found = answers(asked.obligation, law, asked.history, day)
    first = [wording.line(each) for each in found]
    if not found and asked.obligation.closed_on is None:
        first = [
            told.say("answer.nothing_at", moment=told.moment(reached(day)))
            if is_asked(day)
            else told.say("answer.nothing", date=day)
        ]
    shown = lines(explain(asked.obligation, law, texts, day, asked.former, asked.symbol))
    head = _about(asked, law, texts)
    return [*map(clean, (head, *first, "", *shown, "", told.say("explain.general")))]


def _about(asked: _Asked, law: Law, texts: Texts) -> str:
    """Whose obligation it is, what is owed, and by which document."""
    obligation = asked.obligation
    named = obligation.trace.get("document")
    document = ""
    if named is not None and asked.symbol is not None:
        document = texts.document(named, asked.symbol, law.names(obligation).issuers)
    name = law.directory.name(obligation.body, obligation.opened_on)
    return " – ".join(filter(None, (name, duty_of(obligation, law, texts), document)))
