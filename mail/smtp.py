"""The only part that speaks SMTP: one connection to a mail server, and what it says of each letter.

What the server took, would not take now, and will never take are told apart; and from all of these
what nobody knows: a connection that was lost after the letter and before the answer. Nothing here
decides what follows, and no line ever shows a password or a letter.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

from ..rules.mendable import Mendable
from .answers import LATE, SERVICE_ENDS, TimelySmtp, TimelySmtps, fault_of, line_of
from .server import MailServer, Tls

LETTERS = 100
"""After so many letters the connection is opened anew: many servers end one that goes on."""
_ASKED_FOR = 354
_DOT = re.compile(rb"^\.", re.MULTILINE)


class ServerAway(Mendable):
    """No letter can be handed to the mail server now: one line that says what to mend."""


class LetterFate(Enum):
    """What became of a letter that was to be handed over."""

    TAKEN = "taken"
    """The server has it, for some recipients at least."""
    LATER = "later"
    """It would not take it now."""
    NEVER = "never"
    """It will not take it."""
    UNKNOWN = "unknown"
    """It may have it: the answer was lost."""
    UNSENT = "unsent"
    """It was not handed over, since time was up."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a server said of a letter, in its own words, one line; ``later`` and ``never``: for
    whom it would not take it now, or at all, with what it said of each."""

    fate: LetterFate
    answer: str
    later: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)


class Session:
    """A connection to *server*, opened when it is needed. For one thread."""

    def __init__(self, server: MailServer, letters: int = LETTERS) -> None:
        self._server = server
        self._letters = letters
        self._smtp: smtplib.SMTP | None = None
        self._left = 0

    def open(self) -> None:
        """Have a connection, encrypted and logged in. Raises `ServerAway`."""
        if self._smtp is not None and self._left > 0 and _answers(self._smtp):
            return
        self.close()
        self._smtp, self._left = _connected(self._server), self._letters

    def close(self) -> None:
        """End the connection; the next letter opens another."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            # Whatever it says: it is not needed any more.
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def hand_over(
        self, sender: str, recipients: Sequence[str], letter: bytes, until: float
    ) -> Handed:
        """Hand *letter* over for *recipients*, with an open connection; no byte of it is sent
        after *until*, in seconds of `time.monotonic()`, but what was begun before."""
        assert self._smtp is not None
        self._left -= 1
        try:
            handed = self._envelope(self._smtp, sender, recipients, letter, until)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Handed(
                LetterFate.LATER, fault_of(error), dict.fromkeys(recipients, fault_of(error))
            )
        if (
            handed.fate in (LetterFate.LATER, LetterFate.NEVER, LetterFate.UNSENT)
            and self._smtp is not None
        ):
            self._reset()
        return handed

    def _envelope(
        self,
        smtp: smtplib.SMTP,
        sender: str,
        recipients: Sequence[str],
        letter: bytes,
        until: float,
    ) -> Handed:
        code, said = smtp.mail(sender)
        if code != 250:
            return self._refused(code, said, recipients)
        later: dict[str, str] = {}
        never: dict[str, str] = {}
        taken: list[str] = []
        for address in recipients:
            code, said = smtp.rcpt(address)
            if code in (250, 251):
                taken.append(address)
            else:
                (later if code < 500 else never)[address] = line_of(code, said)
            if code == SERVICE_ENDS:
                raise smtplib.SMTPResponseException(code, said)
        if not taken:
            told = "; ".join(f"{each}: {text}" for each, text in {**never, **later}.items())
            return Handed(LetterFate.LATER if later else LetterFate.NEVER, told, later, never)
        if time.monotonic() >= until:
            return Handed(LetterFate.UNSENT, LATE, dict.fromkeys(recipients, LATE))
        return self._data(smtp, letter, until, taken, later, never)

    def _data(
        self,
        smtp: smtplib.SMTP,
        letter: bytes,
        until: float,
        taken: Sequence[str],
        later: Mapping[str, str],
        never: Mapping[str, str],
    ) -> Handed:
        code, said = smtp.docmd("data")
        if code != _ASKED_FOR:
            # Whatever it said, it was before the first byte of the letter.
            return self._untaken(code, said, taken, later, never)
        if time.monotonic() >= until:
            # It waits for a letter: one that ends with the connection is none.
            smtp.close()
            self._smtp = None
            return Handed(LetterFate.UNSENT, LATE, dict.fromkeys(taken, LATE))
        try:
            smtp.send(_dotted(letter))
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Handed(LetterFate.UNKNOWN, fault_of(error))
        if 400 <= code < 600:
            return self._untaken(code, said, taken, later, never)
        if not 200 <= code < 300:
            self.close()
            return Handed(LetterFate.UNKNOWN, line_of(code, said))
        told = [line_of(code, said), *(f"{a}: {text}" for a, text in {**never, **later}.items())]
        return Handed(LetterFate.TAKEN, "; ".join(told), later, never)

    def _untaken(
        self,
        code: int,
        said: bytes,
        taken: Sequence[str],
        later: Mapping[str, str],
        never: Mapping[str, str],
    ) -> Handed:
        """The server answered *code* to the letter, after it had *taken* those as recipients."""
        refused = self._refused(code, said, taken)
        return Handed(
            refused.fate if not later else LetterFate.LATER,
            refused.answer,
            {**later, **refused.later},
            {**never, **refused.never},
        )

    def _refused(self, code: int, said: bytes, recipients: Sequence[str]) -> Handed:
        """What it means that the server answered *code* to a step that is for all *recipients*."""
        if code == SERVICE_ENDS:
            self.close()
        text = line_of(code, said)
        for_all = dict.fromkeys(recipients, text)
        if code >= 500:
            return Handed(LetterFate.NEVER, text, never=for_all)
        return Handed(LetterFate.LATER, text, later=for_all)

    def _reset(self) -> None:
        """Leave nothing of the last letter to the next."""
        assert self._smtp is not None
        try:
            code, _ = self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self.close()


