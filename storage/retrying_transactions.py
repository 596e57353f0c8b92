"""Tries again what a deadlock, a busy file or a lost connection has ended: for seconds, not longer.

Whoever can wait longer for a database that is away decides that outside, as the service does. It
must never try again what the database refuses.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from .engines.engine import Engine, Failure
from .engines.errors import DatabaseUnavailable, StorageError

T = TypeVar("T")

RETRY_SECONDS = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""Waits before the tries after the first: a restarted backend is back at once, a restarted
server within seconds."""

PATIENCE_SECONDS = 4.0
"""After so long no further try is begun, however many are left."""


def retried(engine: Engine, attempt: Callable[[], T]) -> T:
    """What *attempt* gives at *engine*'s database, made again from its start after what passes.

    Raises `DatabaseUnavailable` after a bounded number of tries, `StorageError` where the database
    refuses, and whatever else *attempt* raises as it is.
    """
    began = time.monotonic()
    for wait in (*RETRY_SECONDS, None):
        try:
            return attempt()
        except engine.driver_errors as error:
            diagnosis = engine.classify(error)
            if diagnosis is None or (diagnosis.failure is Failure.RACE and wait is None):
                raise
            if diagnosis.failure is Failure.REFUSAL:
                raise StorageError(diagnosis.line) from error
            # A busy file has kept each try waiting already; a stop must not wait for eight.
            if wait is None or time.monotonic() - began > PATIENCE_SECONDS:
                raise DatabaseUnavailable(diagnosis.line) from error
            # Two that met in a deadlock should not come back in step.
            time.sleep(wait * random.uniform(0.5, 1.5))
    raise AssertionError("the last try returns or raises")
