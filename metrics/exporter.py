"""The HTTP endpoint that Prometheus scrapes: /metrics, and /healthz for whoever restarts things.

It only reads, on loopback unless the settings say otherwise, and it never asks the database:
the service's own counters are rendered at each scrape, the compliance figures are those of the
latest snapshot. Nobody who asks slowly may keep another waiting.
"""

from __future__ import annotations

import logging
import re
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics

from ..rules.faults import tell_fault
from ..rules.law import Law
from ..rules.mendable import Mendable
from ..storage.database import Store
from .snapshot import REFRESH_SECONDS, Snapshots

log = logging.getLogger(__name__)

_CLIENT_SECONDS = 5.0
"""How long a client may take to ask, and again to take its answer, before it is hung up on."""
_STOP_SECONDS = 2.0
"""How long the end waits for a reading of the database, which nothing depends on any more."""
_POLL_SECONDS = 0.2
_MOST_UNREAD = 65536

_TEXT = "text/plain; charset=utf-8"


class CannotListen(Mendable):
    """The endpoint cannot be opened where the settings want it; one line that says what to mend."""


class Exporter:
    """Serves *registry* and the compliance figures of *store* at *listen*, "host:port".

    Port 0 takes a free one. *clock* gives the aware time; *every* is how often the database is
    read, in seconds; *failed* is told what has ended one of its threads. Raises `CannotListen`
    where *listen* cannot be read as an address.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        store: Store,
        law: Law,
        listen: str,
        clock: Callable[[], datetime],
        every: float = REFRESH_SECONDS,
        failed: Callable[[BaseException], None] = lambda _: None,
    ) -> None:
        self._failed = failed
        self._registry = registry
        self._listen = self._address = listen
        self._host, self._port = _parse(listen)
        self._snapshots = Snapshots(store, law, clock, every, failed)
        self._server: _Server | None = None
        Gauge(
            "dondoc_snapshot_age_seconds",
            "How old the compliance figures are.",
            registry=registry,
        ).set_function(self._snapshots.age)

    @property
    def address(self) -> str:
        """Where it really listens, "host:port"; where it is to listen before `start`."""
        return self._address

    def start(self) -> None:
        """Listen, and take the first snapshot in the background. Raises `CannotListen`."""
        self._server = self._bound()
        host, port = self._server.socket.getsockname()[:2]
        self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._snapshots.start()
        threading.Thread(target=self._serve, name="metrics", daemon=True).start()

    def stop(self) -> None:
        """Answer no more; returns within seconds."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._snapshots.stop(_STOP_SECONDS)

    def _serve(self) -> None:
        assert self._server is not None
        try:
            self._server.serve_forever(_POLL_SECONDS)
        except BaseException as failure:  # noqa: BLE001 - handed to the service, which ends by it
            self._failed(failure)

    def _bound(self) -> _Server:
        try:
            found = socket.getaddrinfo(
                self._host, self._port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            family, _, _, _, address = found[0]
            return _Server(family, address, partial(_Handler, self._answer))
        except OSError as error:
            raise CannotListen(
                f"[metrics] listen {self._listen}: {error.strerror}; "
                "give an address of this machine and a port that nothing else listens on"
            ) from error

    def _answer(self, path: str, headers: Message) -> _Answer:
        path = path.partition("?")[0]
        if path == "/metrics":
            return self._metrics(headers.get("Accept", ""), headers.get("Accept-Encoding", ""))
        if path == "/healthz":
            return self._health()
        return _Answer(HTTPStatus.NOT_FOUND, b"there are only /metrics and /healthz\n")

    def _metrics(self, accept: str, accept_encoding: str) -> _Answer:
        if _accepts(accept, "application/openmetrics-text"):
            type_ = openmetrics.CONTENT_TYPE_LATEST
            live: bytes = openmetrics.generate_latest(self._registry)  # type: ignore[no-untyped-call]
        else:
            type_ = CONTENT_TYPE_PLAIN_0_0_4
            live = generate_latest(self._registry)
        # OpenMetrics ends with a line of its own, so that the live part comes last.
        page = self._snapshots.page
        headers = {"Vary": "Accept, Accept-Encoding"}
        if not _accepts(accept_encoding, "gzip"):
            return _Answer(HTTPStatus.OK, page.with_more(live), type_, headers)
        headers["Content-Encoding"] = "gzip"
        return _Answer(HTTPStatus.OK, page.gzipped_with_more(live), type_, headers)

    def _health(self) -> _Answer:
        told = f"the compliance figures are {self._snapshots.age():.0f} s old\n".encode()
        fresh = self._snapshots.fresh
        return _Answer(HTTPStatus.OK if fresh else HTTPStatus.SERVICE_UNAVAILABLE, told)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: HTTPStatus
    body: bytes
    type: str = _TEXT
    headers: Mapping[str, str] = field(default_factory=dict)


class _Server(ThreadingMixIn, TCPServer):
    """A thread for each connection. `http.server`'s own would look up this machine's name."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, family: int, address: Any, handler: Any) -> None:
        self.address_family = family
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that hangs up or is hung up on is no fault of ours.
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            told = tell_fault(error)
            log.error("a request to the metrics endpoint could not be answered: %s", told)


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    timeout = _CLIENT_SECONDS
    disable_nagle_algorithm = True

    def __init__(self, answer: Callable[[str, Message], _Answer], *arguments: Any) -> None:
        self._answer = answer
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer."""
        self._send(self._answer(self.path, self.headers))

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """Refuse: nothing can be changed here."""
        length = self.headers.get("Content-Length", "")
        if length.isdigit():
            # A body left unread would reset the connection before the answer is read.
            self.rfile.read(min(int(length), _MOST_UNREAD))
        told = b"only GET and HEAD: nothing can be changed here\n"
        headers = {"Allow": "GET, HEAD"}
        self._send(_Answer(HTTPStatus.METHOD_NOT_ALLOWED, told, headers=headers))

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = do_POST  # noqa: N815

    def _send(self, answer: _Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def version_string(self) -> str:
        """What the head says of the server; no version of anything."""
        return "dondoc"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name above
        """Say nothing: a scrape every few seconds is no news."""


def _parse(listen: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None or parts.netloc != listen or "@" in listen:
        raise CannotListen(
            f"[metrics] listen {listen!r} is not an address; write it as 127.0.0.1:9464"
        )
    return host, port


def _accepts(header: str, wanted: str) -> bool:
    """Whether an Accept or Accept-Encoding *header* names *wanted*, and not to refuse it."""
    for each in header.lower().split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        if name == wanted:
            return not any(re.fullmatch(r"q=0(\.0*)?", part) for part in parameters)
    return False
