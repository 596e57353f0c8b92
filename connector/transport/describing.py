"""How a connection that failed is told in one line: which broker, what happened, what to mend.

Never the password; pika's own exceptions never leave this package.
"""

from __future__ import annotations

import socket
import ssl

from pika import exceptions
from pika.adapters.utils import connection_workflow as workflow

from ...rules.faults import tell_fault_briefly
from .address import Address
from .errors import ACCESS_REFUSED, NOT_ALLOWED


def describe(error: BaseException, address: Address) -> str:
    """One line that says what happened to the connection and what to mend."""
    return f"broker {address}: {_what_happened(_root(error), address)}"


def _root(error: BaseException) -> BaseException:
    """The exception inside pika's wrappers that says why connecting failed."""
    while True:
        if isinstance(error, workflow.AMQPConnectionWorkflowFailed) and error.exceptions:
            error = error.exceptions[-1]
        elif isinstance(error, workflow.AMQPConnectorPhaseErrorBase):
            error = error.exception
        elif type(error) is exceptions.AMQPConnectionError and isinstance(error.args[0], Exception):
            error = error.args[0]
        else:
            return error


def _what_happened(error: BaseException, address: Address) -> str:
    if isinstance(error, exceptions.ConnectionClosedByBroker):
        return _closed_by_broker(error.reply_code, error.reply_text, address)
    if isinstance(error, exceptions.ProbableAuthenticationError):
        return _login_refused(address)
    if isinstance(error, exceptions.ProbableAccessDeniedError):
        return f"no access to virtual host {address.vhost}: create it or grant permissions on it"
    if isinstance(error, exceptions.AMQPHeartbeatTimeout):
        return "connection lost: the broker has been silent for longer than the heartbeat allows"
    if isinstance(error, exceptions.IncompatibleProtocolError):
        return _HUNG_UP if address.tls is None else _TLS_HUNG_UP
    return _network(error)


def _login_refused(address: Address) -> str:
    if address.typed:
        return "login refused: the user or the password is wrong"
    return "login refused: mend the user or the password in the broker URL"


_HUNG_UP = "it hung up before AMQP began: mend the port in the broker URL"
_TLS_HUNG_UP = "TLS failed (it hung up): it may demand a client's certfile and keyfile"


def _closed_by_broker(code: int, text: str, address: Address) -> str:
    if code == ACCESS_REFUSED:
        return _login_refused(address)
    if code == NOT_ALLOWED:
        return f"no access to virtual host {address.vhost} ({_plain(text)}): create it or grant it"
    return f"connection closed by the broker: {code} {_plain(text)}"


def _network(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message}): mend cacertfile"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or error}): mend cacertfile, certfile and keyfile"
    if isinstance(error, socket.gaierror):
        return "the host name is not known: mend the host in the broker URL"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there: start RabbitMQ or mend host and port in the broker URL"
    if isinstance(error, TimeoutError | workflow.AMQPConnectorStackTimeout):
        return "no answer in time: mend host and port in the broker URL, or the network"
    return f"connection lost: {_why_lost(error)}"


def _why_lost(error: BaseException) -> str:
    if not isinstance(error, OSError | exceptions.AMQPConnectionError):
        # Its text may quote what was under way, as pika's does of a frame that it did not expect.
        return tell_fault_briefly(error)
    why = _plain(str(error)).removeprefix("Stream connection lost: ")
    return why or type(error).__name__


def _plain(text: str) -> str:
    return " ".join(text.split())
