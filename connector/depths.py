"""How many messages wait in the queues that wait for a person."""

from __future__ import annotations

import math
import threading

from .transport import Address, Client, TransportError
from .transport.topology import BrokerNames

REFRESH_SECONDS = 15.0
ANSWER_SECONDS = 3.0
"""Short, since the service cannot stop while it waits for an answer."""


class QueueDepths:
    """The depths of the dead letters' queue and of the unrouted reminders', looked up again
    and again; NaN while the broker does not say."""

    def __init__(self, address: Address, names: BrokerNames) -> None:
        self._address = address
        self._names = names
        self.dead = math.nan
        self.unrouted = math.nan

    def watch(self, stopping: threading.Event) -> None:
        """Look until *stopping* is set; a broker that is away is asked again."""
        while not stopping.is_set():
            try:
                with Client(self._address, ANSWER_SECONDS) as client:
                    while not stopping.is_set():
                        self.dead = float(client.depth(self._names.dead))
                        self.unrouted = float(client.depth(self._names.unrouted))
                        stopping.wait(REFRESH_SECONDS)
            except TransportError:
                # The consumer reports the same outage, in the log and as a metric.
                self.dead = self.unrouted = math.nan
                stopping.wait(REFRESH_SECONDS)
