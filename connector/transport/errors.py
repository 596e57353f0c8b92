"""The transport's errors. Each text is one line for an operator, and never has a password."""

from __future__ import annotations

from ...rules.mendable import Mendable

ACCESS_REFUSED = 403
NOT_FOUND = 404
RESOURCE_LOCKED = 405
PRECONDITION_FAILED = 406
NOT_ALLOWED = 530


class TransportError(Mendable):
    """Something between dondoc and the broker; the text is one line for an operator."""


class InvalidAddress(TransportError):
    """A broker URL that cannot be understood. The text never repeats the URL."""


class BrokerUnavailable(TransportError):
    """The broker cannot be reached, refuses the login, or was lost on the way."""


class TopologyError(TransportError):
    """An exchange, a queue or a binding is missing or refused, or has another form."""


class ChannelRefused(Exception):
    """The broker closed the channel over one command; raised inside procedures."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