def _dotted(letter: bytes) -> bytes:
    """*letter* as it is sent: a dot alone ends it, and no line of its own is one."""
    ended = letter if letter.endswith(b"\r\n") else letter + b"\r\n"
    return _DOT.sub(b"..", ended) + b".\r\n"


def _answers(smtp: smtplib.SMTP) -> bool:
    """Whether the server is still there: it may have ended a connection that was idle."""
    try:
        code, _ = smtp.noop()
    except (OSError, smtplib.SMTPException):
        return False
    return code == 250


def _connected(server: MailServer) -> smtplib.SMTP:
    """A new connection to *server*, encrypted and logged in. Raises `ServerAway`."""
    smtp: smtplib.SMTP | None = None
    try:
        context = None if server.tls is Tls.OFF else _authorities(server)
        if server.tls is Tls.TLS:
            smtp = TimelySmtps(server.host, server.port, timeout=server.timeout, context=context)
        else:
            smtp = TimelySmtp(server.host, server.port, timeout=server.timeout)
        if server.tls is Tls.STARTTLS:
            smtp.starttls(context=context)
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password)
        smtp.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        if smtp is not None:
            smtp.close()
        raise ServerAway(f"mail server {server}: {_mend(server, error)}") from error
    return smtp


def _authorities(server: MailServer) -> ssl.SSLContext:
    """By what the certificate of *server* is verified. Raises `ServerAway`."""
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except FileNotFoundError as error:
        problem = f"[mail] ca_file: there is no file {server.ca_file}"
        raise ServerAway(f"mail server {server}: {problem}") from error
    except OSError as error:
        problem = f"[mail] ca_file: no certificate can be read from {server.ca_file}"
        raise ServerAway(f"mail server {server}: {problem}") from error


_MENDED: tuple[tuple[type[Exception], str], ...] = (
    (
        ssl.SSLCertVerificationError,
        (
            "its certificate cannot be trusted ({error.verify_message}): give its authority's as"
            " [mail] ca_file, or write [mail] host as the certificate has it"
        ),
    ),
    (ssl.SSLError, "no encryption is agreed on ({error.reason}): mend [mail] tls and port"),
    (
        smtplib.SMTPAuthenticationError,
        "login refused: mend [mail] user and password; it said {fault}",
    ),
    (
        smtplib.SMTPNotSupportedError,
        (
            "it has not what is asked of it ({error}): mend [mail] tls and port, or leave user and"
            " password out"
        ),
    ),
    (UnicodeEncodeError, "login: [mail] user and password must be of plain ASCII"),
    (UnicodeError, "that is no name of a host: mend [mail] host"),
    (ConnectionRefusedError, "nothing listens there: start it, or mend [mail] host and port"),
    (Exception, "{fault}"),
)
"""By fault, what to mend; the first that fits."""


def _mend(server: MailServer, error: Exception) -> str:
    """What is wrong, and what to mend."""
    text = next(text for kind, text in _MENDED if isinstance(error, kind))
    return text.format(server=server, error=error, fault=fault_of(error))
