"""The process that answers scrapes, so that none waits for the service's interpreter.

It is handed finished bytes (`feed`) and the socket that it listens on, and it ends with the
service, however that ends. It must never say of a service that is silent that it is well, nor give
its figures for those of now.

    python -m dondoc.metrics.front LISTENER FEED
"""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import sys
import threading
import time
from email.message import Message
from http import HTTPStatus

from ..rules.faults import tell_fault
from .feed import Live, receive
from .packing import Page, page_of
from .server import POLL_SECONDS, Answer, Server

log = logging.getLogger(__name__)

FRESH_SECONDS = 0.005
"""How long a scrape waits for figures of now; then it gets the last ones: those of a second ago, or
of up to SILENT_SECONDS where the service stands still."""
HEALTH_SECONDS = 1.0
SILENT_SECONDS = 10.0
"""A service that has said nothing for so long is hung: it speaks once in a second."""
FIRST_SECONDS = 8.0
"""How long whoever asks waits for the first word of a service that begins."""
TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_SILENT = b"dondoc: hung: the service says nothing\n"


class Front:
    """What was heard over *feed*, and the answers that it gives."""

    def __init__(self, feed: socket.socket) -> None:
        self._feed = feed
        self._changed = threading.Condition()
        self._page: Page = page_of(b"")
        self._live: Live | None = None
        self._heard = time.monotonic()
        self._asked = 0

    def hear(self) -> None:
        """Take in what comes, until no more will."""
        while (message := receive(self._feed)) is not None:
            with self._changed:
                self._heard = time.monotonic()
                if isinstance(message, Page):
                    self._page = message
                else:
                    self._live = message
                    self._changed.notify_all()

    def answer(self, path: str, asked: Message) -> Answer:
        """The answer for *path* and the request's headers."""
        live = self._fresh(FRESH_SECONDS if path == "/metrics" else HEALTH_SECONDS)
        if live is None:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, _SILENT)
        if path == "/metrics":
            return self._metrics(live, asked)
        if path in live.health:
            status, said = live.health[path]
            return Answer(HTTPStatus(status), said)
        told = f"there are only {', '.join(('/metrics', *live.health))}\n"
        return Answer(HTTPStatus.NOT_FOUND, told.encode())

    def _fresh(self, seconds: float) -> Live | None:
        """What the service says of itself, asked now, or lately where it takes longer; None where
        it is silent."""
        with self._changed:
            try:
                self._asked += self._feed.send(b"?", socket.MSG_DONTWAIT)
            except OSError:
                seconds = 0
            number = self._asked
            self._changed.wait_for(lambda: self._live and self._live.answers >= number, seconds)
            self._changed.wait_for(lambda: self._live, FIRST_SECONDS)
            silent = time.monotonic() - self._heard > SILENT_SECONDS
            return None if silent else self._live

    def _metrics(self, live: Live, asked: Message) -> Answer:
        openmetrics = accepts(asked.get("Accept", ""), "application/openmetrics-text")
        own = live.openmetrics if openmetrics else live.text
        if own is None:
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, b"dondoc: see its log\n")
        # OpenMetrics ends with a line of its own, so that the live part comes last.
        type_ = OPENMETRICS if openmetrics else TEXT
        headers = {"Vary": "Accept, Accept-Encoding"}
        if not accepts(asked.get("Accept-Encoding", ""), "gzip"):
            return Answer(HTTPStatus.OK, self._page.with_more(own), type_, headers)
        headers["Content-Encoding"] = "gzip"
        return Answer(HTTPStatus.OK, self._page.gzipped_with_more(own), type_, headers)


def accepts(header: str, wanted: str) -> bool:
    """Whether an Accept or Accept-Encoding *header* names *wanted*, and not to refuse it."""
    for each in header.lower().split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        if name == wanted:
            return not any(re.fullmatch(r"q=0(\.0*)?", part) for part in parameters)
    return False


def _serve(server: Server) -> None:
    """Answer until the process ends; where that fails, end it, so that another is started."""
    try:
        server.serve_forever(POLL_SECONDS)
    except BaseException as failure:  # noqa: BLE001 - told, and the process ends by it
        log.error("scrapes can be answered no more: %s", tell_fault(failure))  # noqa: TRY400
    os._exit(1)


def main(listener: int, feed: int) -> None:
    """Answer at the socket *listener* from what comes over *feed*, until that ends."""
    # Asked to end together with the service, it answers until that has drained.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    front = Front(socket.socket(fileno=feed))
    server = Server(socket.socket(fileno=listener), front.answer)
    threading.Thread(target=_serve, args=(server,), daemon=True).start()
    front.hear()
    # At once: whoever is being answered has nobody to hear from.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
