"""Pages that were made of the stored state and stand outside of it: what a redaction asks of them.

They are made anew as soon as something becomes secret, and once more by the second stage of its
erasure, which is not done while one of them still may show it. How pages are made is for whoever
is handed in.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Protocol

from ...storage.database import Store
from ...storage.secrecy.remains import unerased
from ...storage.sites import standing_sites

log = logging.getLogger(__name__)

AGAIN_SECONDS = 10.0
"""When it is tried again to make pages anew that could not be."""


class Pages(Protocol):
    """Whoever can make pages anew."""

    def renew(self, redacted_at: datetime) -> list[str]:
        """Have no page show any more what it showed before *redacted_at*, an aware time; gives a
        line for each place where one still may, with what to do. Raises StorageError."""

    def stop(self) -> None:
        """End soon, from another thread: what is being made anew is taken away instead."""


def renew_pages(store: Store, pages: Pages | None, redacted_at: datetime) -> list[str]:
    """As `Pages.renew`; where nobody here can make pages (None), a line for each place that has
    any."""
    if pages is not None:
        return pages.renew(redacted_at)
    return [
        f"{site.directory} on {site.host}: its pages may still show it"
        for site in store.read(standing_sites)
    ]


class PageKeeper:
    """Makes pages anew at once when something has become secret, while a service runs."""

    def __init__(self, store: Store, pages: Pages | None) -> None:
        self._store = store
        self._pages = pages
        self._seen = frozenset[tuple[str, datetime, int]]()
        self._not_before = 0.0
        self._said: list[str] = []

    def look(self) -> None:
        """Make pages anew where there is a redaction that they were not made anew for, and log what
        remains. Raises StorageError."""
        found = self._store.read(unerased)
        # What was erased meanwhile and is to be erased once more is new.
        self._seen &= found
        fresh = found - self._seen
        if not fresh or time.monotonic() < self._not_before:
            return
        lines = renew_pages(self._store, self._pages, max(at for _, at, _ in fresh))
        if lines:
            self._not_before = time.monotonic() + AGAIN_SECONDS
            if lines != self._said:
                log.warning("pages may show what is secret; mend it: %s", "; ".join(lines))
        else:
            self._seen = found
        self._said = lines
