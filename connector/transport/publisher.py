"""Publishes batches of messages and says of each what became of it.

Messages are persistent and mandatory, and a message counts as published only when the broker
has confirmed it. Nothing is sent twice by itself: what got no answer is UNKNOWN, and the
caller, who knows whether it is still true, publishes it again. Nothing is sent after its time, on
another connection than it was meant for, or ahead of too many that have no answer yet.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import pika
from pika import DeliveryMode, spec

from .address import Address
from .declaring import declare, tell_declared
from .errors import ACCESS_REFUSED, ChannelRefused, TransportError
from .job import Job, SentMessage
from .link import Backoff, Link, LinkState
from .messages import Fate, Outgoing
from .procedures import Conductor, Procedure, declare_mark, select_confirms
from .topology import Topology

MOST_UNANSWERED = 500
ANSWER_SECONDS = 60.0
"""A broker that takes messages and has left one without an answer for so long will never give it,
as one does that was killed: it is asked anew, on another connection."""
_MARK = "dondoc.connection."
"""How the names of connections begin for which the broker has a queue of that name."""


def has_mark(connection: str) -> bool:
    """Whether the broker has a queue of the name *connection* until it has read and done with
    everything that was sent on it; where the user may not declare one it has not."""
    return connection.startswith(_MARK)


class Publisher:
    """A connection for publishing that comes back by itself. Several threads may use it.

    *unanswered*: how many messages may be on their way at once. *answer_within*: after so many
    seconds without an answer to one, of a broker that is not blocked, it connects again.
    """

    def __init__(
        self,
        address: Address,
        wanted: Topology,
        name: str = "dondoc publisher",
        *,
        backoff: Backoff | None = None,
        on_state: Callable[[LinkState], None] | None = None,
        unanswered: int = MOST_UNANSWERED,
        answer_within: float = ANSWER_SECONDS,
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
        self._most = unanswered
        self._answer_within = answer_within
        self._lock = threading.Lock()
        self._changed = threading.Condition()
        self._connection: str | None = None
        self._unsent: deque[Job] = deque()
        self._stopped = False
        # Of the connection's thread.
        self._conductor: Conductor | None = None
        self._next_tag = 1
        self._unconfirmed: dict[int, SentMessage] = {}
        self._free_since = self._looked_at = 0.0

    @property
    def state(self) -> LinkState:
        """`up` means ready to publish; `blocked`, that the broker takes nothing for now."""
        return self._link.state

    def hung(self) -> list[str]:
        """As `Stopping.hung`, of the connection's thread."""
        return self._link.hung()

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

    def connection(self, timeout: float) -> str | None:
        """The name of the connection on which messages can go out, waited for at most `timeout`
        seconds; no two connections have the same. None: there is none, or it is blocked."""

        def ready() -> bool:
            return self._stopped or (self.state.up and not self.state.blocked)

        with self._changed:
            self._changed.wait_for(ready, timeout)
        return self._connection if ready() and not self._stopped else None

    def answered(self) -> tuple[str | None, bool]:
        """The present connection, blocked or not, and whether all that was sent on it is
        answered."""
        with self._lock:
            return self._connection, not self._unconfirmed

    def publish(
        self,
        messages: Sequence[Outgoing],
        timeout: float = 30.0,
        connection: str | None = None,
        until: float = float("inf"),
    ) -> tuple[Fate, ...]:
        """Publish `messages` in their order and wait for the broker's answer to each.

        With a `connection`, only on that one; nothing after `until`, in `time.monotonic()`.

        Gives one outcome per message after at most `timeout` seconds, or at once after
        `stop()`; while there is no broker or it is blocked, they are UNKNOWN and `trouble` says
        why. What has not been sent by then is not sent later.
        """
        if not messages:
            return ()
        job = Job(messages, connection, min(until, time.monotonic() + timeout))
        with self._lock:
            self._unsent.append(job)
        self._link.call(self._send)
        job.answered.wait(0 if self._stopped else timeout)
        with self._lock:
            if job in self._unsent:
                self._unsent.remove(job)
        return tuple(outcome or Fate.UNKNOWN for outcome in job.outcomes)

    def stop(self, timeout: float = 5.0) -> None:
        """Close. Calls of `publish` that are waiting return: without an answer is UNKNOWN."""
        self._stopped = True
        self._link.stop(timeout)
        with self._changed:
            self._changed.notify_all()
        with self._lock:
            for job in self._unsent:
                job.answered.set()

    # On the connection's thread

    def _prepare(self, connection: pika.SelectConnection) -> None:
        self._next_tag = 1
        self._conductor = Conductor(connection, on_closed=self._link.fail)
        self._conductor.run(self._preparation(), self._prepared)

    def _preparation(self) -> Procedure[tuple[tuple[str, ...], str]]:
        created = yield from declare(self._wanted)
        name = uuid4().hex
        try:
            yield declare_mark(_MARK + name)
            name = _MARK + name
        except ChannelRefused as refused:
            if refused.code != ACCESS_REFUSED:
                raise
        yield select_confirms(self._answered)
        return created, name

    def _prepared(
        self,
        result: tuple[tuple[str, ...], str],
        error: TransportError | ChannelRefused | None,
    ) -> None:
        if error is not None:
            self._link.fail(str(error))
            return
        assert self._conductor is not None
        assert self._conductor.channel is not None
        self._conductor.channel.add_on_return_callback(self._returned)
        created, self._connection = result
        tell_declared(created)
        self._looked_at = time.monotonic()
        self._link.later(self._answer_within / 2, self._look_for_answers)
        self._link.ready()

    def _look_for_answers(self) -> None:
        now = time.monotonic()
        oldest = next(iter(self._unconfirmed.values()), None)
        # A process that stood still has not read yet what it was answered meanwhile.
        stood_still = now - self._looked_at >= self._answer_within
        self._looked_at = now
        if self.state.blocked or stood_still:
            self._free_since = now
        elif oldest and now - max(oldest.at, self._free_since) >= self._answer_within:
            self._link.fail(f"no answer to a message for {now - oldest.at:.0f} s")
            return
        self._link.later(self._answer_within / 2, self._look_for_answers)

    def _state_changed(self, state: LinkState) -> None:
        if state.up and not state.blocked:
            self._send()
        with self._changed:
            self._changed.notify_all()
        self._on_state(state)

    def _send(self) -> None:
        channel = self._conductor.channel if self._conductor is not None else None
        while self.state.up and not self.state.blocked and channel is not None and channel.is_open:
            message = self._next()
            if message is None:
                return
            channel.basic_publish(
                message.exchange,
                message.routing_key,
                message.body,
                _properties(message),
                mandatory=True,
            )

    def _next(self) -> Outgoing | None:
        """The next message that may be sent now, counted as unanswered from here on."""
        with self._lock:
            while self._unsent and len(self._unconfirmed) < self._most:
                job = self._unsent[0]
                if not job.may_go(self._connection):
                    self._unsent.popleft().give_up()
                    continue
                index = job.sent
                job.sent += 1
                if job.sent == len(job.messages):
                    self._unsent.popleft()
                self._unconfirmed[self._next_tag] = SentMessage(job, index, time.monotonic())
                self._next_tag += 1
                return job.messages[index]
        return None

    def _returned(self, _: object, method: Any, __: object, body: bytes) -> None:
        """A message comes back. A return carries no number, so it is known by what it holds.

        Its confirm follows and settles it.
        """
        returned = (method.exchange, method.routing_key, body)
        for job, index, _ in self._unconfirmed.values():
            sent = job.messages[index]
            if (sent.exchange, sent.routing_key, sent.body) == returned:
                job.answer(index, Fate.RETURNED)

    def _answered(self, frame: pika.frame.Method) -> None:
        method = frame.method
        outcome = Fate.CONFIRMED if isinstance(method, spec.Basic.Ack) else Fate.NACKED
        if not method.multiple:
            self._settle(method.delivery_tag, outcome)
        else:
            # Insertion order is the order of the numbers.
            for tag in [each for each in self._unconfirmed if each <= method.delivery_tag]:
                self._settle(tag, outcome)
        self._send()

    def _settle(self, tag: int, outcome: Fate) -> None:
        with self._lock:
            job, index, _ = self._unconfirmed.pop(tag)
        job.settle(index, outcome)

    def _lost(self) -> None:
        self._conductor = None
        with self._lock:
            self._connection = None
            bound = [job for job in self._unsent if job.connection is not None]
            for job in bound:
                self._unsent.remove(job)
        for job in bound:
            job.give_up()
        for tag in list(self._unconfirmed):
            self._settle(tag, Fate.UNKNOWN)


def _properties(message: Outgoing) -> pika.BasicProperties:
    return pika.BasicProperties(
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        delivery_mode=DeliveryMode.Persistent,
        message_id=message.message_id or None,
        headers=message.headers,
    )
