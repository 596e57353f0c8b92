"""Takes messages from queues in whole batches and acknowledges them in whole batches.

The connection's thread collects deliveries and hands each batch over once; a worker works on
it at its own pace and acknowledges it. Nothing is ever rejected or requeued. Whatever ends the
subscription, be it the connection, the channel, the queue or the broker, is a fault: connect
again, declare again, subscribe again.
"""

from __future__ import annotations

import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pika

from .address import Address
from .batching import Collected, Most
from .declaring import declare, tell_declared
from .errors import ChannelRefused, TransportError
from .in_hand import IN_HAND_BYTES, InHand
from .link import Backoff, Link, LinkState
from .messages import Batch, Delivery
from .procedures import Conductor, Procedure, consume, delivery, limit_unacknowledged
from .topology import Topology

# Somebody may delete an exchange, and with it our binding, without the broker telling us.
REDECLARE_SECONDS = 60.0
_SHARE = 8
"""A batch has at most that part of the bytes that may be in hand: whoever works on it makes several
copies of it."""


class Consumer:
    """A subscription to `queues` that never ends by itself.

    At most `prefetch` deliveries are unacknowledged at a time, each queue having its share, and
    about `in_hand_bytes` are in hand, or one message that is larger. A batch is handed over when it
    holds `batch_size` deliveries or an eighth of those bytes, or `batch_wait` seconds after its
    first. `on_state` is called on the connection's thread and must not wait for anything.

        consumer = Consumer(parse_address(url), topology(), ["dondoc.events"])
        consumer.start()
        while (batch := consumer.batches(timeout=1.0)) is not None:
            store(batch.deliveries)
            consumer.acknowledge(batch)
        consumer.stop()
    """

    def __init__(
        self,
        address: Address,
        wanted: Topology,
        queues: Sequence[str],
        *,
        prefetch: int = 600,
        batch_size: int = 300,
        batch_wait: float = 0.010,
        in_hand_bytes: int = IN_HAND_BYTES,
        redeclare_every: float = REDECLARE_SECONDS,
        backoff: Backoff | None = None,
        on_state: Callable[[LinkState], None] | None = None,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        if not 1 <= batch_size <= prefetch <= 65535:
            raise ValueError("1 <= batch_size <= prefetch <= 65535 must hold")
        self.last_delivery: float | None = None
        """When the last batch arrived, in seconds since 1970; None before the first."""
        self._wanted = wanted
        self._queues = {_tag(number): queue for number, queue in enumerate(queues)}
        # Quorum queues know no limit for all consumers of a channel together.
        self._prefetch = max(1, prefetch // len(queues))
        self._most = Most(batch_size, in_hand_bytes // _SHARE)
        self._batch_wait = batch_wait
        self._bound = in_hand_bytes
        self._redeclare_every = redeclare_every
        self._wall_clock = wall_clock
        self._link = Link(
            address,
            "dondoc consumer",
            backoff=backoff or Backoff(),
            on_open=self._subscribe,
            on_lost=self._lost,
            on_state=on_state,
        )
        # Of the connection's thread.
        self._consuming: Conductor | None = None
        self._declaring: Conductor | None = None
        self._collected = Collected(self._most)
        self._in_hand = InHand(self._bound)
        self._timer: object | None = None
        # Shared with the worker, under the lock.
        self._changed = threading.Condition()
        self._epoch = 0
        self._handed: deque[Batch] = deque()
        self._waiting: deque[Batch] = deque()
        self._stopping = False
        self._worker: int | None = None

    @property
    def state(self) -> LinkState:
        """`up` means subscribed."""
        return self._link.state

    @property
    def in_hand_bytes(self) -> int:
        """The bytes of what was delivered and is not acknowledged yet."""
        return self._in_hand.bytes

    def hung(self) -> list[str]:
        """As `Stopping.hung`, of the connection's thread."""
        return self._link.hung()

    @property
    def waits_for(self) -> str:
        """Why it is not subscribed, one line; empty while it is."""
        state = self.state
        if not state.up and self._in_hand.full:
            return "what it has in hand to be done"
        return "" if state.up else state.error or "the broker"

    def start(self) -> None:
        """Begin to connect; returns at once, also when there is no broker yet."""
        self._link.start()

    def batches(self, timeout: float) -> Batch | None:
        """The next batch; None when none came within `timeout` seconds or after `stop()`.

        Either all of its deliveries are marked as redelivered, or none is.
        """
        self._worker = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping, timeout)
            if self._stopping or not self._waiting:
                return None
            batch = self._most.join(self._waiting)
            self._handed.append(batch)
            return batch

    def acknowledge(self, batch: Batch, through: Delivery | None = None) -> None:
        """Acknowledge a batch, or what it holds up to and including `through`.

        Batches are acknowledged in the order in which they were handed over, because one
        command to the broker covers everything before it; anything else is a RuntimeError.
        For a batch of an earlier connection nothing happens: the broker has taken those
        deliveries back and sends them again.
        """
        last = batch.deliveries[-1]
        through = through or last
        with self._changed:
            if batch.epoch != self._epoch:
                return
            if not self._handed or self._handed[0] is not batch:
                raise RuntimeError("batches are acknowledged once, in the order of their delivery")
            # Before a stop can hear of it: it would close the connection first.
            self._link.call(functools.partial(self._done, batch.epoch, through.tag))
            if through is last:
                self._handed.popleft()
                self._changed.notify_all()

    def stop(self, timeout: float = 5.0) -> None:
        """Take nothing more, let a worker on another thread acknowledge what it holds, close.

        Returns within about `timeout` seconds. What was not acknowledged stays in the queue.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._link.call(self._cancel)
        if self._worker != threading.get_ident():
            with self._changed:
                self._changed.wait_for(lambda: not self._handed, timeout)
        self._link.stop(max(0.5, deadline - time.monotonic()))

    # On the connection's thread

    def _subscribe(self, connection: pika.SelectConnection) -> None:
        with self._changed:
            self._epoch += 1
        self._consuming = Conductor(connection, on_closed=self._fault)
        self._declaring = Conductor(connection, on_closed=self._fault)
        self._consuming.run(self._subscription(), self._subscribed)

    def _subscription(self) -> Procedure[tuple[str, ...]]:
        created = yield from declare(self._wanted)
        yield limit_unacknowledged(self._prefetch)
        for tag, queue in self._queues.items():
            yield consume(queue, tag, self._receive)
        return created

    def _subscribed(
        self, created: tuple[str, ...], error: TransportError | ChannelRefused | None
    ) -> None:
        if error is not None:
            self._fault(str(error))
            return
        assert self._consuming is not None
        assert self._consuming.channel is not None
        self._consuming.channel.add_on_cancel_callback(self._cancelled)
        tell_declared(created)
        self._link.later(self._redeclare_every, self._redeclare)
        self._link.ready()

    def _redeclare(self) -> None:
        assert self._declaring is not None
        self._declaring.run(declare(self._wanted), self._redeclared)

    def _redeclared(
        self, created: tuple[str, ...], error: TransportError | ChannelRefused | None
    ) -> None:
        if error is not None:
            self._fault(str(error))
            return
        tell_declared(created)
        self._link.later(self._redeclare_every, self._redeclare)

    def _receive(self, _: object, method: Any, properties: Any, body: bytes) -> None:
        arrived = delivery(method, properties, body, self._queues[method.consumer_tag])
        # It may come before the subscription to another queue is answered.
        self._link.proceeds()
        self._in_hand.arrived(arrived.tag, arrived.size)
        if self._in_hand.full:
            self._link.hold(True)
        if not self._collected.takes(arrived):
            self._hand_over()
        if self._collected.add(arrived):
            self._hand_over()
        elif len(self._collected) == 1:
            self._timer = self._link.later(self._batch_wait, self._time_over)

    def _time_over(self) -> None:
        self._timer = None
        self._hand_over()

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._link.not_later(self._timer)
            self._timer = None
        self.last_delivery = self._wall_clock()
        with self._changed:
            # No more than `prefetch` deliveries can wait here.
            self._waiting.append(self._collected.batch(self._epoch))
            self._changed.notify_all()

    def _done(self, epoch: int, tag: int) -> None:
        if epoch != self._epoch:
            return
        self._in_hand.done(tag)
        self._link.hold(self._in_hand.full)
        channel = self._consuming.channel if self._consuming is not None else None
        if channel is not None and channel.is_open:
            channel.basic_ack(tag, multiple=True)

    def _cancel(self) -> None:
        channel = self._consuming.channel if self._consuming is not None else None
        if channel is not None and channel.is_open:
            for tag in self._queues:
                channel.basic_cancel(tag)

    def _cancelled(self, frame: Any) -> None:
        queue = self._queues[frame.method.consumer_tag]
        self._fault(f"the broker cancelled the consumer of {queue}; was it deleted?")

    def _fault(self, reason: str) -> None:
        self._link.fail(reason)

    def _lost(self) -> None:
        self._collected = Collected(self._most)
        self._in_hand = InHand(self._bound)
        self._timer = None
        self._consuming = self._declaring = None
        with self._changed:
            self._epoch += 1
            # What waits or is worked on comes again on the next connection.
            self._handed.clear()
            self._waiting.clear()
            self._changed.notify_all()


def _tag(number: int) -> str:
    """What the broker calls the consumer of the queue of that *number*, from 0."""
    return f"dondoc {number + 1}" if number else "dondoc"
