"""Publishes batches of messages and says of each what became of it.

Messages are persistent and mandatory, and a message counts as published only when the broker
has confirmed it. Nothing is sent twice by itself: what got no answer is UNKNOWN, and the
caller, who knows whether it is still true, publishes it again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pika
from pika import DeliveryMode, spec

from ..topology import Topology
from .address import Address
from .declaring import declare, tell_declared
from .errors import ChannelRefused, TransportError
from .link import Backoff, Link, LinkState
from .messages import Outcome, Outgoing
from .procedures import Conductor, Procedure, select_confirms


class _Job:
    """The messages of one call of `publish` and what is known of each."""

    def __init__(self, messages: Sequence[Outgoing]) -> None:
        self.messages = messages
        self.outcomes: list[Outcome | None] = [None] * len(messages)
        self.unanswered = len(messages)
        self.answered = threading.Event()

    def answer(self, index: int, outcome: Outcome) -> None:
        if self.outcomes[index] is None:
            self.outcomes[index] = outcome

    def settle(self, index: int, outcome: Outcome) -> None:
        self.answer(index, outcome)
        self.unanswered -= 1
        if self.unanswered == 0:
            self.answered.set()


class Publisher:
    """A connection for publishing that comes back by itself. Several threads may use it."""

    def __init__(
        self,
        address: Address,
        wanted: Topology,
        name: str = "dondoc publisher",
        *,
        backoff: Backoff | None = None,
        on_state: Callable[[LinkState], None] | None = None,
    ) -> None:
        self._address = address
        self._wanted = wanted
        self._link = Link(
            address,
            name,
            backoff=backoff or Backoff(),
            on_open=self._prepare,
            on_lost=self._lost,
            on_state=self._state_changed,
        )
        self._on_state = on_state or (lambda state: None)
        self._lock = threading.Lock()
        self._unsent: deque[_Job] = deque()
        self._stopped = False
        # Of the connection's thread.
        self._conductor: Conductor | None = None
        self._next_tag = 1
        self._unconfirmed: dict[int, tuple[_Job, int]] = {}

    @property
    def state(self) -> LinkState:
        """`up` means ready to publish; `blocked`, that the broker takes nothing for now."""
        return self._link.state

    def start(self) -> None:
        """Begin to connect; returns at once, also when there is no broker yet."""
        self._link.start()

    @property
    def trouble(self) -> str | None:
        """Why the broker takes nothing at the moment, in one line; None when it does."""
        state = self.state
        if state.blocked:
            return (
                f"broker {self._address}: takes no messages since a memory or disk alarm: "
                "mend its memory or disk"
            )
        if state.up:
            return None
        return state.error or f"broker {self._address}: not connected"

    def publish(self, messages: Sequence[Outgoing], timeout: float = 30.0) -> tuple[Outcome, ...]:
        """Publish `messages` in their order and wait for the broker's answer to each.

        Gives one outcome per message after at most `timeout` seconds, or at once after
        `stop()`; while there is no broker or it is blocked, they are UNKNOWN and `trouble` says
        why. What has not been sent by then is not sent later.
        """
        if not messages:
            return ()
        job = _Job(messages)
        with self._lock:
            self._unsent.append(job)
        self._link.call(self._send)
        job.answered.wait(0 if self._stopped else timeout)
        with self._lock:
            if job in self._unsent:
                self._unsent.remove(job)
        return tuple(outcome or Outcome.UNKNOWN for outcome in job.outcomes)

    def stop(self, timeout: float = 5.0) -> None:
        """Close. Calls of `publish` that are waiting return: without an answer is UNKNOWN."""
        self._stopped = True
        self._link.stop(timeout)
        with self._lock:
            for job in self._unsent:
                job.answered.set()

    # On the connection's thread

    def _prepare(self, connection: pika.SelectConnection) -> None:
        self._next_tag = 1
        self._conductor = Conductor(connection, on_closed=self._link.fail)
        self._conductor.run(self._preparation(), self._prepared)

    def _preparation(self) -> Procedure[tuple[str, ...]]:
        created = yield from declare(self._wanted)
        yield select_confirms(self._answered)
        return created

    def _prepared(
        self, created: tuple[str, ...], error: TransportError | ChannelRefused | None
    ) -> None:
        if error is not None:
            self._link.fail(str(error))
            return
        assert self._conductor is not None
        assert self._conductor.channel is not None
        self._conductor.channel.add_on_return_callback(self._returned)
        tell_declared(created)
        self._link.ready()

    def _state_changed(self, state: LinkState) -> None:
        if state.up and not state.blocked:
            self._send()
        self._on_state(state)

    def _send(self) -> None:
        channel = self._conductor.channel if self._conductor is not None else None
        while self.state.up and not self.state.blocked and channel is not None and channel.is_open:
            with self._lock:
                if not self._unsent:
                    return
                job = self._unsent.popleft()
            for index, message in enumerate(job.messages):
                self._unconfirmed[self._next_tag] = (job, index)
                self._next_tag += 1
                channel.basic_publish(
                    message.exchange,
                    message.routing_key,
                    message.body,
                    _properties(message),
                    mandatory=True,
                )

    def _returned(self, _: object, method: Any, __: object, body: bytes) -> None:
        """A message comes back. A return carries no number, so it is known by what it holds.

        Its confirm follows and settles it.
        """
        returned = (method.exchange, method.routing_key, body)
        for job, index in self._unconfirmed.values():
            sent = job.messages[index]
            if (sent.exchange, sent.routing_key, sent.body) == returned:
                job.answer(index, Outcome.RETURNED)

    def _answered(self, frame: pika.frame.Method) -> None:
        method = frame.method
        outcome = Outcome.CONFIRMED if isinstance(method, spec.Basic.Ack) else Outcome.NACKED
        if not method.multiple:
            self._settle(method.delivery_tag, outcome)
            return
        # Insertion order is the order of the numbers.
        for tag in list(self._unconfirmed):
            if tag > method.delivery_tag:
                return
            self._settle(tag, outcome)

    def _settle(self, tag: int, outcome: Outcome) -> None:
        job, index = self._unconfirmed.pop(tag)
        job.settle(index, outcome)

    def _lost(self) -> None:
        self._conductor = None
        for tag in list(self._unconfirmed):
            self._settle(tag, Outcome.UNKNOWN)


def _properties(message: Outgoing) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        delivery_mode=DeliveryMode.Persistent,
        message_id=message.message_id or None,
        headers=message.headers,
    )
