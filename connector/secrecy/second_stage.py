"""When the running service begins the second stage of redactions, and when it tries again.

Reminders of before must be out of every relay's hands, and events must leave room: to overwrite
copies has everything else wait for seconds. It must never erase without the broker, whose queues
could not be searched.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from ...storage.database import Store
from ...storage.projecting import Lawful
from ...storage.secrecy.remains import unerased
from ..handover import OPEN
from ..transport import Address
from ..transport.topology import BrokerNames
from .awaiting_letters import LETTERS
from .erasing_copies import erase_copies, still_on_their_way
from .standing_pages import Pages

log = logging.getLogger(__name__)

SETTLED = timedelta(seconds=90)
"""After this relays are as a rule done with whatever was decided before a redaction."""
ANSWER_SECONDS = 15.0
"""How long an erasure waits for the broker's answers: longer than a relay does."""
ANSWERS_AGAIN_SECONDS = 300.0
"""When it is tried again to erase while messages were still on their way to the broker."""
QUIET_SECONDS = 10.0
LONGEST_BUSY = timedelta(minutes=15)
"""Copies are overwritten when no event has come for a while, or after this in any case."""
ERASE_AGAIN_SECONDS = 86_400.0
"""When what could not be overwritten is tried again, unless more becomes secret."""


class SecondStage:
    """The erasures of one running service, of what is redacted in *store*."""

    def __init__(
        self,
        store: Store,
        law: Lawful,
        address: Address,
        names: BrokerNames,
        pages: Pages | None,
    ) -> None:
        self._store = store
        self._law = law
        self._address = address
        self._names = names
        self._pages = pages
        self._not_before = 0.0
        self._tried = frozenset[tuple[str, datetime, int]]()

    def look(self, now: datetime, last_delivery: float | None) -> None:
        """Erase what copies there are where it is time to, and log what remains.

        *now* is aware; *last_delivery* in seconds since the epoch, None before the first. Raises
        StorageError.
        """
        found = self._store.read(unerased)
        # What was erased meanwhile and is to be erased once more is new.
        self._tried &= found
        fresh = found - self._tried
        if not fresh and (not found or time.monotonic() < self._not_before):
            return
        # One of the two times may be by a clock that was years ahead, and nothing waits for years.
        since = abs(now - min(at for _, at, _ in fresh or found))
        quiet = last_delivery is None or now.timestamp() - last_delivery >= QUIET_SECONDS
        if since < SETTLED or (not quiet and since < LONGEST_BUSY):
            return
        remaining = self._erase(now)
        if remaining:
            soon = OPEN in remaining or LETTERS in remaining
            again = ANSWERS_AGAIN_SECONDS if soon else ERASE_AGAIN_SECONDS
            self._not_before, self._tried = time.monotonic() + again, found
            lines = "; ".join(remaining)
            log.warning("copies of what is secret remain; mend it and run dondoc purge: %s", lines)
        else:
            self._tried = frozenset()
            log.info("copies of %d redacted subjects overwritten", len(found))
            if elsewhere := self._store.copies_elsewhere():
                log.warning("copies that dondoc does not reach: %s", "; ".join(elsewhere))

    def _erase(self, now: datetime) -> list[str]:
        # Looked at by itself: to overwrite again and again would have everybody wait for nothing.
        if still_on_their_way(self._store, self._address, now, ANSWER_SECONDS):
            return [OPEN]
        return erase_copies(
            self._store,
            self._law,
            self._address,
            self._names,
            self._pages,
            now,
            ANSWER_SECONDS,
        )
