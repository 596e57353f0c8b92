"""When the numbers that sources gave their events are merged into runs."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from ..rules.faults import tell_fault_briefly
from ..storage.database import Store
from ..storage.engines.errors import StorageError
from ..storage.numbering import merge

log = logging.getLogger(__name__)

AFTER, EVERY = 20_000, timedelta(seconds=30)
"""After so many messages, or so long, they are merged."""


class Merging:
    """Counts the messages of one process, and merges what *store* has of their numbers in time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._messages = 0
        self._merged_at: datetime | None = None

    def count(self, messages: int, now: datetime) -> None:
        """So many *messages* more have come by the aware time *now*. Raises StorageError."""
        self._messages += messages
        waited = self._merged_at is None or abs(now - self._merged_at) >= EVERY
        if self._messages < AFTER and not waited:
            return
        self._messages, self._merged_at = 0, now
        try:
            merge(self._store)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - it takes nothing from the events
            log.warning("the numbers that came are not merged (%s)", tell_fault_briefly(error))
