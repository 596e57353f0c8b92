"""What a mail server answers: within how long, and as one line.

`smtplib` waits anew for each byte that comes, so that an answer of many lines could last for ever;
here an answer has its time as a whole, and a letter that is handed over after its lease has none.
"""

from __future__ import annotations

import io
import smtplib
import socket
import time
from typing import Any

from ..rules.wording import harmless

_LONGEST_ANSWER = 300
CUT = "the connection was cut"
LATE = "no answer in time"
SERVICE_ENDS = 421


class TimelySmtp(smtplib.SMTP):
    """A connection on which each answer is whole within ``timeout`` seconds, or counts as none."""

    _coming: _Coming | None = None

    def getreply(self) -> tuple[int, bytes]:
        """The next answer. Raises SMTPServerDisconnected where it does not come in time."""
        if self.file is None and self.sock is not None:
            self._coming = _Coming(self.sock, self.timeout)
            self.file = io.BufferedReader(self._coming)
        if self._coming is not None:
            self._coming.until = time.monotonic() + self.timeout
        return super().getreply()


class TimelySmtps(TimelySmtp, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class _Coming(io.RawIOBase):
    """What comes from a socket before ``until``, in seconds of `time.monotonic()`."""

    def __init__(self, sock: socket.socket, timeout: float) -> None:
        self._sock = sock
        self._timeout = timeout
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        try:
            return self._sock.recv_into(buffer)
        finally:
            # What is sent on it has its own time.
            self._sock.settimeout(self._timeout)


def fault_of(error: Exception) -> str:
    """A fault of a connection, in one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        return line_of(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return LATE
    if isinstance(error, smtplib.SMTPServerDisconnected):
        timed_out = isinstance(error.__context__, TimeoutError) or "timed out" in str(error)
        return LATE if timed_out else CUT
    if isinstance(error, ConnectionError):
        return CUT
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def line_of(code: int, said: bytes | str) -> str:
    """What a server said, as one line that disturbs no reader."""
    words = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return harmless(f"{code} {words}")[:_LONGEST_ANSWER].rstrip()
