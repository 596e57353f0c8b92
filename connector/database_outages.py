"""How the service outlives an outage: it waits for a database that is away, or a calendar that has
ended, and tries again for as long as it takes. It must never go on without what it waits for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from ..rules.calendar import OutsideCoverage
from ..storage.engines.errors import StorageError
from .transport import Stopping

T = TypeVar("T")

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
"""How long to wait before a database that is away is tried again, or dead letters that the broker
has not confirmed."""


def until_possible(work: Callable[[], T], stopping: Stopping, day_after: float) -> T | None:
    """What *work* gives, trying again while the database is away, and every *day_after* seconds
    while the calendar does not reach today; None once *stopping* is set."""
    while True:
        try:
            result = work()
        except (StorageError, OutsideCoverage) as error:
            # Its line says all there is to say; a traceback would only hide it.
            log.warning("%s; trying again", error)
            # A calendar that has ended stops reminders, never the events.
            if isinstance(error, StorageError):
                asked = stopping.wait(RETRY_SECONDS, away=str(error))
            else:
                # What answers is no longer waited for.
                stopping.found()
                asked = stopping.wait(day_after)
            if asked:
                return None
        else:
            stopping.found()
            return result
