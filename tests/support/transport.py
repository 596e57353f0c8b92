"""Consumers, publishers and messages for tests of what goes over the broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from dondoc.connector.transport import (
    Backoff,
    Client,
    Consumer,
    Delivery,
    Fate,
    Outgoing,
    Publisher,
    parse_address,
)
from dondoc.connector.transport.topology import Topology, topology
from support.rabbitmq import VirtualHost, wait_until

EVENTS = "dondoc.events"
TOPOLOGY = topology()

StartConsumer = Callable[..., Consumer]
StartPublisher = Callable[..., Publisher]


@pytest.fixture
def consume(vhost: VirtualHost) -> Iterator[StartConsumer]:
    """Start consumers, of `dondoc.events` unless others are named, that are stopped after the
    test."""
    started: list[Consumer] = []

    def start(url: str = "", queues: Sequence[str] = (EVENTS,), **settings: object) -> Consumer:
        consumer = Consumer(
            parse_address(url or vhost.url),
            TOPOLOGY,
            queues,
            backoff=Backoff(0.05, 0.2),
            **settings,  # type: ignore[arg-type]
        )
        started.append(consumer)
        consumer.start()
        return consumer

    yield start
    for each in started:
        each.stop(1.0)


@pytest.fixture
def publishing(vhost: VirtualHost) -> Iterator[StartPublisher]:
    """Start publishers that are stopped after the test."""
    started: list[Publisher] = []

    def start(url: str = "", wanted: Topology = TOPOLOGY, **given: Any) -> Publisher:
        address = parse_address(url or vhost.url)
        publisher = Publisher(address, wanted, backoff=Backoff(0.05, 0.2), **given)
        started.append(publisher)
        publisher.start()
        return publisher

    yield start
    for each in started:
        each.stop(1.0)


def messages(
    count: int, *, exchange: str = "hscv.events", key: str = "document.issued", first: int = 0
) -> list[Outgoing]:
    """`count` small messages whose bodies are their numbers."""
    return [
        Outgoing(exchange, key, str(n).encode(), "application/cloudevents+json", f"m{n}")
        for n in range(first, first + count)
    ]


def take(consumer: Consumer, count: int, *, acknowledge: bool = True) -> list[Delivery]:
    """The next `count` deliveries, acknowledged batch by batch."""
    taken: list[Delivery] = []
    while len(taken) < count:
        batch = consumer.batches(10.0)
        assert batch is not None, f"only {len(taken)} of {count} came: {consumer.state}"
        taken.extend(batch.deliveries)
        if acknowledge:
            consumer.acknowledge(batch)
    return taken


def ready(url: str, queue: str = EVENTS) -> int:
    """Messages that nobody has in hand."""
    with Client(parse_address(url)) as client:
        return client.depth(queue)


def wait_until_empty(url: str, *queues: str, seconds: float = 60.0) -> None:
    """Wait until nobody has anything left to take from *queues*.

    A broker that is too busy to know how much a queue has says 0, so that it is asked twice.
    """
    with Client(parse_address(url)) as client:

        def empty() -> bool:
            return not any(client.depth(each) for each in queues)

        def stays_empty() -> bool:
            if not empty():
                return False
            time.sleep(0.5)
            return empty()

        wait_until(stays_empty, f"nothing is left in {', '.join(queues)}", seconds)


def all_confirmed(outcomes: Sequence[Fate]) -> bool:
    """Whether the broker has every one of them on disk."""
    return set(outcomes) == {Fate.CONFIRMED}


class HeldAnswers:
    """What brokers say of messages, kept from the publishers that are made until `release`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pass_on = Publisher._answered
        self._released = False
        self._lock = threading.Lock()
        self.answers: list[tuple[Publisher, Any]] = []

        def answered(publisher: Publisher, frame: Any) -> None:
            with self._lock:
                if not self._released:
                    self.answers.append((publisher, frame))
                    return
            self._pass_on(publisher, frame)

        monkeypatch.setattr(Publisher, "_answered", answered)

    def release(self) -> None:
        """Now they come, and so do later ones."""
        with self._lock:
            self._released = True
        for publisher, frame in self.answers:
            self._pass_on(publisher, frame)
