"""The socket of a service manager, as systemd gives it to what it starts, and what it hears."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Self


class Manager:
    """Listens at *name*, a path or, with @ before it, a name of the abstract namespace."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{name[1:]}" if name.startswith("@") else name)

    @classmethod
    def at(cls, folder: Path) -> Self:
        """One in *folder*."""
        return cls(str(folder / "notify"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def listen(self, seconds: float, until: str = "\n") -> list[str]:
        """What is said within so long, or until a line begins with *until*; empty where that never
        came and something was waited for."""
        heard: list[str] = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                lines = self._socket.recv(65536).decode().split("\n")
            except TimeoutError:
                break
            heard += lines
            self.heard += lines
            if any(line.startswith(until) for line in lines):
                return heard
        return [] if until != "\n" else heard
