"""`dondoc publish`: events from files or the sample to the broker, each confirmed by it; with
--dialect messages of an HSCV that does not speak the contract, to the queue where it is spoken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from ..connector.dialects.edxml.dialect import EdxmlDialect
from ..connector.lines import LineError
from ..connector.transport import BrokerUnavailable, Client, Fate, Outgoing, Publisher
from .assembly.application import directory_of
from .assembly.broker import broker_names, named_broker_address, wanted_topology
from .assembly.databases import refuse_sample_among_others, refuse_sample_at_work, store_of
from .assembly.settings import Settings
from .assembly.source_settings import SourceSettings
from .assembly.spoken import queue_of
from .terminal.dialect_feeds import DialectInput, EdxmlFile, dialect_inputs
from .terminal.documented import Command
from .terminal.feeds import (
    TOO_LONG,
    BrokenLine,
    Feed,
    chosen_feeds,
    feed_options,
    in_batches,
    require_chosen,
    require_dialect,
)
from .terminal.options import Context, in_context
from .terminal.presentation import say
from .terminal.sources import LONGEST_LINE
from .terminal.words import words

_FOR_WILD = {"#": "", "*": "x"}
"""A word for each that stands for any in a pattern of keys."""


@click.command("publish", cls=Command)
@feed_options
@click.option("--dialect", metavar="FILE|NAME")
@in_context
def command(
    context: Context,
    files: tuple[Path, ...],
    sample: bool,
    ending: date | None,
    scale: int,
    dialect: str | None,
) -> None:
    """Publish events from JSON lines to the broker, as HSCV would."""
    require_chosen(files, sample)
    require_dialect(dialect, None, sample=sample)
    settings = context.settings
    if dialect is not None:
        found, queue = queue_of(settings, dialect, directory_of(settings, context.database))
        edxml = isinstance(found, EdxmlDialect)
        number = _published(settings, _in_dialect(files, queue, edxml=edxml))
        say(words().say("publish.done_in_dialect", number=number, queue=queue.queue))
        return
    feeds = chosen_feeds(files, sample, ending, scale)
    if sample:
        refuse_sample_at_work(settings)
        refuse_sample_among_others(store_of(settings, context.database))
    exchange = broker_names(settings).source
    number = _published(settings, (_outgoing(exchange, feed) for feed in feeds))
    say(words().say("publish.done", number=number))


def _published(settings: Settings, messages: Iterator[Outgoing]) -> int:
    """Publish *messages*; gives how many were confirmed. Raises TransportError where the broker
    does not take them."""
    address, wanted = named_broker_address(settings), wanted_topology(settings)
    with Client(address) as client:
        # A broker that is not there is said at once, and not waited for.
        client.declare(wanted)
    publisher = Publisher(address, wanted, "dondoc publish")
    publisher.start()
    confirmed = 0
    try:
        for batch in in_batches(messages, words().say("publish.label"), _size):
            outcomes = publisher.publish(batch)
            confirmed += sum(outcome is Fate.CONFIRMED for outcome in outcomes)
            if any(outcome is not Fate.CONFIRMED for outcome in outcomes):
                trouble = _returned(batch, outcomes) or publisher.trouble
                trouble = trouble or words().say("publish.unconfirmed")
                raise BrokerUnavailable(
                    words().say("publish.interrupted", trouble=trouble, number=confirmed)
                )
    finally:
        publisher.stop()
    return confirmed


def _returned(messages: Sequence[Outgoing], outcomes: Sequence[Fate]) -> str | None:
    """What to say where the broker had no queue for one of *messages*; None where it had."""
    for message, outcome in zip(messages, outcomes, strict=True):
        if outcome is Fate.RETURNED:
            where = {"exchange": message.exchange, "routing": message.routing_key}
            return words().say("publish.returned", **where)
    return None


def _size(message: Outgoing) -> int:
    return len(message.body)


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


def _in_dialect(files: Iterable[Path], queue: SourceSettings, *, edxml: bool) -> Iterator[Outgoing]:
    """The messages of *files* as an HSCV sends them that knows of no contract, to *queue*. Raises
    LineError for what can be no message."""
    return (_raw(given, queue) for given in dialect_inputs(files, edxml=edxml))


def _raw(given: DialectInput, queue: SourceSettings) -> Outgoing:
    exchange, key = _way_to(queue)
    if isinstance(given, BrokenLine):
        raise LineError(f"{given.where}: {given.reason}")
    if isinstance(given, EdxmlFile):
        return Outgoing(exchange, key, _whole(given), "", "")
    message, encoding = given.message, given.message.content_encoding
    return Outgoing(
        exchange,
        message.routing_key or key if exchange else key,
        message.body,
        message.content_type or "",
        "",
        message.headers,
        encoding if isinstance(encoding, str) else None,
    )


def _way_to(queue: SourceSettings) -> tuple[str, str]:
    """The exchange that *queue* is bound to and a key that brings a message there; the default
    exchange where none is named."""
    if queue.exchange is None:
        return "", queue.queue
    words_ = (_FOR_WILD.get(word, word) for word in queue.binding[0].split("."))
    return queue.exchange, ".".join(filter(None, words_))


def _whole(file: EdxmlFile) -> bytes:
    """The one message that *file* is. Raises LineError for one that is larger than any that a
    broker takes."""
    whole = bytearray()
    for block in file.blocks:
        whole += block
        if len(whole) > LONGEST_LINE:
            raise LineError(f"{file.where}: {TOO_LONG}")
    return bytes(whole)
