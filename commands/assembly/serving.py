"""What the processes that run on and on share: their log, their end by a signal, what systemd is
told of them, a database that is waited for."""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
import threading
from types import FrameType
from typing import Protocol

from ...connector.transport import Condition
from ...storage.engines.errors import DatabaseUnavailable
from .application import Application, prepare_application
from .service_manager import ServiceManager
from .settings import Settings

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
"""How long to wait before a database that is away at the start is tried again."""


class Stoppable(Protocol):
    """What can be asked to end, and how it is."""

    def stop(self) -> None:
        """Ask it to end; from any thread."""

    def condition(self) -> Condition:
        """How it is doing; from any thread."""


def begin_serving() -> Stop:
    """Log to stderr, leave no dump of this process, whose memory holds documents, and end it by
    SIGTERM or SIGINT as whatever is given to what this gives ends."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    stop = Stop()
    stop.manager.begin()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stop


class Stop:
    """The handler of both signals: ends the wait for a database, asks the service to drain.
    ``manager``: whoever started the process, and is told how it is."""

    def __init__(self) -> None:
        self.manager = ServiceManager(os.environ)
        self.asked = threading.Event()
        self._service: Stoppable | None = None

    def of(self, service: Stoppable, well: str) -> None:
        """Have *service* stopped, at once where that was asked for already; *well* is what it does
        while all is well, a sentence for the manager."""
        self._service = service
        self.manager.watch(service.condition, well)
        if self.asked.is_set():
            service.stop()

    def __call__(self, number: int, _: FrameType | None) -> None:
        # A handler interrupts whatever runs, locks held included: the word is passed on a
        # thread of its own.
        threading.Thread(target=self._ask, name="stop").start()

    def _ask(self) -> None:
        self.asked.set()
        self.manager.stops()
        if self._service is not None:
            self._service.stop()


def prepared_when_there(settings: Settings, database: str | None, stop: Stop) -> Application | None:
    """The application, once its database answers; None when asked to *stop* before."""
    while not stop.asked.is_set():
        try:
            return prepare_application(settings, database)
        except DatabaseUnavailable as error:
            log.warning("%s; trying again", error)
            stop.manager.status(f"waits for {error}")
            stop.asked.wait(RETRY_SECONDS)
    log.info("stopped before the database answered")
    return None
