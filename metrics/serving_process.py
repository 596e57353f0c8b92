"""The service's side of the process that answers scrapes (`front`): it starts it, hands it what it
is to say, and starts another where it ends or takes nothing any more."""

from __future__ import annotations

import logging
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from .feed import Live, send
from .packing import Page

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
"""How often the service says how it is, asked or not."""
TAKING_SECONDS = 5.0
"""How long the other process may take to take what it is handed."""
AGAIN_SECONDS = 1.0
"""How long it is waited before another is started; twice as long after each that soon ends."""
_LONGEST_AGAIN = 64.0
_STOP_SECONDS = 2.0
_MOST_QUESTIONS = 4096
_MOST_AHEAD = 16 * 1024


class ServingProcess:
    """A process that answers at *listener*, kept between `start` and `stop`.

    *live* gives what the service says of itself, after so many questions; *figures* those of the
    latest snapshot, the same object until there is another. *failed* is told what has ended the
    thread that hands them over before its time.
    """

    def __init__(
        self,
        listener: socket.socket,
        live: Callable[[int], Live],
        figures: Callable[[], Page],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._listener = listener
        self._live = live
        self._figures = figures
        self._failed = failed
        self._stopping = threading.Event()
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._work, name="metrics", daemon=True)

    def start(self) -> None:
        """Start it; returns at once. What is asked meanwhile waits."""
        self._thread.start()

    def stop(self) -> None:
        """End it, and listen no more."""
        self._stopping.set()
        self._wake.close()
        self._thread.join(2 * _STOP_SECONDS)
        self._listener.close()

    def _work(self) -> None:
        try:
            pause = AGAIN_SECONDS
            while not self._stopping.is_set():
                begun = time.monotonic()
                how = self._once()
                if not self._stopping.is_set():
                    if time.monotonic() - begun > _LONGEST_AGAIN:
                        pause = AGAIN_SECONDS
                    log.warning(
                        "the process that answers scrapes has ended (%s); another in %.0f s",
                        how,
                        pause,
                    )
                    self._stopping.wait(pause)
                    pause = min(2 * pause, _LONGEST_AGAIN)
        except BaseException as failure:  # noqa: BLE001 - handed to the service, which ends by it
            self._failed(failure)
        finally:
            self._woken.close()

    def _once(self) -> str:
        """One process from its start to its end; how that came."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                numbers = (self._listener.fileno(), theirs.fileno())
                # -P: nothing that stands where the service was started is taken for a module.
                command = [sys.executable, "-P", "-m", f"{__package__}.front", *map(str, numbers)]
                try:
                    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=numbers)
                except OSError as error:
                    return f"it cannot be started: {error.strerror}"
            ours.settimeout(TAKING_SECONDS)
            # So that it is soon seen where nothing is taken.
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST_AHEAD)
            try:
                self._feed(ours)
            except OSError as error:
                if not isinstance(error, ConnectionError):
                    log.warning("the process that answers scrapes takes nothing: %s", error)
        return _end(process)

    def _feed(self, feed: socket.socket) -> None:
        """Hand over what there is to say, until the process has ended or is to. Raises OSError
        where it takes nothing."""
        heard = select.poll()
        heard.register(feed, select.POLLIN)
        heard.register(self._woken, select.POLLIN)
        told: Page | None = None
        asked, due = 0, 0.0
        while True:
            wait = max(0.0, due - time.monotonic())
            for fd, _ in heard.poll(wait * 1000):
                questions = feed.recv(_MOST_QUESTIONS) if fd == feed.fileno() else b""
                if not questions:
                    return
                asked += len(questions)
            figures = self._figures()
            if figures is not told:
                send(feed, figures)
                told = figures
            send(feed, self._live(asked))
            due = time.monotonic() + EVERY_SECONDS


def _end(process: subprocess.Popen[bytes]) -> str:
    """Have *process* end, which it does by itself when its feed has; how it did."""
    try:
        code = process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "it had to be killed"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
