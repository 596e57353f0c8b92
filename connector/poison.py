"""Messages handled one at a time, each try committed before it (contract, Poison).

A message that takes the process down is known by the tries that never came to an end. What is
not the message's doing, an outage of the database or an orderly stop, must never count as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

from ..rules.calendar import OutsideCoverage
from ..storage.database import Store
from ..storage.engines.errors import StorageError
from ..storage.rejections import forget_tries, remember_tries, tries_of
from .contract.guard import Message
from .handled import Handled
from .intake import Intake

MOST_TRIES = 3
"""How often a message may take the process down before it is put aside."""
STANDING_SECONDS = 1.0
"""How long a process must have stood before it makes the second try at a message; for the third
twice as long, from the fourth on four times. Whatever ends processes soon after their start, or
one after another at any moment, ends them in this time, in which no try has begun: without it
four such ends in a row condemned whichever message came first."""


class OneByOne:
    """Handles one message after another by *intake*.

    `handle` may be called again for the same message until it gives something; then comes
    `done`, or `leave` where the message goes back to the queue unharmed. *wait* waits so many
    seconds; what it gives is true where the service is to stop.
    """

    def __init__(self, store: Store, intake: Intake, wait: Callable[[float], bool]) -> None:
        self._store = store
        self._intake = intake
        self._wait = wait
        self._numbers: dict[bytes, int] = {}
        """Which try at a message is this process's, by the message's digest."""
        self._counted: set[bytes] = set()
        """Of which of them that is stored, as far as this process has heard."""
        self._current: bytes | None = None

    def handle(self, messages: Sequence[Message], received_at: datetime) -> list[Handled] | None:
        """Handle the one message in *messages*, or put it aside after too many tries; None where
        it was to wait before another try, and the service is to stop.

        Raises StorageError and OutsideCoverage; then the try does not count.
        """
        (message,) = messages
        digest = sha256(message.body).digest()
        if digest not in self._numbers:
            tries = tries_of(self._store, digest)
            if tries and self._wait(_standing_seconds(tries)):
                return None
            self._numbers[digest] = tries + 1
        if digest not in self._counted:
            remember_tries(self._store, digest, self._numbers[digest])
            self._counted.add(digest)
        self._current = digest
        try:
            return self._end(message, self._numbers[digest], received_at)
        except (StorageError, OutsideCoverage):
            self.leave()
            raise

    def done(self) -> None:
        """What became of the message is committed: its tries count no more."""
        if self._current is not None:
            forget_tries(self._store, self._current)
            self._drop(self._current)
            self._current = None

    def leave(self) -> None:
        """The try ended without the message's doing, and does not count."""
        if self._current in self._counted:
            # With the database away it stays counted, and this process will not count it again.
            with suppress(StorageError):
                remember_tries(self._store, self._current, self._numbers[self._current] - 1)
                self._drop(self._current)

    def _drop(self, digest: bytes) -> None:
        self._numbers.pop(digest, None)
        self._counted.discard(digest)

    def _end(self, message: Message, tries: int, received_at: datetime) -> list[Handled]:
        if tries <= MOST_TRIES:
            return self._intake.handle([message], received_at)
        # Once by all that it says. If that too took the process down, by its headers alone.
        whole = tries == MOST_TRIES + 1
        return [self._intake.condemn(message, received_at, whole=whole)]


def _standing_seconds(tries: int) -> float:
    """How long to wait before another try at what was tried *tries* times."""
    return STANDING_SECONDS * 2.0 ** min(tries - 1, 2)
