"""How many messages wait in the queues that wait for a person, and in the one that mail reads."""

from __future__ import annotations

import math

from .transport import Address, Client, Stopping, TransportError
from .transport.topology import BrokerNames

REFRESH_SECONDS = 15.0
ANSWER_SECONDS = 3.0
"""Short, since the service cannot stop while it waits for an answer."""
AGAIN_SECONDS = 1.0
"""How long after a queue is said to have become empty it is asked again."""


class QueueDepths:
    """The depths of the dead letters' queue, of the unrouted reminders' and of *mail*'s (None:
    there is none), looked up again and again; NaN while the broker does not say."""

    def __init__(self, address: Address, names: BrokerNames, mail: str | None = None) -> None:
        self._address = address
        self._names = names
        self._mail = mail
        self.dead = math.nan
        self.unrouted = math.nan
        self.mail = math.nan

    def watch(self, stopping: Stopping) -> None:
        """Look until *stopping* is set; a broker that is away is asked again."""
        while not stopping.is_set():
            try:
                with Client(self._address, ANSWER_SECONDS) as client:
                    while not stopping.is_set():
                        self._look(client, stopping)
                        stopping.wait(REFRESH_SECONDS)
            except TransportError:
                # The consumer reports the same outage, in the log and as a metric.
                self.dead = self.unrouted = self.mail = math.nan
                stopping.wait(REFRESH_SECONDS)

    def _look(self, client: Client, stopping: Stopping) -> None:
        def depth(queue: str, before: float) -> float:
            now = client.depth(queue)
            # RabbitMQ says 0 too where a queue's leader does not answer it within a moment.
            if now == 0 and before > 0 and not stopping.wait(AGAIN_SECONDS):
                now = client.depth(queue)
            return float(now)

        self.dead = depth(self._names.dead, self.dead)
        self.unrouted = depth(self._names.unrouted, self.unrouted)
        if self._mail is not None:
            self.mail = depth(self._mail, self.mail)
