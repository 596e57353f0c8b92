"""An HTTP endpoint of a running process: where it listens, and what it answers at which path."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Mapping
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from ..rules.mendable import Mendable
from .health import ALIVE, NAME
from .server import POLL_SECONDS, Answer, Server, listening

_MOST_HEALTH = 1024
_ASKING_SECONDS = 2.0


class CannotListen(Mendable):
    """The endpoint cannot be opened where the settings want it; one line that says what to mend."""


class Endpoint:
    """Answers at *listen*, "host:port", by *answers*: what to say to a request's headers, by path.

    Port 0 takes a free one. *failed* is told what has ended the thread that listens. Raises
    `CannotListen` where *listen* cannot be read as an address; *setting* is what names it.
    """

    def __init__(
        self,
        listen: str,
        answers: Mapping[str, Callable[[Message], Answer]],
        failed: Callable[[BaseException], None],
        setting: str = "[metrics] listen",
    ) -> None:
        self._failed = failed
        self._answers = answers
        self._listen = self._address = listen
        self._setting = setting
        self._server: Server | None = None
        address_of(listen, setting)

    @property
    def address(self) -> str:
        """Where it really listens, "host:port"; where it is to listen before `start`."""
        return self._address

    def start(self) -> None:
        """Listen, and answer in the background. Raises `CannotListen`."""
        listener = listener_at(self._listen, self._setting)
        self._address = address_at(listener)
        self._server = Server(listener, self._answer)
        threading.Thread(target=self._serve, name="endpoint", daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _serve(self) -> None:
        assert self._server is not None
        try:
            self._server.serve_forever(POLL_SECONDS)
        except BaseException as failure:  # noqa: BLE001 - handed to the service, which ends by it
            self._failed(failure)

    def _answer(self, path: str, headers: Message) -> Answer:
        found = self._answers.get(path)
        if found is not None:
            return found(headers)
        told = f"there are only {', '.join(self._answers)}\n"
        return Answer(HTTPStatus.NOT_FOUND, told.encode())


def can_listen(listen: str, setting: str = "[metrics] listen") -> bool:
    """Whether *listen*, "host:port", can be listened on; False where a dondoc listens already.
    Raises `CannotListen` where it could not start there."""
    try:
        listener_at(listen, setting).close()
    except CannotListen as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE and _is_ours(listen):
            return False
        raise
    return True


def _is_ours(listen: str) -> bool:
    """Whether what listens at *listen* answers as an `Endpoint` does."""
    host, port = address_of(listen, "")
    asking = HTTPConnection(host, port, timeout=_ASKING_SECONDS)
    try:
        asking.request("GET", ALIVE)
        return asking.getresponse().read(_MOST_HEALTH).startswith(NAME.encode())
    except (OSError, HTTPException):
        return False
    finally:
        asking.close()


def address_at(listener: socket.socket) -> str:
    """Where *listener* listens, "host:port"."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def listener_at(listen: str, setting: str = "[metrics] listen") -> socket.socket:
    """A socket that listens at *listen*, "host:port", which *setting* names. Raises
    `CannotListen`."""
    host, port = address_of(listen, setting)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        return listening(family, address)
    except OSError as error:
        raise CannotListen.of(
            "cannot_listen",
            "{setting} {address}: {reason}; give an address of this machine and a port that"
            " nothing else listens on (`ss -ltnp` names what does)",
            setting=setting,
            address=listen,
            reason=error.strerror,
        ) from error


def address_of(listen: str, setting: str) -> tuple[str, int]:
    """Host and port of *listen*, "host:port". Raises `CannotListen`, which names *setting*."""
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None or parts.netloc != listen or "@" in listen:
        raise CannotListen(f"{setting} {listen!r} is not an address; write it as 127.0.0.1:9464")
    return host, port
