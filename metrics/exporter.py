"""The HTTP endpoint that Prometheus scrapes, /metrics, with what a supervisor asks beside it.

It only reads, on loopback unless the settings say otherwise, and a scrape never asks the database:
the service's own counters are rendered when one comes, the compliance figures are those of the
latest snapshot. A process of its own answers (`front`), so that no scrape waits for the work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from email.message import Message

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics

from ..rules.faults import tell_fault
from ..rules.law import Law
from ..storage.database import Store
from .endpoint import address_at, address_of, listener_at
from .feed import Live
from .health import ProcessCondition, health
from .serving_process import ServingProcess
from .snapshot import REFRESH_SECONDS, Snapshots
from .unit_label import OfUnit

log = logging.getLogger(__name__)

_SETTING = "[metrics] listen"
_STOP_SECONDS = 2.0
"""How long the end waits for a reading of the database, which nothing depends on any more."""


class Exporter:
    """Serves *registry* and the compliance figures of *store* at *listen*, "host:port", and how the
    process is by *condition*.

    Port 0 takes a free one. *clock* gives the aware time; *every* is how often the database is
    read, in seconds; *failed* is told what has ended one of its threads. *unit* is the label
    `dondoc_unit` of every series; None: there is no such label. Raises `CannotListen` where
    *listen* cannot be read as an address.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        store: Store,
        law: Law,
        listen: str,
        condition: Callable[[], ProcessCondition],
        clock: Callable[[], datetime],
        every: float = REFRESH_SECONDS,
        failed: Callable[[BaseException], None] = lambda _: None,
        unit: str | None = None,
    ) -> None:
        self._registry = OfUnit(registry, unit)
        self._snapshots = Snapshots(store, law, clock, every, failed, unit)
        self._health = health(condition, self._stale)
        self._failed = failed
        self._rendered = True
        self._listen = self._address = listen
        self._process: ServingProcess | None = None
        address_of(listen, _SETTING)
        Gauge(
            "dondoc_snapshot_age_seconds",
            "How old the compliance figures are.",
            registry=registry,
        ).set_function(self._snapshots.age)

    @property
    def address(self) -> str:
        """Where it really listens, "host:port"; where it is to listen before `start`."""
        return self._address

    def start(self) -> None:
        """Listen, and take the first snapshot in the background. Raises `CannotListen`."""
        listener = listener_at(self._listen, _SETTING)
        self._address = address_at(listener)
        self._process = ServingProcess(
            listener, self._live, lambda: self._snapshots.page, self._failed
        )
        self._process.start()
        self._snapshots.start()

    def stop(self) -> None:
        """Answer no more; returns within seconds."""
        if self._process is not None:
            self._process.stop()
        self._snapshots.stop(_STOP_SECONDS)

    def _live(self, answers: int) -> Live:
        """What the service says of itself, after so many questions."""
        text: bytes | None = None
        open_: bytes | None = None
        try:
            text = generate_latest(self._registry)
            open_ = openmetrics.generate_latest(self._registry)  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001 - a gauge that fails now may not the next time
            if self._rendered:
                told = tell_fault(error)
                # A traceback would show the error's text.
                log.error("the service's own figures could not be rendered: %s", told)  # noqa: TRY400
        self._rendered = open_ is not None
        found = {path: answer(Message()) for path, answer in self._health.items()}
        said = {path: (int(each.status), each.body) for path, each in found.items()}
        return Live(answers, text, open_, said)

    def _stale(self) -> str:
        if self._snapshots.fresh:
            return ""
        return f"the compliance figures are {self._snapshots.age():.0f} s old"
