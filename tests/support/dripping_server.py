"""A mail server that answers line by line, for longer than anybody should wait for one answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_EVERY_SECONDS = 0.1


@dataclass
class Dripping:
    """What it takes, and for how many seconds it drips: ``before`` it asks for a letter, ``after``
    it has one."""

    port: int
    before: float = 0.0
    after: float = 0.0
    letters: list[bytes] = field(default_factory=list)


@contextmanager
def dripping(before: float = 0.0, after: float = 0.0) -> Iterator[Dripping]:
    """Such a server, as long as the block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Dripping(listening.getsockname()[1], before, after)
    threading.Thread(target=_accept, args=(listening, server), daemon=True).start()
    try:
        yield server
    finally:
        listening.close()


def _accept(listening: socket.socket, server: Dripping) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_serve, args=(connection, server), daemon=True).start()


def _serve(connection: socket.socket, server: Dripping) -> None:
    with suppress(OSError), connection, connection.makefile("rb") as said:
        connection.sendall(b"220 drip\r\n")
        while line := said.readline():
            command = line[:4].upper()
            if command == b"DATA":
                _drip(connection, 354, server.before)
                if (letter := _letter(list(iter(said.readline, b".\r\n")))) is None:
                    return
                server.letters.append(letter)
                _drip(connection, 250, server.after)
            elif command == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"250 OK\r\n")


def _letter(lines: list[bytes]) -> bytes | None:
    """What was sent up to its last dot; None where the connection ended before that."""
    return None if b"" in lines else b"".join(lines)


def _drip(connection: socket.socket, code: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection.sendall(b"%d-wait\r\n" % code)
        time.sleep(_EVERY_SECONDS)
    connection.sendall(b"%d OK\r\n" % code)
