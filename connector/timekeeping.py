"""Which time the service goes by: the clock's, unless that has leapt and is not believed yet.

It says in the log what it thinks of the clock when that changes, and in a metric all the while.
Events are taken whatever the clock says; days and reminders must never go by a time that was not
asked for here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from ..storage.database import Store
from ..storage.leaps import Standing, Uptime, look

log = logging.getLogger(__name__)


class Timekeeper:
    """What one service thinks of its *clock*, which gives the aware time, by *uptime*, which
    nobody can set. Safe to ask from any thread."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], uptime: Callable[[], Uptime]
    ) -> None:
        self._store = store
        self._clock = clock
        self._uptime = uptime
        self._standing: Standing | None = None

    def look(self) -> datetime | None:
        """The aware time by which days may pass; None while the clock is not believed. Raises
        `StorageError`."""
        now = self._clock()
        before, standing = self._standing, look(self._store, now, self._uptime())
        self._standing = standing
        if _kind(before) != _kind(standing):
            _tell(standing)
        return now if standing.believed else None

    def believed(self) -> datetime | None:
        """The aware time by which reminders may be sent, as the last `look` found the clock; None
        before the first, and while the clock is not believed."""
        now, standing = self._clock(), self._standing
        return now if standing is not None and standing.covers(now) else None

    def leap_seconds(self) -> float:
        """How far the clock is ahead of the day by which everything is judged, where that is more
        than a day; negative: how far behind; otherwise 0."""
        return 0.0 if self._standing is None else self._standing.leap.total_seconds()


def _kind(standing: Standing | None) -> tuple[int, bool]:
    """What is worth a line when it changes."""
    if standing is None:
        return 0, True
    days = standing.leap.days
    return (days > 0) - (days < 0), standing.believed


def _tell(standing: Standing) -> None:
    today, through = standing.today, standing.through
    if not standing.leap:
        log.info("the clock says %s, which follows on the last day again", today)
    elif not standing.believed:
        log.warning(
            "the clock says %s, and the last day was %s: events are taken, reminders wait until "
            "the clock has said the same for ten minutes; set it if it is wrong",
            today,
            through,
        )
    elif today > through:
        log.warning("the clock has said %s for ten minutes: days pass up to it", today)
    else:
        log.warning(
            "the clock says %s, and everything is judged by %s already: if the clock is right, "
            "run `dondoc reprocess --through %s`",
            today,
            through,
            today,
        )
