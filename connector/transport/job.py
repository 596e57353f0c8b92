"""The messages of one call of `Publisher.publish`, and what is known of each.

Whoever waits for the answers and the connection's thread meet here. It must never send anything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

from .messages import Fate, Outgoing


class Job:
    """What is to be published, on which connection (None: on any) and until when, in
    `time.monotonic()`; of each message whether it was sent and what the broker answered."""

    def __init__(self, messages: Sequence[Outgoing], connection: str | None, until: float) -> None:
        self.messages = messages
        self.connection = connection
        self.until = until
        self.sent = 0
        self.outcomes: list[Fate | None] = [None] * len(messages)
        self.unanswered = len(messages)
        self.answered = threading.Event()

    def may_go(self, connection: str | None) -> bool:
        """Whether the next message may be sent on *connection* now."""
        return self.connection in (None, connection) and time.monotonic() < self.until

    def answer(self, index: int, outcome: Fate) -> None:
        """The broker has said *outcome* of a message; what it says first holds."""
        if self.outcomes[index] is None:
            self.outcomes[index] = outcome

    def settle(self, index: int, outcome: Fate) -> None:
        """Nothing further will be said of a message; *outcome* holds where nothing was."""
        self.answer(index, outcome)
        self.unanswered -= 1
        if self.unanswered == 0:
            self.answered.set()

    def give_up(self) -> None:
        """The rest is never sent."""
        for index in range(self.sent, len(self.messages)):
            self.settle(index, Fate.UNKNOWN)


class SentMessage(NamedTuple):
    """A message of a job, at that *place*, sent *at* a `time.monotonic`, without an answer yet."""

    job: Job
    place: int
    at: float
