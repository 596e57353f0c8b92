"""Events from files or the sample: into the pipeline (`replay`) or to the broker (`publish`).

A line is only carried, never judged: what is wrong with a message the guard and the contract
say, exactly as for one that came from HSCV.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

from ..connector.contract.verdicts import Message
from ..connector.intake import Handled, Result
from ..connector.lines import Publishable, read_lines
from ..connector.transport import BrokerUnavailable, Client, Fate, Outgoing, Publisher
from ..connector.transport.topology import topology
from ..rules.mendable import Mendable
from ..sample.generator import ENDING, generate, since
from ..storage.leaps import look
from ..storage.tracking import advance
from .assembly.application import (
    broker_address,
    broker_names,
    held,
    now,
    prepare_application,
    uptime,
)
from .assembly.reading import NOT_UTF8, UTF16
from .assembly.settings import Settings

AT_ONCE = 500
SHOWN_REFUSALS = 20
"""How many refused lines are told one by one; the rest only counted."""

Progress = Callable[[Iterable[Any], int | None, str], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Feed:
    """A message to be fed, and where it stands ("events.jsonl:12")."""

    where: str
    body: bytes = field(repr=False)
    content_type: str
    headers: Mapping[str, Any] = field(repr=False)
    routing_key: str
    content_encoding: str | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a replay: ``lines`` to print, and how many messages were ``refused``."""

    lines: list[str]
    refused: int


def feeds_of_files(files: Iterable[Path]) -> Iterator[Feed]:
    """The messages in JSON-lines *files*. Raises Mendable for a file that cannot be read."""
    for path in files:
        try:
            with path.open("rb") as file:
                if file.peek(2).startswith(UTF16):
                    raise Mendable(f"{path}: {NOT_UTF8}")
                # Bytes that are no UTF-8 come through as they are: the guard is to refuse them.
                lines = TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="\n")
                for where, message in read_lines(lines, str(path)):
                    yield _feed(where, message)
        except OSError as error:
            raise Mendable(f"{path}: cannot be read: {error.strerror}") from error


def feeds_of_sample(ending: date | None, scale: int) -> Iterator[Feed]:
    """The messages of the sample that ends on *ending*, *scale* times as many."""
    try:
        for number, message in enumerate(generate(ending or ENDING, scale), 1):
            yield _feed(f"sample: event {number}", message)
    except ValueError as error:
        raise Mendable(f"sample: {error}") from error


def _feed(where: str, message: Publishable) -> Feed:
    return Feed(
        where,
        message.body,
        message.content_type,
        message.headers,
        message.routing_key,
        message.content_encoding,
    )


def sample_since(ending: date | None) -> date:
    """The first day of the sample that ends on *ending*."""
    return since(ending or ENDING)


def replay(
    settings: Settings,
    database: str | None,
    feeds: Iterable[Feed],
    sample_from: date | None,
    progress: Progress,
) -> Replayed:
    """Take *feeds* in as the service would, and let days pass up to today, unless the clock is
    not believed; says what became of them. *sample_from*: the first day of the sample, where it
    is the sample."""
    application = prepare_application(settings, database, sample_from)
    counted: Counter[str] = Counter()
    refused: list[str] = []
    for batch in _batches(progress(feeds, None, "replay")):
        handled = application.intake.handle([_message(feed) for feed in batch], now())
        counted.update(each.result for each in handled)
        refused += _refusals(batch, handled)
    standing = look(application.store, now(), uptime())
    if standing.believed:
        advance(application.store, application.law, standing.today)
    waits = [] if standing.believed else [held(standing)]
    return Replayed([*_told(refused), _summary(counted), *waits], len(refused))


def _batches(feeds: Iterator[Feed]) -> Iterator[list[Feed]]:
    while batch := list(islice(feeds, AT_ONCE)):
        yield batch


def _message(feed: Feed) -> Message:
    return Message(feed.body, feed.content_type, feed.headers, feed.content_encoding)


def _refusals(batch: list[Feed], handled: list[Handled]) -> Iterator[str]:
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


def publish(settings: Settings, feeds: Iterable[Feed], progress: Progress) -> str:
    """Publish *feeds* to the exchange that HSCV publishes to, each confirmed by the broker.

    Raises TransportError where the broker does not take them.
    """
    names = broker_names(settings)
    address = broker_address(settings)
    with Client(address) as client:
        # A broker that is not there is said at once, and not waited for.
        client.declare(topology(names))
    publisher = Publisher(address, topology(names), "dondoc publish")
    publisher.start()
    confirmed = 0
    try:
        for batch in _batches(progress(feeds, None, "publish")):
            outcomes = publisher.publish([_outgoing(names.source, feed) for feed in batch])
            confirmed += sum(outcome is Fate.CONFIRMED for outcome in outcomes)
            if any(outcome is not Fate.CONFIRMED for outcome in outcomes):
                trouble = publisher.trouble or "the broker did not confirm them"
                raise BrokerUnavailable(
                    f"{trouble}; {confirmed} events were confirmed: publish again, repeats "
                    f"change nothing"
                )
    finally:
        publisher.stop()
    return f"{confirmed} events published and confirmed"


def _outgoing(exchange: str, feed: Feed) -> Outgoing:
    return Outgoing(
        exchange,
        feed.routing_key,
        feed.body,
        feed.content_type,
        "",
        feed.headers,
        feed.content_encoding,
    )
