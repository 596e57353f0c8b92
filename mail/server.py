"""Where letters are handed in: a mail server, and how it is spoken to. Nothing here speaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Tls(StrEnum):
    """How what is said to a mail server is kept from others."""

    STARTTLS = "starttls"
    """It begins in clear and is encrypted before anything is said."""
    TLS = "tls"
    """It is encrypted from the first byte."""
    OFF = "off"
    """It is not: for a relay on the same machine."""


PORTS = {Tls.STARTTLS: 587, Tls.TLS: 465, Tls.OFF: 25}
"""The usual port of each (RFC 8314, RFC 6409)."""


@dataclass(frozen=True)
class MailServer:
    """A mail server; its certificate is verified by ``ca_file``, or by the system's authorities.
    ``timeout``: seconds that it may take for an answer. `str()` shows no password."""

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    ca_file: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: int = 30

    def __str__(self) -> str:
        user = "" if self.user is None else f" (user {self.user})"
        return f"{self.host}:{self.port}{user}"
