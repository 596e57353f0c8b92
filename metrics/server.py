"""The HTTP server under the metrics endpoint: whoever asks gets an answer or is hung up on.

However many ask, and however slowly, it holds a bounded number of descriptors and threads, and a
scrape finds room. It must never write a line because of what a client sends, and never end or spin
because the process is out of descriptors or threads.
"""

from __future__ import annotations

import errno
import logging
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import Condition
from typing import Any

from ..rules.faults import tell_fault

log = logging.getLogger(__name__)

REQUEST_SECONDS = 5.0
"""How long a client may take to ask, from its connection to the last byte of its request."""
ANSWER_SECONDS = 10.0
"""How long it may take to receive the whole answer; as long as Prometheus waits for one."""
MOST_CONNECTIONS = 64
"""How many are open at once; for one more, the oldest is hung up on."""
POLL_SECONDS = 0.2
_ROOM_SECONDS = 1.0
"""How long a new client waits for the oldest to be gone, before it is refused itself."""
_LINGER_SECONDS = 1.0
_QUEUE = 64
_MOST_UNREAD = 65536
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client is told."""

    status: HTTPStatus
    body: bytes = field(repr=False)
    type: str = _TEXT
    headers: Mapping[str, str] = field(default_factory=dict)


def listening(family: int, address: Any) -> socket.socket:
    """A socket that listens at *address*, as `socket.getaddrinfo` gives both. Raises OSError."""
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_QUEUE)
    except OSError:
        listener.close()
        raise
    return listener


Answering = Callable[[str, Message], Answer]
"""Gives the answer for a path and the request's headers."""


class Server(ThreadingMixIn, TCPServer):
    """A thread for each connection. `http.server`'s own would look up this machine's name.

    It takes *listener* over, a socket that listens.
    """

    daemon_threads = True

    def __init__(self, listener: socket.socket, answer: Answering) -> None:
        self._room = Condition()
        self._deadlines: dict[socket.socket, float] = {}
        super().__init__(listener.getsockname(), partial(_Handler, answer), bind_and_activate=False)
        self.socket.close()
        self.socket = listener

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; where the process has no descriptor for it, make room first."""
        try:
            return super().get_request()
        except OSError as error:
            if error.errno in _EXHAUSTED:
                self._hang_up_on_the_oldest()
                # The client still waits, so that we would be called again at once, and spin.
                time.sleep(POLL_SECONDS)
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        """Have *request* answered on a thread of its own, or refuse it."""
        if not self._admitted(request):
            self.close_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread can be started: the next client may have more luck
            self.close_request(request)

    def service_actions(self) -> None:
        """Hang up on whoever has had the time given; called several times in a second."""
        with self._room:
            now = time.monotonic()
            late = [each for each, deadline in self._deadlines.items() if deadline <= now]
        for each in late:
            _hang_up(each)

    def answering(self, request: socket.socket) -> None:
        """*request* has been read whole: from here on the time for the answer counts."""
        with self._room:
            if request in self._deadlines:
                self._deadlines[request] = time.monotonic() + ANSWER_SECONDS

    def shutdown_request(self, request: Any) -> None:
        """Close *request* after its client has had the answer: closed with something unread, the
        connection would be reset, and the answer perhaps lost."""
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(_LINGER_SECONDS)
            unread = 0
            while unread < _MOST_UNREAD and (more := request.recv(8192)):
                unread += len(more)
        self.close_request(request)

    def close_request(self, request: Any) -> None:
        """Close *request* at once."""
        super().close_request(request)
        with self._room:
            self._deadlines.pop(request, None)
            self._room.notify_all()

    def server_close(self) -> None:
        """Listen no more, and hang up on everybody."""
        super().server_close()
        with self._room:
            for each in self._deadlines:
                _hang_up(each)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of a fault of ours; a client that hangs up or is hung up on is none."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            told = tell_fault(error)
            log.error("a request to the metrics endpoint could not be answered: %s", told)

    def _admitted(self, request: socket.socket) -> bool:
        """Whether there is room for *request*, made by hanging up on the oldest if need be."""
        until = time.monotonic() + _ROOM_SECONDS
        with self._room:
            while len(self._deadlines) >= MOST_CONNECTIONS:
                self._hang_up_on_the_oldest()
                if not self._room.wait(until - time.monotonic()):
                    return False
            self._deadlines[request] = time.monotonic() + REQUEST_SECONDS
            return True

    def _hang_up_on_the_oldest(self) -> None:
        with self._room:
            oldest = next(iter(self._deadlines), None)
        if oldest is not None:
            _hang_up(oldest)


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: Server
    disable_nagle_algorithm = True
    # Where none can be read, so that every refusal has a head.
    default_request_version = "HTTP/1.0"

    def __init__(self, answer: Answering, *arguments: Any) -> None:
        self._answer = answer
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer."""
        self.server.answering(self.connection)
        self._send(self._answer(_path(self.path), self.headers))

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """Refuse: nothing can be changed here."""
        self.server.answering(self.connection)
        told = b"only GET and HEAD: nothing can be changed here\n"
        headers = {"Allow": "GET, HEAD"}
        self._send(Answer(HTTPStatus.METHOD_NOT_ALLOWED, told, headers=headers))

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_CONNECT = do_POST  # noqa: N815

    def _send(self, answer: Answer) -> None:
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


def _hang_up(connection: socket.socket) -> None:
    """End *connection* under whoever reads or writes it, who then closes it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _path(target: str) -> str:
    """The path of a request's *target*, which may be a whole URL, as a proxy is asked."""
    scheme, separator, rest = target.partition("://")
    if separator and scheme.lower() in ("http", "https"):
        target = f"/{rest.partition('/')[2]}"
    return target.partition("?")[0]
