"""Ports on loopback for private servers: which are free, and whether one is listened on."""

from __future__ import annotations

import contextlib
import os
import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
PART = "LOOPBACK_PART"
"""Environment: "1/4" has the second of every four ports chosen from. A port is bound long after it
was chosen, so that programs that choose beside one another need a part each."""
_FIRST_PORT = 15000


def free_ports(count: int) -> list[int]:
    """`count` different loopback ports that nothing listens on at this moment.

    None is of those that the system gives to outgoing connections: one of them could take the
    port of a server that is down for a moment.
    """
    part, _, parts = os.environ.get(PART, "0/1").partition("/")
    ports_of_ours = range(_FIRST_PORT, _first_outgoing_port())[int(part) :: int(parts)]
    candidates = iter(random.sample(ports_of_ours, min(2000, len(ports_of_ours))))
    with contextlib.ExitStack() as stack:
        ports: list[int] = []
        while len(ports) < count:
            port = next(candidates)
            with contextlib.suppress(OSError):
                stack.enter_context(socket.socket()).bind((HOST, port))
                ports.append(port)
        return ports


def _first_outgoing_port() -> int:
    with contextlib.suppress(OSError, ValueError):
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        if first - _FIRST_PORT >= 2000:
            return first
    return 32768  # what Linux begins with, unless told otherwise


def listens(port: int) -> bool:
    """Whether something listens on *port* at this moment."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False
