"""pika's event loop, which can stop reading for a while without the connection being lost.

What is not read stays in the sockets and at the broker. A sip is taken now and then all the same:
by that the broker's heartbeats are heard, and an end of the connection is.
"""

from __future__ import annotations

from collections.abc import Callable

from pika.adapters.select_connection import IOLoop


class HoldingLoop(IOLoop):  # type: ignore[misc]
    """An event loop whose reading can be held; of the connection's thread alone. While it is, a sip
    is taken every *sip_seconds*: pika reads at most 100 KiB at a time, or twice that with TLS."""

    def __init__(self, sip_seconds: float) -> None:
        super().__init__()
        self._sip_seconds = sip_seconds
        self._held: object | None = None
        self._wanted: dict[int, int] = {}
        # In their order, each once: pika asks again each time that it has read.
        self._postponed: dict[Callable[[], None], None] = {}

    @property
    def is_held(self) -> bool:
        """Whether reading is held."""
        return self._held is not None

    def hold(self, held: bool) -> None:
        """Read no more, but for a sip now and then, or read again."""
        if held == (self._held is not None):
            return
        if self._held is not None:
            self.remove_timeout(self._held)
            self._held = None
        else:
            self._held = self.call_later(self._sip_seconds, self._sip)
        self._watch(reading=not held)
        if not held:
            self._go_on()

    def add_callback(self, callback: Callable[[], None]) -> None:
        """As pika has it, by which it reads on what TLS has deciphered; not while reading is held.
        `add_callback_threadsafe`, which is for everybody else, never waits."""
        if self._held is None:
            self.add_callback_threadsafe(callback)
        else:
            self._postponed[callback] = None

    def add_handler(self, fd: int, handler: Callable[[int, int], None], events: int) -> None:
        """As pika has it; whatever happens to *fd* but that it can be written to is read."""

        def handle(found: int, happened: int) -> None:
            # Else an end would be heard of again and again, and never by whoever reads.
            handler(found, happened | self.READ if happened & ~self.WRITE else happened)

        self._wanted[fd] = events
        super().add_handler(fd, handle, self._now(events))

    def update_handler(self, fd: int, events: int) -> None:
        """As pika has it."""
        self._wanted[fd] = events
        super().update_handler(fd, self._now(events))

    def remove_handler(self, fd: int) -> None:
        """As pika has it."""
        del self._wanted[fd]
        super().remove_handler(fd)

    def _now(self, events: int) -> int:
        return events if self._held is None else events & ~self.READ

    def _watch(self, *, reading: bool) -> None:
        for fd, events in self._wanted.items():
            super().update_handler(fd, events if reading else events & ~self.READ)

    def _go_on(self) -> None:
        for each in self._postponed:
            self.add_callback_threadsafe(each)
        self._postponed.clear()

    def _sip(self) -> None:
        self._watch(reading=True)
        self._go_on()
        self._held = self.call_later(0, self._sipped)

    def _sipped(self) -> None:
        self._watch(reading=False)
        self._held = self.call_later(self._sip_seconds, self._sip)
