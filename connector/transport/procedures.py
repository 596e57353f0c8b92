"""Conversations with the broker, written as if they were blocking.

A procedure is a generator that yields steps. A step sends one command over a channel and has
the procedure resumed with the answer. A command that the broker refuses by closing the channel
(a passive declaration of something that does not exist, for example) is raised inside the
procedure as ChannelRefused, on a fresh channel, so that the procedure can go on.

Everything here runs on the thread of the link that owns the connection and must never block.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import pika
from pika import spec
from pika.channel import Channel

from ..contract.headers import HeaderTable
from .errors import ChannelRefused, TransportError
from .messages import Delivery
from .topology import Binding, Exchange, Queue

T = TypeVar("T")
Resume = Callable[[Any], None]
Step = Callable[[Channel, Resume], None]
Procedure = Generator[Step, Any, T]
Done = Callable[[Any, TransportError | ChannelRefused | None], None]


class Conductor:
    """Runs procedures, one after another, over one connection.

    The channel stays open between procedures: what one has received, the next may acknowledge.
    `on_closed` hears of a channel that the broker closed while no procedure was running.
    """

    def __init__(self, connection: pika.SelectConnection, on_closed: Callable[[str], None]) -> None:
        self.channel: Channel | None = None
        self._connection = connection
        self._on_closed = on_closed
        self._running: tuple[Procedure[Any], Done] | None = None

    def run(self, procedure: Procedure[Any], done: Done) -> None:
        """Run `procedure`; `done` gets its result, or the error that it let pass."""
        if self._running is not None:
            raise RuntimeError("a procedure is already running on this channel")
        self._running = (procedure, done)
        if self.channel is not None and self.channel.is_open:
            self._resume(None)
        else:
            self._open_channel(None)

    def _open_channel(self, refusal: ChannelRefused | None) -> None:
        def opened(channel: Channel) -> None:
            self.channel = channel
            channel.add_on_close_callback(self._channel_closed)
            # pika tells nobody of an empty queue unless asked to.
            channel.add_callback(self._resume, [spec.Basic.GetEmpty], one_shot=False)
            self._advance(None, refusal)

        self._connection.channel(on_open_callback=opened)

    def _channel_closed(self, channel: Channel, reason: Exception) -> None:
        if channel is not self.channel or not self._connection.is_open:
            return
        self.channel = None
        refusal = ChannelRefused(
            getattr(reason, "reply_code", 0), getattr(reason, "reply_text", str(reason))
        )
        if self._running is None:
            self._on_closed(str(refusal))
        else:
            self._open_channel(refusal)

    def _resume(self, answer: Any) -> None:
        self._advance(answer if not isinstance(answer, pika.frame.Method) else answer.method, None)

    def _advance(self, answer: Any, refusal: ChannelRefused | None) -> None:
        if self._running is None:
            return
        procedure, done = self._running
        try:
            step = procedure.send(answer) if refusal is None else procedure.throw(refusal)
        except StopIteration as end:
            self._running = None
            done(end.value, None)
        except (TransportError, ChannelRefused) as error:
            self._running = None
            done(None, error)
        else:
            step(self.channel, self._resume)


def declare_exchange(exchange: Exchange, *, passive: bool) -> Step:
    """Declare a durable exchange; passively: only ask whether it exists."""
    return lambda channel, resume: channel.exchange_declare(
        exchange.name,
        exchange.kind,
        passive=passive,
        durable=True,
        arguments=dict(exchange.arguments),
        callback=resume,
    )


def declare_queue(queue: Queue, *, passive: bool) -> Step:
    """Declare a durable queue; the answer has `message_count`, the messages ready in it."""
    return lambda channel, resume: channel.queue_declare(
        queue.name,
        passive=passive,
        durable=True,
        arguments=dict(queue.arguments),
        callback=resume,
    )


def declare_temporary_queue() -> Step:
    """Declare a queue that only this connection sees and that ends with it; answer: `queue`."""
    return lambda channel, resume: channel.queue_declare("", exclusive=True, callback=resume)


def declare_mark(name: str) -> Step:
    """Declare an empty queue of this connection alone: the broker removes it when it has read all
    that was sent on the connection and ends it, so that others can ask whether it has."""
    return lambda channel, resume: channel.queue_declare(name, exclusive=True, callback=resume)


def bind(binding: Binding) -> Step:
    """Bind a queue to an exchange; nothing happens when it already is."""
    return lambda channel, resume: channel.queue_bind(
        binding.queue, binding.exchange, binding.routing_key, callback=resume
    )


def unbind(binding: Binding) -> Step:
    """Take a binding away; nothing happens where there is none."""
    return lambda channel, resume: channel.queue_unbind(
        binding.queue, binding.exchange, binding.routing_key, callback=resume
    )


def limit_unacknowledged(prefetch: int) -> Step:
    """Let the broker hand over at most `prefetch` messages ahead of acknowledgements."""
    return lambda channel, resume: channel.basic_qos(prefetch_count=prefetch, callback=resume)


def consume(queue: str, tag: str, receive: Callable[..., None]) -> Step:
    """Have `receive(channel, method, properties, body)` called for each message of a queue."""
    return lambda channel, resume: channel.basic_consume(
        queue, receive, consumer_tag=tag, callback=resume
    )


def select_confirms(answered: Callable[[Any], None]) -> Step:
    """Have the broker confirm each message published on the channel from now on."""
    return lambda channel, resume: channel.confirm_delivery(answered, callback=resume)


def get(queue: str) -> Step:
    """Take one message without acknowledging it; the answer is a Delivery, or GetEmpty."""

    def step(channel: Channel, resume: Resume) -> None:
        def received(_: Channel, method: Any, properties: Any, body: bytes) -> None:
            resume(delivery(method, properties, body, queue))

        channel.basic_get(queue, received)

    return step


def acknowledge(tag: int) -> Step:
    """Acknowledge one message; there is no answer to wait for."""

    def step(channel: Channel, resume: Resume) -> None:
        channel.basic_ack(tag)
        resume(None)

    return step


def delivery(method: Any, properties: Any, body: bytes, queue: str) -> Delivery:
    """A Delivery of *queue* from what pika hands over."""
    return Delivery(
        method.delivery_tag,
        body,
        properties.content_type,
        properties.headers or HeaderTable(),
        method.redelivered,
        method.routing_key,
        time.monotonic(),
        properties.content_encoding,
        queue,
    )
