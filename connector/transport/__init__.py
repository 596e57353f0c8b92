"""The only part of dondoc that speaks AMQP, and the only importer of pika.

`Consumer` takes batches from a queue, `Publisher` publishes with confirms, `Client` does one
command after another; all three use `Link`, a connection owned by one thread that only moves
bytes. It must never know what is in a message, and never write a message or a password anywhere.

The headers of a `Delivery` are a `HeaderTable` (`connector.contract.headers`): a dictionary of
what is said last of each name, with every statement, those given twice too, in ``pairs``
(`pairs_of` gives them of any mapping). Tables within are `HeaderTable` again, lists are lists, and
`UNREAD` stands for what is nested too deep, too many or no AMQP: it is doubt. Headers that are a
`HeaderTable` are published as they came.
"""

import logging

from .address import Address, TlsOptions, parse_address
from .client import Client
from .consumer import Consumer
from .declaring import Problem
from .errors import (
    BrokerUnavailable,
    InvalidAddress,
    TopologyError,
    TransportError,
)
from .in_hand import IN_HAND_BYTES
from .link import Backoff, LinkState
from .loops import Condition, Stopping
from .messages import Batch, Delivery, Fate, Outgoing
from .publisher import Publisher, has_mark
from .tables import read_every_table
from .urls import ServerUrl, UnreadableUrl, read_url

# pika reports faults with tracebacks and quotes frames; this package says each in one line of
# its own, without anything that was in a message.
logging.getLogger("pika").setLevel(logging.CRITICAL + 1)
read_every_table()

__all__ = [
    "IN_HAND_BYTES",
    "Address",
    "Backoff",
    "Batch",
    "BrokerUnavailable",
    "Client",
    "Condition",
    "Consumer",
    "Delivery",
    "Fate",
    "InvalidAddress",
    "LinkState",
    "Outgoing",
    "Problem",
    "Publisher",
    "ServerUrl",
    "Stopping",
    "TlsOptions",
    "TopologyError",
    "TransportError",
    "UnreadableUrl",
    "has_mark",
    "parse_address",
    "read_url",
]
