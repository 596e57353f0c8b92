"""An obligation found by what people have in hand: its id or the beginning of that, or the document
that it is about, where that has one open.

Where several are open a person at a terminal is asked which, and anybody else is told them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date

import click

from ...rules.obligations import Obligation
from ...storage.questions import queries
from ...storage.questions.queries import NotOneObligation
from ...storage.streams import streams_of_subject
from ...storage.transaction import Transaction
from ..assembly.application import Application, Refused
from ..assembly.loading import load_texts
from .finding import find_subject
from .listed import duty_of, told_apart
from .presentation import clean, say
from .usage import WholeNumber
from .words import words

_MOST = 20
"""Obligations of a document that are shown to choose from."""


def find_obligation(application: Application, text: str, day: date) -> Obligation:
    """The obligation whose id is *text*, or begins so; otherwise the one that is open on *day* of
    the document, feedback or inspection that *text* names.

    Raises NotOneObligation, or Refused where nothing is open, or nobody can be asked which of
    several is meant."""
    law = application.law
    try:
        return application.store.read(lambda tx: queries.obligation_by_id(tx, law, text, day))
    except NotOneObligation as error:
        if error.code != "no_obligation":
            raise
        unknown = error
    subject = find_subject(application, text)

    def read(tx: Transaction) -> list[Obligation]:
        if not streams_of_subject(tx, subject):
            raise unknown
        return queries.obligations(tx, law, day, queries.Filter(subject=subject))

    found = application.store.read(read)
    open_ = [each for each in found if each.closed_on is None or each.closed_on > day]
    if not open_:
        raise Refused(words().say("finding.nothing_open", subject=subject))
    return open_[0] if len(open_) == 1 else _chosen(application, text, open_, day)


def _chosen(
    application: Application, text: str, found: Sequence[Obligation], day: date
) -> Obligation:
    """The one of *found* that is meant by *text*."""
    shown = found[:_MOST]
    listed = [_line(application, each, found, day) for each in shown]
    heading = words().say("finding.obligations", count=len(found), given=repr(text))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused(f"{heading} {'; '.join(map(clean, listed))}")
    say(heading, err=True)
    for number, line in enumerate(listed, 1):
        say(f"{number:>3}  {line}", err=True)
    number = click.prompt(
        words().say("finding.which_obligation"), type=WholeNumber(1, len(listed)), err=True
    )
    return shown[number - 1]


def _line(
    application: Application, each: Obligation, found: Sequence[Obligation], day: date
) -> str:
    directory, told = application.law.directory, words()
    return told.say(
        "finding.obligation",
        id=each.id[: told_apart([one.id for one in found])],
        body=", ".join(directory.name(code, day) for code in each.owed_by(directory, day)),
        duty=duty_of(each, application.law, load_texts(told.language)),
        due=told.end(each.due, each.due_at) or told.say("story.never"),
    )
