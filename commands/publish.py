"""`dondoc publish`: events from files or the sample to the broker, each confirmed by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from ..connector.transport import BrokerUnavailable, Client, Fate, Outgoing, Publisher
from .assembly.broker import broker_names, named_broker_address, wanted_topology
from .assembly.databases import refuse_sample_at_work
from .assembly.settings import Settings
from .terminal.documented import Command
from .terminal.feeds import Feed, chosen_feeds, feed_options, in_batches
from .terminal.options import Context, in_context
from .terminal.presentation import say
from .terminal.words import words


@click.command("publish", cls=Command)
@feed_options
@in_context
def command(
    context: Context, files: tuple[Path, ...], sample: bool, ending: date | None, scale: int
) -> None:
    """Publish events from JSON lines to the broker, as HSCV would."""
    feeds = chosen_feeds(files, sample, ending, scale)
    settings = context.settings
    if sample:
        refuse_sample_at_work(settings)
    say(words().say("publish.done", number=_published(settings, feeds)))


def _published(settings: Settings, feeds: Iterator[Feed]) -> int:
    """Publish *feeds* to the exchange that HSCV publishes to; gives how many were confirmed.

    Raises TransportError where the broker does not take them.
    """
    names, wanted = broker_names(settings), wanted_topology(settings)
    address = named_broker_address(settings)
    with Client(address) as client:
        # A broker that is not there is said at once, and not waited for.
        client.declare(wanted)
    publisher = Publisher(address, wanted, "dondoc publish")
    publisher.start()
    confirmed = 0
    try:
        for batch in in_batches(feeds, words().say("publish.label")):
            outcomes = publisher.publish([_outgoing(names.source, feed) for feed in batch])
            confirmed += sum(outcome is Fate.CONFIRMED for outcome in outcomes)
            if any(outcome is not Fate.CONFIRMED for outcome in outcomes):
                trouble = publisher.trouble or words().say("publish.unconfirmed")
                raise BrokerUnavailable(
                    words().say("publish.interrupted", trouble=trouble, number=confirmed)
                )
    finally:
        publisher.stop()
    return confirmed


def _outgoing(exchange: str, feed: Feed) -> Outgoing:
    given = feed.message
    return Outgoing(
        exchange,
        given.routing_key,
        given.body,
        given.content_type,
        "",
        given.headers,
        given.content_encoding,
    )
