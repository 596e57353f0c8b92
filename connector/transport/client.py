"""One command after another over one connection, for the command line and for checks.

Each call waits for its answer. The connection lives from entering to leaving the `with` block;
what was taken and not acknowledged by then goes back to its queue.
"""

from __future__ import annotations

import functools
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

import pika

from .address import Address
from .declaring import Problem, declare, inspect, missing
from .errors import (
    ACCESS_REFUSED,
    NOT_FOUND,
    RESOURCE_LOCKED,
    BrokerUnavailable,
    ChannelRefused,
    TopologyError,
    TransportError,
)
from .link import Link, LinkState
from .messages import Delivery
from .procedures import (
    Conductor,
    Procedure,
    Step,
    acknowledge,
    bind,
    declare_queue,
    declare_temporary_queue,
    get,
)
from .topology import Binding, Queue, Topology

T = TypeVar("T")
STOP_SECONDS = 5.0


class Client:
    """A synchronous client.

    Every call raises BrokerUnavailable when the broker does not answer within `timeout`
    seconds or is lost, and TopologyError when it refuses.

        with Client(parse_address(url)) as client:
            client.declare(topology())
    """

    def __init__(self, address: Address, timeout: float = 15.0) -> None:
        self._address = address
        self._timeout = timeout
        self._opened: Future[None] = Future()
        self._pending: Future[Any] = self._opened
        self._conductor: Conductor | None = None
        self._link = Link(
            address,
            "dondoc command",
            backoff=None,
            on_open=self._open,
            on_lost=lambda: None,
            on_state=self._state_changed,
        )

    def __enter__(self) -> Client:
        self._link.start()
        try:
            self._wait(self._opened)
        except TransportError:
            self._link.stop(STOP_SECONDS)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._link.stop(STOP_SECONDS)

    def declare(self, wanted: Topology) -> tuple[str, ...]:
        """Declare what is missing of the topology; gives kind and name of what was."""
        return self._run(declare(wanted))

    def missing(self, wanted: Topology) -> tuple[str, ...]:
        """Kind and name of what `declare` would declare; changes nothing."""
        return self._run(missing(wanted))

    def inspect(self, wanted: Topology) -> tuple[Problem, ...]:
        """What AMQP tells of differences from the topology; see `declaring.inspect`."""
        return self._run(inspect(wanted))

    def depth(self, queue: str) -> int:
        """How many messages of a queue are ready, those being worked on not counted."""
        return self._run(_depth(queue))

    def exists(self, queue: str) -> bool:
        """Whether there is a queue of that name, be it another connection's own."""
        return self._run(_exists(queue))

    def get(self, queue: str, limit: int) -> tuple[Delivery, ...]:
        """Up to `limit` messages, the oldest first, without removing them."""
        return self._run(_get(queue, limit))

    def acknowledge(self, delivery: Delivery) -> None:
        """Remove a message that `get` gave in this `with` block."""
        self._run(_acknowledge(delivery))

    def temporary_queue(self, exchange: str, routing_key: str) -> str:
        """The name of a queue bound to `exchange` that exists as long as this `with` block."""
        return self._run(_temporary_queue(exchange, routing_key))

    def _run(self, procedure: Procedure[T]) -> T:
        future: Future[T] = Future()
        self._pending = future
        if not self._link.call(functools.partial(self._begin, procedure, future)):
            raise BrokerUnavailable(self._why_not())
        return self._wait(future)

    def _wait(self, future: Future[T]) -> T:
        try:
            return future.result(self._timeout)
        except FutureTimeout:
            raise BrokerUnavailable(
                f"broker {self._address}: no answer within {self._timeout:.0f} s"
            ) from None

    def _why_not(self) -> str:
        return self._link.state.error or f"broker {self._address}: not connected"

    # On the connection's thread

    def _open(self, connection: pika.SelectConnection) -> None:
        self._conductor = Conductor(connection, on_closed=self._link.fail)
        self._link.ready()

    def _state_changed(self, state: LinkState) -> None:
        pending = self._pending
        if state.up and not self._opened.done():
            self._opened.set_result(None)
        elif not state.up and not pending.done():
            pending.set_exception(BrokerUnavailable(self._why_not()))

    def _begin(self, procedure: Procedure[T], future: Future[T]) -> None:
        def done(result: T, error: TransportError | ChannelRefused | None) -> None:
            if future.done():
                return
            if isinstance(error, ChannelRefused):
                future.set_exception(TopologyError(f"broker {self._address}: {error}"))
            elif error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        assert self._conductor is not None
        self._conductor.run(procedure, done)


def _depth(queue: str) -> Procedure[int]:
    answer = yield from _checked(
        queue, declare_queue(Queue(queue, {}, keeps_all=False), passive=True)
    )
    return int(answer.message_count)


def _exists(queue: str) -> Procedure[bool]:
    try:
        yield declare_queue(Queue(queue, {}, keeps_all=False), passive=True)
    except ChannelRefused as refused:
        if refused.code == NOT_FOUND:
            return False
        if refused.code != RESOURCE_LOCKED:
            raise
    return True


def _get(queue: str, limit: int) -> Procedure[tuple[Delivery, ...]]:
    taken: list[Delivery] = []
    while len(taken) < limit:
        answer = yield from _checked(queue, get(queue))
        if not isinstance(answer, Delivery):
            break
        taken.append(answer)
    return tuple(taken)


def _acknowledge(delivery: Delivery) -> Procedure[None]:
    yield acknowledge(delivery.tag)


def _temporary_queue(exchange: str, routing_key: str) -> Procedure[str]:
    queue = str((yield declare_temporary_queue()).queue)
    yield from _checked(exchange, bind(Binding(queue, exchange, routing_key)))
    return queue


def _checked(name: str, step: Step) -> Procedure[Any]:
    """One step; its refusal names the object and what to mend."""
    try:
        return (yield step)
    except ChannelRefused as refused:
        if refused.code == NOT_FOUND:
            raise TopologyError(f"{name} does not exist: run `dondoc declare`") from refused
        if refused.code == ACCESS_REFUSED:
            raise TopologyError(f"{name}: grant the user `read` on it") from refused
        raise
