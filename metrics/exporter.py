"""The HTTP endpoint that Prometheus scrapes, /metrics, with what a supervisor asks beside it.

It only reads, on loopback unless the settings say otherwise, and it never asks the database:
the service's own counters are rendered at each scrape, the compliance figures are those of the
latest snapshot. Nobody who asks slowly may keep another waiting.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from email.message import Message
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics

from ..rules.law import Law
from ..storage.database import Store
from .endpoint import Endpoint
from .health import ProcessCondition, health
from .server import Answer
from .snapshot import REFRESH_SECONDS, Snapshots
from .unit_label import OfUnit

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
        answers = {"/metrics": self._metrics, **health(condition, self._stale)}
        self._endpoint = Endpoint(listen, answers, failed)
        Gauge(
            "dondoc_snapshot_age_seconds",
            "How old the compliance figures are.",
            registry=registry,
        ).set_function(self._snapshots.age)

    @property
    def address(self) -> str:
        """Where it really listens, "host:port"; where it is to listen before `start`."""
        return self._endpoint.address

    def start(self) -> None:
        """Listen, and take the first snapshot in the background. Raises `CannotListen`."""
        self._endpoint.start()
        self._snapshots.start()

    def stop(self) -> None:
        """Answer no more; returns within seconds."""
        self._endpoint.stop()
        self._snapshots.stop(_STOP_SECONDS)

    def _metrics(self, asked: Message) -> Answer:
        if _accepts(asked.get("Accept", ""), "application/openmetrics-text"):
            type_ = openmetrics.CONTENT_TYPE_LATEST
            live: bytes = openmetrics.generate_latest(self._registry)  # type: ignore[no-untyped-call]
        else:
            type_ = CONTENT_TYPE_PLAIN_0_0_4
            live = generate_latest(self._registry)
        # OpenMetrics ends with a line of its own, so that the live part comes last.
        page = self._snapshots.page
        headers = {"Vary": "Accept, Accept-Encoding"}
        if not _accepts(asked.get("Accept-Encoding", ""), "gzip"):
            return Answer(HTTPStatus.OK, page.with_more(live), type_, headers)
        headers["Content-Encoding"] = "gzip"
        return Answer(HTTPStatus.OK, page.gzipped_with_more(live), type_, headers)

    def _stale(self) -> str:
        if self._snapshots.fresh:
            return ""
        return f"the compliance figures are {self._snapshots.age():.0f} s old"


def _accepts(header: str, wanted: str) -> bool:
    """Whether an Accept or Accept-Encoding *header* names *wanted*, and not to refuse it."""
    for each in header.lower().split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        if name == wanted:
            return not any(re.fullmatch(r"q=0(\.0*)?", part) for part in parameters)
    return False
