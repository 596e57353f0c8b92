"""A real SMTP server on loopback that takes letters, or does what a test asks of it instead."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from support.certificates import Certificates

CUT, CUT_BEFORE = "cut", "cut before"
"""In place of an answer to a letter: the connection ends after it was taken, or before."""
USER, PASSWORD = "dondoc", "s3cret"


@dataclass(frozen=True)
class Letter:
    """A letter as it was taken: for whom, and what it is."""

    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter, parsed."""
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])


class Receiver:
    """What a server takes, and what it answers: `to_recipient` by address and `to_letter` are used
    up one after another, then everything is taken. `slow`: seconds before a letter is answered."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.connections = 0
        self.to_recipient: dict[str, list[str]] = defaultdict(list)
        self.to_letter: list[str] = []
        self.slow = 0.0
        self.keeps_contents = True
        """Whether more is kept of a letter than its head."""
        self.port = 0
        self._lock = threading.Lock()

    async def handle_EHLO(  # noqa: N802 - as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if not getattr(session, "counted", False):
            session.counted = True
            self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answers = self.to_recipient[address]
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        answer = self.to_letter.pop(0) if self.to_letter else "250 OK"
        if self.slow:
            await asyncio.sleep(self.slow)
        if answer == CUT or answer.startswith("250"):
            with self._lock:
                content = envelope.content
                if not self.keeps_contents:
                    content = content.partition(b"\r\n\r\n")[0]
                self.letters.append(Letter(tuple(envelope.rcpt_tos), content))
        if answer in (CUT, CUT_BEFORE):
            server.transport.abort()
        return "250 OK" if answer in (CUT, CUT_BEFORE) else answer


@contextmanager
def receiving(
    certificates: Certificates | None = None,
    *,
    implicit: bool = False,
    login: bool = False,
    receiver: Receiver | None = None,
    port: int = 0,
) -> Iterator[Receiver]:
    """A server that is there as long as the block runs: with STARTTLS where it has *certificates*,
    encrypted from the first byte where *implicit*, for `USER` alone where *login*."""
    taken = receiver or Receiver()
    context = None
    if certificates is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificates.server, certificates.server_key)
    options: dict[str, Any] = {"ready_timeout": 20, **(_login(implicit) if login else {})}
    if context is not None:
        options["ssl_context" if implicit else "tls_context"] = context
    controller = _Controller(taken, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        taken.port = controller.port
        yield taken
    finally:
        controller.stop(no_assert=True)


class _Controller(Controller):
    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _login(implicit: bool) -> dict[str, object]:
    wanted = LoginPassword(USER.encode(), PASSWORD.encode())

    def authenticate(*said: Any) -> AuthResult:
        return AuthResult(success=said[-1] == wanted, handled=False)

    return {
        "authenticator": authenticate,
        # aiosmtpd does not count what is encrypted from the first byte.
        "auth_required": not implicit,
        "auth_require_tls": not implicit,
    }
