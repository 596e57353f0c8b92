"""`dondoc run`: the service with its metrics endpoint, from start to a drained end."""

from __future__ import annotations

import gc
import logging
import signal
import sys
import threading
from datetime import datetime, time, timedelta
from importlib.metadata import version
from types import FrameType

from ..connector.service import Broker, Service
from ..metrics.exporter import Exporter
from ..metrics.pipeline import PipelineMetrics
from ..rules.events import LOCAL
from .application import Application, broker_address, broker_names, now, prepare_application
from .loading import load_texts
from .settings import Settings

log = logging.getLogger(__name__)


def run_service(settings: Settings, database: str | None) -> None:
    """Run until SIGTERM or SIGINT; then drain and return.

    Raises Mendable where it cannot start or cannot go on. The broker may be absent at the
    start: the service waits for it, and says so.
    """
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    broker = Broker(broker_address(settings), broker_names(settings))
    application = prepare_application(settings, database)
    pipeline = PipelineMetrics()
    service = Service(
        application.store,
        application.law,
        load_texts(),
        broker,
        application.intake,
        pipeline,
        now,
    )
    _watch(pipeline, service, application)
    exporter = Exporter(
        pipeline.registry, application.store, application.law, settings.metrics_listen, now
    )
    # A full garbage collection would walk what is loaded by now, which stays anyway, and keep
    # every thread waiting for tens of milliseconds.
    gc.freeze()
    exporter.start()
    log.info("dondoc %s: database %s", version("dondoc"), application.store.name)
    log.info("metrics at http://%s/metrics", exporter.address)
    stop = _Stop(service)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        service.run()
    finally:
        exporter.stop()
    log.info("drained and stopped")


class _Stop:
    """The handler of both signals: asks the service to drain, once."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def __call__(self, number: int, _: FrameType | None) -> None:
        # A handler interrupts whatever runs, locks held included: the word is passed on a
        # thread of its own.
        threading.Thread(target=self._service.stop, name="stop").start()


def _watch(pipeline: PipelineMetrics, service: Service, application: Application) -> None:
    pipeline.describe_build(version("dondoc"), application.law, now)
    pipeline.watch(
        "dondoc_consumer_up",
        "1 while the service is subscribed to its queue.",
        lambda: float(service.consumer.state.up),
    )
    pipeline.watch(
        "dondoc_last_delivery_timestamp_seconds",
        "When the broker last delivered events; 0 before the first.",
        lambda: service.consumer.last_delivery or 0.0,
    )
    pipeline.watch(
        "dondoc_dead_letters",
        "Events in the dead letters' queue, waiting for somebody to look at them.",
        lambda: service.depths.dead,
    )
    pipeline.watch(
        "dondoc_reminders_unrouted",
        "Reminders that no queue was bound for.",
        lambda: service.depths.unrouted,
    )
    covered_until = application.law.calendar.last
    end_of_coverage = datetime.combine(covered_until + timedelta(days=1), time(), LOCAL)
    pipeline.watch(
        "dondoc_calendar_covered_until_timestamp_seconds",
        "The end of the last day that the calendar covers.",
        end_of_coverage.timestamp,
    )
