"""HSCV and a reader of reminders, as they stand outside dondoc: plain pika and nothing of ours.

HSCV keeps its own list of what the broker confirmed; it is against that list that everything
is held at the end.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pika
from dondoc.sample.messages import SampleMessage
from pika.exceptions import AMQPError

READER_QUEUE = "reader"
EXCHANGE = "hscv.events"
_READ_SECONDS = 30.0


class Hscv:
    """Publishes messages one by one, each until the broker has confirmed it.

    A message whose confirm was lost is published again, as HSCV does: dondoc gets it twice.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._wanted: queue.SimpleQueue[SampleMessage | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="HSCV", daemon=True)
        self._channel: Any = None
        self._sent = 0
        self.confirmed: list[SampleMessage] = []
        self.again = 0
        """How often a message had to be published again."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def send(self, messages: Sequence[SampleMessage]) -> None:
        """Have *messages* published in the background."""
        self._sent += len(messages)
        for message in messages:
            self._wanted.put(message)

    @property
    def unconfirmed(self) -> int:
        """How many are still to be published or confirmed."""
        return self._sent - len(self.confirmed)

    def finish(self, seconds: float) -> None:
        """Wait until everything is confirmed."""
        self._wanted.put(None)
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "HSCV could not publish everything"

    def _run(self) -> None:
        while (message := self._wanted.get()) is not None:
            while not self._published(message):
                self.again += 1
                time.sleep(0.1)
            self.confirmed.append(message)

    def _published(self, message: SampleMessage) -> bool:
        try:
            if self._channel is None:
                connection = pika.BlockingConnection(_parameters(self._url))
                self._channel = connection.channel()
                self._channel.confirm_delivery()
            self._channel.basic_publish(
                EXCHANGE,
                message.routing_key,
                message.body,
                pika.BasicProperties(
                    content_type=message.content_type,
                    delivery_mode=pika.DeliveryMode.Persistent,
                    headers=dict(message.headers),
                ),
                mandatory=True,
            )
        except (AMQPError, OSError):
            self._channel = None
            return False
        return True


def bind_reader(url: str) -> None:
    """Make a durable queue for reminders, as an integrator has one."""
    bind_queue(url, READER_QUEUE, "reminder.#")


def bind_queue(url: str, name: str, routing_key: str) -> None:
    """Make a durable queue for the reminders of *routing_key*."""
    with _channel(url) as channel:
        channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(name, "dondoc.reminders", routing_key)


def read_all(url: str, name: str) -> list[tuple[bytes, dict[str, Any]]]:
    """Body and headers of everything in a queue, which is empty then."""
    found: list[tuple[bytes, dict[str, Any]]] = []
    wanted = depth(url, name)
    with _channel(url) as channel:
        deliveries = channel.consume(name, inactivity_timeout=_READ_SECONDS)
        while len(found) < wanted:
            method, properties, body = next(deliveries)
            assert method is not None, f"{name} had {wanted} messages and gave {len(found)}"
            found.append((body, properties.headers or {}))
            channel.basic_ack(method.delivery_tag)
    return found


def depth(url: str, name: str) -> int:
    """How many messages of a queue are ready."""
    with _channel(url) as channel:
        return int(channel.queue_declare(name, passive=True).method.message_count)


@contextmanager
def _channel(url: str) -> Iterator[Any]:
    connection = pika.BlockingConnection(_parameters(url))
    try:
        yield connection.channel()
    finally:
        connection.close()


def _parameters(url: str) -> pika.URLParameters:
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = 5
    parameters.blocked_connection_timeout = 60
    return parameters
