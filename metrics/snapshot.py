"""Keeps the compliance figures ready to be served: read and rendered by a thread of its own.

A scrape takes the bytes that are there, so that it costs the same however large the database is
and however slow. The thread must never end before it is told to: figures that stand still look
like figures that do not change.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..rules.faults import tell_fault
from ..rules.law import Law
from ..storage.database import Store
from ..storage.engines.errors import StorageError
from .compliance import ComplianceCollector, read
from .packing import Page, page_of
from .page import render
from .unit_label import of_unit

log = logging.getLogger(__name__)

REFRESH_SECONDS = 15.0
"""How often the database is read; Prometheus asks as often by its usual configuration."""

_STALE_AFTER = 4
"""So many times `REFRESH_SECONDS` a snapshot may be old before it says nothing of today."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """``read_at``: on the monotonic clock, before the reading began."""

    page: Page
    read_at: float


class Snapshots:
    """The latest snapshot, renewed every *every* seconds between `start` and `stop`. *failed* is
    told what has ended the thread before its time. *unit* is the label of all figures, if any."""

    def __init__(
        self,
        store: Store,
        law: Law,
        clock: Callable[[], datetime],
        every: float = REFRESH_SECONDS,
        failed: Callable[[BaseException], None] = lambda _: None,
        unit: str | None = None,
    ) -> None:
        self._unit = unit
        self._store = store
        self._law = law
        self._clock = clock
        self._every = every
        self._failed = failed
        self._latest = _Snapshot(page_of(b""), time.monotonic())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="figures", daemon=True)

    @property
    def page(self) -> Page:
        """The figures, in either format; empty before the first snapshot."""
        return self._latest.page

    @property
    def fresh(self) -> bool:
        """Whether there is a snapshot, and it is recent enough to go by."""
        return bool(self.page.text) and self.age() < _STALE_AFTER * self._every

    def age(self) -> float:
        """Seconds since the database was read for the latest snapshot, or since this was made
        where there is none yet."""
        return time.monotonic() - self._latest.read_at

    def start(self) -> None:
        """Take the first snapshot in the background, and then one after another."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """Take no more; waits at most *timeout* seconds for a reading to end."""
        self._stopping.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        try:
            while not self._stopping.is_set():
                self._refresh()
                self._stopping.wait(self._every)
        except BaseException as failure:  # noqa: BLE001 - handed to the service, which ends by it
            self._failed(failure)
        finally:
            self._store.close()

    def _refresh(self) -> None:
        read_at = time.monotonic()
        try:
            reading = read(self._store, self._law, self._clock())
            families = ComplianceCollector(self._law, reading).collect()
            page = page_of(render(of_unit(families, self._unit)))
        except StorageError as error:
            log.warning("the compliance figures are %.0f s old: %s", self.age(), error)
        except Exception as error:  # noqa: BLE001 - it may not be so the next time; the age tells
            told = tell_fault(error)
            # A traceback would show the error's text.
            log.error("the compliance figures are %.0f s old: %s", self.age(), told)  # noqa: TRY400
        else:
            self._latest = _Snapshot(page, read_at)
