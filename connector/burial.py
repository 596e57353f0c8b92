"""Brings what cannot be taken in to the dead letters, until the broker has it.

What has become secret meanwhile goes nowhere: each try is remembered as on its way first, and
only then are the letters looked at once more, so that an erasure either is seen here or waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ..storage.database import Store
from ..storage.publications import remember
from .contract.guard import Message
from .dead_letters import dead_letter
from .handled import Handled
from .handover import Handover
from .intake import Intake
from .transport import Delivery, Fate, Outgoing, Publisher

CONFIRM_SECONDS = 3.0
"""How long to wait for the broker at a time, so that a stop is seen in between."""
SEND_SECONDS = 10.0
"""How long after the last look at a letter it may still be sent."""


class Letters:
    """Those among messages that were *handled* that belong into the dead letters, and which of
    them the broker has confirmed. What becomes of one later is written into *handled*."""

    def __init__(
        self, deliveries: Sequence[Delivery], messages: Sequence[Message], handled: list[Handled]
    ) -> None:
        self._deliveries = deliveries
        self._messages = messages
        self._handled = handled
        self._left = [at for at, each in enumerate(handled) if each.dead is not None]

    def __len__(self) -> int:
        """How many are not confirmed yet."""
        return len(self._left)

    def look_again(self, intake: Intake, now: datetime) -> None:
        """Take out what is about a subject that has become secret. Raises StorageError."""
        some = [self._handled[at] for at in self._left]
        looked_at = intake.withheld([self._messages[at] for at in self._left], some, now)
        for at, each in zip(self._left, looked_at, strict=True):
            self._handled[at] = each
        self._left = [at for at in self._left if self._handled[at].dead is not None]

    def outgoing(self, queue: str, now: datetime) -> list[Outgoing]:
        """What is to be published to *queue*."""
        return [
            dead_letter(queue, self._deliveries[at], dead, now, self._messages[at].queue)
            for at in self._left
            if (dead := self._handled[at].dead) is not None
        ]

    def confirm(self, outcomes: Sequence[Fate]) -> None:
        """What the broker said of what was `outgoing`."""
        told = zip(self._left, outcomes, strict=True)
        self._left = [at for at, outcome in told if outcome is not Fate.CONFIRMED]


class Burial:
    """Publishes dead letters to *queue*; used by one thread. *clock* gives the aware time."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        publisher: Publisher,
        queue: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._intake = intake
        self._handover = Handover(store, publisher)
        self._queue = queue
        self._clock = clock

    def once(self, letters: Letters) -> int:
        """Publish *letters*; gives how many of them are still to be published. Raises
        StorageError, after which it may be called again."""
        self._handover.forget_answered()
        now = self._clock()
        prepared = self._handover.prepare(CONFIRM_SECONDS, now, SEND_SECONDS)
        if prepared is None:
            return len(letters)
        self._store.transact(lambda tx: remember(tx, prepared.publication))
        letters.look_again(self._intake, now)
        outgoing = letters.outgoing(self._queue, now)
        letters.confirm(self._handover.publish(outgoing, prepared, CONFIRM_SECONDS))
        self._handover.forget_answered()
        return len(letters)

    def forget_answered(self) -> None:
        """As `Handover.forget_answered`. To be called again and again, also where nothing is left
        to publish: the broker may answer later than that, and an erasure waits for it."""
        self._handover.forget_answered()
