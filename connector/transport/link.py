"""One thread that owns one connection to the broker and only moves bytes.

The thread runs pika's event loop, so heartbeats are answered however long a worker takes. When
the connection ends for whatever reason but `stop()`, it is opened again after a pause that
grows and varies. Callbacks run on the thread and must never wait for anything.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import pika

from ...rules.faults import tell_fault
from .address import Address
from .describing import describe
from .holding import HoldingLoop
from .loops import Stopping

# How long a closing handshake may take before the socket is simply dropped.
CLOSE_SECONDS = 3.0
# How long the broker may take to answer everything that has to be asked before work can begin.
READY_SECONDS = 60.0
_SIPS = 2
"""How often in a heartbeat something is read while reading is held: pika gives a connection up on
which nothing came for a heartbeat and 5 s."""
TURN_SECONDS = 10.0
"""How often the event loop looks whether it is to end, and is known by that to move."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LinkState:
    """How a link is doing.

    `up`: ready for its work. `blocked`: the broker takes no messages for now. `epoch` numbers
    the connections. `error`: why it is not up, or was not the last time; one line.
    """

    up: bool = False
    blocked: bool = False
    epoch: int = 0
    error: str | None = None


class Backoff:
    """Pauses between attempts in seconds: doubled each time, half of it by chance."""

    def __init__(
        self, first: float = 0.5, longest: float = 30.0, rng: random.Random | None = None
    ) -> None:
        self._first = first
        self._longest = longest
        self._rng = rng or random.Random()
        self._attempts = 0

    def pause(self) -> float:
        """The next pause."""
        whole = min(self._longest, self._first * 2.0**self._attempts)
        self._attempts = min(self._attempts + 1, 32)
        return whole * self._rng.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Begin again with the shortest pause."""
        self._attempts = 0


class Link:
    """A connection that comes back.

    `on_open` gets each new connection and calls `ready()` when its work can begin; `on_lost`
    hears of the end of each; `on_state` of each change of state. With `backoff=None` there is
    one attempt only.
    """

    def __init__(
        self,
        address: Address,
        name: str,
        *,
        backoff: Backoff | None,
        on_open: Callable[[pika.SelectConnection], None],
        on_lost: Callable[[], None],
        on_state: Callable[[LinkState], None] | None = None,
    ) -> None:
        self.state = LinkState()
        self._address = address
        self._name = name
        self._parameters = address.parameters(name)
        self._backoff = backoff
        self._on_open = on_open
        self._on_lost = on_lost
        self._on_state = on_state or (lambda state: None)
        self._lock = threading.Lock()
        self._loop: HoldingLoop | None = None
        self._connection: pika.SelectConnection | None = None
        self._failure: str | None = None
        self._proceeds = False
        self._stopping = Stopping()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    # From any thread

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._thread.start()

    def call(self, work: Callable[[], None]) -> bool:
        """Have `work` run on the link's thread; False when there is no connection to run on."""
        with self._lock:
            if self._loop is None:
                return False
            self._loop.add_callback_threadsafe(work)
            return True

    def stop(self, seconds: float) -> None:
        """Close the connection and end the thread, waiting at most `seconds`."""
        self._stopping.set()
        self.call(self._close)
        if self._thread.is_alive():
            self._thread.join(seconds)

    def hung(self) -> list[str]:
        """As `Stopping.hung`, of the link's thread."""
        return self._stopping.hung()

    # On the link's thread

    def ready(self) -> None:
        """The work of this connection can begin, unless it was given up or is to end."""
        if self._failure is not None or self._stopping.is_set():
            return
        if self._backoff is not None:
            self._backoff.reset()
        log.info("%s: connected to broker %s", self._name, self._address)
        self._set(up=True, error=None)

    def proceeds(self) -> None:
        """The broker answers, though the work of this connection cannot begin yet."""
        self._proceeds = True

    def fail(self, reason: str) -> None:
        """Give this connection up as faulty."""
        if self._failure is None and not self._stopping.is_set():
            self._failure = f"broker {self._address}: {reason}"
        self._close()

    def later(self, seconds: float, work: Callable[[], None]) -> object:
        """Have `work` run after a time on this connection; the handle is for `not_later`."""
        assert self._loop is not None
        return self._loop.call_later(seconds, work)

    def not_later(self, handle: object) -> None:
        """Take back what `later` planned."""
        assert self._loop is not None
        self._loop.remove_timeout(handle)

    def hold(self, held: bool) -> None:
        """Read no more from the connection for now, or read again; what is sent goes all the same,
        and the connection lives on."""
        if self._loop is not None:
            self._loop.hold(held)

    # Inside

    def _run(self) -> None:
        with self._stopping.loop(self._name):
            while not self._stopping.is_set():
                reason = self._attempt()
                asked = self._stopping.is_set()
                self._set(up=False, blocked=False, error=None if asked else reason)
                if self._backoff is None or asked:
                    return
                pause = self._backoff.pause()
                log.warning("%s: %s; trying again in %.1f s", self._name, reason, pause)
                self._stopping.wait(pause)

    def _attempt(self) -> str:
        """One connection from beginning to end; why it ended, whatever that was."""
        self._failure, self._proceeds = None, False
        self.state = replace(self.state, epoch=self.state.epoch + 1)
        try:
            try:
                self._stay_connected()
            finally:
                self._on_lost()
        except Exception as error:  # noqa: BLE001 - want of memory or descriptors may pass too
            log.debug("%s: the event loop failed: %s", self._name, tell_fault(error))
            self._failure = self._failure or describe(error, self._address)
        return self._failure or f"broker {self._address}: connection lost"

    def _stay_connected(self) -> None:
        """Connect and stay until the connection ends. Raises whatever pika raises."""
        loop = HoldingLoop(self._address.heartbeat / _SIPS)
        try:
            self._connection = pika.SelectConnection(
                self._parameters,
                on_open_callback=self._opened,
                on_open_error_callback=self._ended,
                on_close_callback=self._ended,
                custom_ioloop=loop,
            )
            with self._lock:
                self._loop = loop
            if not self._stopping.is_set():
                self._turn()
                loop.start()
        finally:
            with self._lock:
                self._loop = None
            self._connection = None
            loop.close()

    def _turn(self) -> None:
        self._stopping.is_set()
        self.later(TURN_SECONDS, self._turn)

    def _opened(self, connection: pika.SelectConnection) -> None:
        connection.add_on_connection_blocked_callback(self._blocked)
        connection.add_on_connection_unblocked_callback(self._unblocked)
        self.later(READY_SECONDS, self._require_ready)
        self._on_open(connection)

    def _require_ready(self) -> None:
        if self.state.up:
            return
        if self._proceeds or (self._loop is not None and self._loop.is_held):
            self._proceeds = False
            self.later(READY_SECONDS, self._require_ready)
        else:
            self.fail(
                f"it has not answered for {READY_SECONDS:.0f} s; has a queue lost its leader?"
            )

    def _ended(self, _: pika.SelectConnection, error: BaseException) -> None:
        self._failure = self._failure or describe(error, self._address)
        if self._loop is not None:
            self._loop.stop()

    def _close(self) -> None:
        connection, loop = self._connection, self._loop
        if connection is None or loop is None or connection.is_closing or connection.is_closed:
            return
        loop.call_later(CLOSE_SECONDS, loop.stop)
        loop.hold(False)
        connection.close()

    def _blocked(self, _: pika.SelectConnection, frame: pika.frame.Method) -> None:
        log.warning("%s: blocked by broker %s: %s", self._name, self._address, frame.method.reason)
        self._set(blocked=True)

    def _unblocked(self, *_: object) -> None:
        log.info("%s: no longer blocked by broker %s", self._name, self._address)
        self._set(blocked=False)

    def _set(self, **changes: bool | str | None) -> None:
        changed = replace(self.state, **changes)  # type: ignore[arg-type]
        if changed != self.state:
            self.state = changed
            try:
                self._on_state(changed)
            except Exception as error:  # noqa: BLE001 - the connection is to come back for ever
                told = tell_fault(error)
                # A traceback would show the error's text.
                log.error("%s: the listener to its state failed: %s", self._name, told)  # noqa: TRY400
