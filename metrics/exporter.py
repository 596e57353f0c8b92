"""The HTTP endpoint that Prometheus scrapes: /metrics, and /healthz for whoever restarts things.

It only reads, on loopback unless the settings say otherwise, and it never asks the database:
the service's own counters are rendered at each scrape, the compliance figures are those of the
latest snapshot. Nobody who asks slowly may keep another waiting.
"""

from __future__ import annotations

import errno
import re
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics

from ..rules.law import Law
from ..rules.mendable import Mendable
from ..storage.database import Store
from .server import POLL_SECONDS, Answer, Answering, Server
from .snapshot import REFRESH_SECONDS, Snapshots

_HEALTH = "the compliance figures are"
"""How the answer to /healthz begins."""
_MOST_HEALTH = 1024
_ASKING_SECONDS = 2.0
_STOP_SECONDS = 2.0
"""How long the end waits for a reading of the database, which nothing depends on any more."""


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
        _parse(listen)
        self._snapshots = Snapshots(store, law, clock, every, failed)
        self._server: Server | None = None
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
        self._server = _bound(self._listen, self._answer)
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
            self._server.serve_forever(POLL_SECONDS)
        except BaseException as failure:  # noqa: BLE001 - handed to the service, which ends by it
            self._failed(failure)

    def _answer(self, path: str, headers: Message) -> Answer:
        if path == "/metrics":
            return self._metrics(headers.get("Accept", ""), headers.get("Accept-Encoding", ""))
        if path == "/healthz":
            return self._health()
        return Answer(HTTPStatus.NOT_FOUND, b"there are only /metrics and /healthz\n")

    def _metrics(self, accept: str, accept_encoding: str) -> Answer:
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
            return Answer(HTTPStatus.OK, page.with_more(live), type_, headers)
        headers["Content-Encoding"] = "gzip"
        return Answer(HTTPStatus.OK, page.gzipped_with_more(live), type_, headers)

    def _health(self) -> Answer:
        told = f"{_HEALTH} {self._snapshots.age():.0f} s old\n".encode()
        fresh = self._snapshots.fresh
        return Answer(HTTPStatus.OK if fresh else HTTPStatus.SERVICE_UNAVAILABLE, told)


def can_listen(listen: str) -> bool:
    """Whether *listen*, "host:port", can be listened on; False where a dondoc listens already.
    Raises `CannotListen` where it could not start there."""
    try:
        _bound(listen, lambda *_: Answer(HTTPStatus.OK, b"")).server_close()
    except CannotListen as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE and _is_ours(listen):
            return False
        raise
    return True


def _is_ours(listen: str) -> bool:
    """Whether what listens at *listen* answers as an `Exporter` does."""
    host, port = _parse(listen)
    asking = HTTPConnection(host, port, timeout=_ASKING_SECONDS)
    try:
        asking.request("GET", "/healthz")
        return asking.getresponse().read(_MOST_HEALTH).startswith(_HEALTH.encode())
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()


def _bound(listen: str, answer: Answering) -> Server:
    host, port = _parse(listen)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return Server(family, address, answer)
    except OSError as error:
        raise CannotListen.of(
            "cannot_listen",
            "[metrics] listen {address}: {reason}; give an address of this machine and a port that"
            " nothing else listens on",
            address=listen,
            reason=error.strerror,
        ) from error


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
