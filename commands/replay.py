"""`dondoc replay`: events from files or the sample through the pipeline, without a broker."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from ..connector.contract.verdicts import Message
from ..connector.intake import Handled, Result
from ..storage.advancing import advance
from ..storage.leaps import look
from .assembly.application import held, prepare_application, uptime
from .assembly.clock import now
from .assembly.operator import recorded
from .terminal.documented import Command
from .terminal.feeds import Feed, chosen_feeds, feed_options, in_batches, sample_since
from .terminal.options import DONE, FOUND, Context, in_context
from .terminal.presentation import say
from .terminal.words import words

SHOWN_REFUSALS = 20
"""How many refused lines are told one by one; the rest only counted."""


@click.command("replay", cls=Command)
@feed_options
@in_context
def command(
    context: Context, files: tuple[Path, ...], sample: bool, ending: date | None, scale: int
) -> None:
    """Take events from JSON lines through the same pipeline, without a broker."""
    feeds = chosen_feeds(files, sample, ending, scale)
    since = sample_since(ending) if sample else None
    application = prepare_application(context.settings, context.database, since)
    counted: Counter[str] = Counter()
    refused: list[str] = []
    with recorded(application.store, "replay") as course:
        for batch in in_batches(feeds, "replay"):
            handled = application.intake.handle([_message(feed) for feed in batch], now())
            counted.update(each.result for each in handled)
            refused += _refusals(batch, handled)
            course.number = counted.total()
            course.details = {str(result): number for result, number in counted.items()}
        # Days pass up to today, as in the service, unless the clock is not believed.
        standing = look(application.store, now(), uptime())
        if standing.believed:
            advance(application.store, application.law, standing.today)
    waits = [] if standing.believed else [words().told(held(standing))]
    for line in [*_told(refused), _summary(counted), *waits]:
        say(line)
    # The sample's malformed events are there on purpose.
    sys.exit(FOUND if refused and not sample else DONE)


def _message(feed: Feed) -> Message:
    given = feed.message
    return Message(given.body, given.content_type, given.headers, given.content_encoding)


def _refusals(batch: Sequence[Feed], handled: Sequence[Handled]) -> Iterator[str]:
    for feed, each in zip(batch, handled, strict=True):
        if each.dead is not None:
            yield f"{feed.where}: refused: {each.dead.path}: {each.dead.reason}"
        elif each.result is Result.REJECTED:
            yield f"{feed.where}: refused: its secrecy is not established: {each.reason}"


def _told(refused: list[str]) -> list[str]:
    more = len(refused) - SHOWN_REFUSALS
    return [*refused[:SHOWN_REFUSALS], *([f"… and {more} more refused"] if more > 0 else [])]


def _summary(counted: Counter[str]) -> str:
    parts = ", ".join(f"{counted[result]} {result}" for result in Result if counted[result])
    return f"{counted.total()} events: {parts or 'none'}"
