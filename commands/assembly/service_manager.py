"""What systemd is told of a running process: that it is ready, how it is, that it is alive.

The protocol is one datagram to the socket that NOTIFY_SOCKET names, and is kept stable for whoever
speaks it without a library (sd_notify(3)). It is spoken on a thread of its own, since a loop that
waits for a database cannot; that thread must never vouch for a loop that moves no more.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from ...connector.transport import Condition
from ...metrics.health import trouble

log = logging.getLogger(__name__)

TURN_SECONDS = 1.0
"""How often a process is looked at; more often where the watchdog is to be fed more often."""
_START_SECONDS = 60
"""How much longer than now a start may take that waits for a broker or a database."""
_SHORTEST_TURN = 0.01
_LONGEST_STATUS = 500


class ServiceManager:
    """systemd, as *environment* has it: where it did not start this process as `Type=notify`,
    nothing is told to anybody."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        feeding = _watchdog_seconds(environment) if self._address else None
        self._feeds = feeding is not None
        self._turn = min(TURN_SECONDS, max(_SHORTEST_TURN, (feeding or 60.0) / 3))
        self._condition: Callable[[], Condition] = Condition
        self._well = ""
        self._ready = self._unheard = self._told_to_stop = False
        self._status = ""
        self._over = threading.Event()

    def begin(self) -> None:
        """Tell how the start goes, and keep telling until the process ends."""
        self.status("starts")
        if self._address:
            threading.Thread(target=self._work, name="service_manager", daemon=True).start()

    def watch(self, condition: Callable[[], Condition], well: str) -> None:
        """From now on the process is as *condition* says; *well* is what it does while all is well,
        one sentence."""
        self._well = well
        self._condition = condition

    def stops(self) -> None:
        """The process was asked to end, and drains."""
        self._over.set()
        self._tell_of_stop()

    def status(self, told: str) -> None:
        """Show *told*, one line, as what the process is doing."""
        if self._tell(*self._news(told)):
            self._status = told

    def _tell_of_stop(self) -> None:
        """Until it was heard: a manager that is behind would wait for signs of life."""
        if not self._told_to_stop:
            stopping = ("STOPPING=1", "STATUS=stops: finishes what it has in hand")
            self._told_to_stop = self._tell(*stopping)

    def _work(self) -> None:
        while True:
            self._look(self._condition())
            # While it stops too: what hangs then is ended by systemd's own patience.
            time.sleep(self._turn)

    def _look(self, found: Condition) -> None:
        if self._over.is_set():
            self._tell_of_stop()
        lines, starting = [], not self._ready and not self._over.is_set()
        if self._feeds and not found.hung:
            lines.append("WATCHDOG=1")
        if starting and not found.hung:
            lines.append(f"EXTEND_TIMEOUT_USEC={_START_SECONDS * 1_000_000}")
        told = self._status
        if self._well and not self._over.is_set():
            told = trouble(found) or self._well
            if starting and told == self._well:
                lines.append("READY=1")
            lines += self._news(told)
        if self._tell(*lines):
            self._ready = self._ready or "READY=1" in lines
            self._status = told

    def _news(self, told: str) -> list[str]:
        """*told* as a status, where that is another than the last."""
        line = told.replace("\n", " ")[:_LONGEST_STATUS]
        return [] if told == self._status else [f"STATUS={line}"]

    def _tell(self, *lines: str) -> bool:
        """Say *lines*; gives whether they were heard."""
        if not self._address or not lines:
            return False
        # In the abstract namespace, which is written with @, a name begins with a zero byte.
        name = self._address
        address = f"\0{name[1:]}" if name.startswith("@") else name
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaking:
                # A manager that is behind must keep nobody waiting: it is told again.
                speaking.setblocking(False)
                speaking.sendto("\n".join(lines).encode("utf-8", "replace"), address)
        except BlockingIOError:
            return False
        except (OSError, ValueError) as error:
            if not self._unheard:
                reason = error.strerror if isinstance(error, OSError) else error
                log.warning("systemd cannot be told at NOTIFY_SOCKET %s: %s", name, reason)
            self._unheard = True
            return False
        self._unheard = False
        return True


def _watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    """How long systemd waits for a sign of life; None where it waits for none of this process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    with suppress(ValueError):
        return max(0, int(environment.get("WATCHDOG_USEC", ""))) / 1_000_000 or None
    return None
