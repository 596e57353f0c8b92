"""The pipeline in this process, on a database of one's choice and without a broker.

It is put together as the commands do it, and stands at the day it is. It must never be given a
database that is used.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.contract.guard import Limits, Message
from dondoc.connector.intake import Intake
from dondoc.rules.events import LOCAL
from dondoc.rules.law import Law
from dondoc.rules.wording import Texts
from dondoc.sample.generator import since
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.hot_streams import HOT_BYTES

from .events import Sent, today

BATCH = 300
HISTORY_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds that something took: on the clock, and of this process's processor time."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Inside:
    """A pipeline and what it is made of."""

    store: Store
    law: Law
    texts: Texts
    intake: Intake

    def take_in(self, messages: Sequence[Sent], batch: int = BATCH) -> list[Cost]:
        """What each batch of *messages* costs, from the bytes to the commit."""
        ready = [Message(each.body, each.content_type, each.headers) for each in messages]
        costs = []
        for start in range(0, len(ready), batch):
            wall, cpu = time.perf_counter(), time.process_time()
            self.intake.handle(ready[start : start + batch], datetime.now(LOCAL))
            costs.append(Cost(time.perf_counter() - wall, time.process_time() - cpu))
        return costs


def inside(
    url: str,
    bodies: Path | str = "sample",
    first: date | None = None,
    hot_bytes: int = HOT_BYTES,
) -> Inside:
    """The pipeline on the database at *url*, migrated and moved on to today. *first*: the first
    day of periodic obligations, where the database is new; otherwise the sample's. *hot_bytes*: how
    much of streams is remembered."""
    directory = load_directory(bodies)
    assert directory is not None
    store = open_store(url)
    store.migrate(first or since(today()))
    law = load_law(TrackingSettings(), directory)
    # As the service's scheduler does first: a database that stands at an earlier day would have
    # events open nothing.
    advance(store, law, today())
    intake = Intake(store, law, Limits(), HISTORY_LIMIT, hot_bytes=hot_bytes)
    return Inside(store, law, load_texts(), intake)
