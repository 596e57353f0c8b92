"""The messages that every contestant gets, and how they come into a queue.

Two streams: the sample's mix, and one new document for each event. Nothing is random but by the
sample's own seed. It must never publish to a broker that is used: it purges the queue first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import cycle, islice

import pika
from dondoc.rules.events import LOCAL
from dondoc.sample.generator import generate
from pika.adapters.blocking_connection import BlockingChannel

QUORUM = {"x-queue-type": "quorum"}


def today() -> date:
    """The local day the sample ends on: events of an office are about now, and old ones would
    have the scheduler decide months of reminders."""
    return datetime.now(LOCAL).date()


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it goes over the wire."""

    body: bytes
    content_type: str = "application/cloudevents+json"
    headers: dict[str, str] = field(default_factory=dict)


def of_the_sample(count: int) -> list[Sent]:
    """The first *count* messages of a district's quarter, duplicates, malformed ones and all."""
    found = generate(today(), 1 + count // 7000)
    return [Sent(each.body, each.content_type, each.headers) for each in islice(found, count)]


def new_documents(count: int) -> list[Sent]:
    """*count* documents that were just issued, each of a subject of its own."""
    return [Sent(json.dumps(event, ensure_ascii=False).encode()) for event in _issued(count)]


def _issued(count: int) -> Iterator[dict[str, object]]:
    patterns = [
        json.loads(each.body)
        for each in generate(today(), 1)
        if each.label == "valid" and each.routing_key == "document.issued" and not each.headers
    ]
    for number, pattern in enumerate(islice(cycle(patterns), count)):
        data = pattern["data"] | {"symbol": f"{number}/UBND-VP", "number": str(number)}
        yield pattern | {"id": f"new-{number}", "subject": f"new-{number}", "data": data}


def fill(url: str, queue: str, messages: Sequence[Sent]) -> None:
    """Empty *queue*, which exists, put *messages* into it and wait until it holds them all."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_purge(queue)
    _send(channel, queue, messages)
    # The broker may drop what it has not taken over yet when its publisher leaves.
    while held(url, queue) < len(messages):
        connection.process_data_events(0.05)
    connection.close()


def publish(url: str, queue: str, messages: Sequence[Sent]) -> None:
    """Put *messages* into *queue*, which something may consume meanwhile."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    _send(connection.channel(), queue, messages)
    connection.close()


def _send(channel: BlockingChannel, queue: str, messages: Sequence[Sent]) -> None:
    for each in messages:
        properties = pika.BasicProperties(
            content_type=each.content_type, headers=each.headers, delivery_mode=2
        )
        channel.basic_publish("", queue, each.body, properties)


def held(url: str, queue: str) -> int:
    """How many messages wait in *queue*."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    count: int = connection.channel().queue_declare(queue, passive=True).method.message_count
    connection.close()
    return count


def declare(url: str, queue: str) -> None:
    """Declare a durable quorum queue, as dondoc's own is one."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.channel().queue_declare(queue, durable=True, arguments=QUORUM)
    connection.close()
