"""What the service hands to the process that answers scrapes: finished bytes, over a socket pair.

Both sides import it, so that it is small; it knows nothing of what the bytes say.
"""

from __future__ import annotations

import marshal
import socket
import struct
from dataclasses import astuple, dataclass

from .packing import Page

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Live:
    """What the service says of itself. ``answers``: how many questions had come before;
    ``text``, ``openmetrics``: its own figures in either format, None where they cannot be rendered;
    ``health``: by path an HTTP status and what to say."""

    answers: int
    text: bytes | None
    openmetrics: bytes | None
    health: dict[str, tuple[int, bytes]]


Message = Page | Live


def send(feed: socket.socket, message: Message) -> None:
    """Send *message*. Raises OSError where it is not taken in the time that *feed* has."""
    packed = marshal.dumps((isinstance(message, Live), astuple(message)))
    feed.sendall(_LENGTH.pack(len(packed)) + packed)


def receive(feed: socket.socket) -> Message | None:
    """The next message; None where there will be no more."""
    head = _exactly(feed, _LENGTH.size)
    packed = _exactly(feed, _LENGTH.unpack(head)[0]) if head else b""
    if not packed:
        return None
    live, values = marshal.loads(packed)
    return Live(*values) if live else Page(*values)


def _exactly(feed: socket.socket, size: int) -> bytes:
    """So many bytes; none where the other side ends before."""
    got = bytearray()
    while len(got) < size:
        try:
            more = feed.recv(size - len(got))
        except OSError:
            more = b""
        if not more:
            return b""
        got += more
    return bytes(got)
