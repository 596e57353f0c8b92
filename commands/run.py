"""`dondoc run`: the service with its metrics endpoint, from start to a drained end."""

from __future__ import annotations

import gc
import logging
import resource
import signal
import sys
import threading
from datetime import datetime, time, timedelta
from importlib.metadata import version
from types import FrameType

import click

from ..connector.service import Broker, Service
from ..metrics.exporter import Exporter
from ..metrics.pipeline import PipelineMetrics
from ..rules.events import LOCAL
from ..storage.engines.errors import DatabaseUnavailable
from .assembly.application import Application, prepare_application, uptime
from .assembly.broker import broker_address, broker_names
from .assembly.clock import now
from .assembly.loading import load_texts
from .assembly.pages import SERVICE_PATIENCE, sites_of
from .assembly.settings import Settings
from .terminal.documented import Command
from .terminal.options import Context, in_context

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0
"""How long to wait before a database that is away at the start is tried again."""


@click.command("run", cls=Command)
@in_context
def command(context: Context) -> None:
    """Consume events, relay reminders, serve metrics, until SIGTERM or SIGINT."""
    _serve(context.settings, context.database)


def _serve(settings: Settings, database: str | None) -> None:
    """Run until SIGTERM or SIGINT; then drain and return.

    Raises Mendable where it cannot start or cannot go on. The broker and the database may be
    absent at the start: the service waits for them, and says so.
    """
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # A dump of this process's memory would hold documents.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    broker = Broker(
        broker_address(settings), broker_names(settings), mail=settings.mail is not None
    )
    stop = _Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    application = _prepared(settings, database, stop.asked)
    if application is None:
        log.info("stopped before the database answered")
        return
    pipeline = PipelineMetrics()
    service = Service(
        application.store,
        application.law,
        load_texts(),
        broker,
        application.intake,
        pipeline,
        now,
        uptime,
        timedelta(days=settings.reminders.keep_words),
        sites_of(application, SERVICE_PATIENCE),
        settings.reminders.catch_up,
    )
    _watch(pipeline, service, application)
    exporter = Exporter(
        pipeline.registry,
        application.store,
        application.law,
        settings.metrics_listen,
        now,
        failed=service.fail,
    )
    # A full garbage collection would walk what is loaded by now, which stays anyway, and keep
    # every thread waiting for tens of milliseconds. What a batch makes lives as long as the
    # batch: looking through it every 700 objects takes a tenth of the processor and finds nothing.
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    exporter.start()
    log.info("dondoc %s: database %s", version("dondoc"), application.store.name)
    log.info("metrics at http://%s/metrics", exporter.address)
    stop.of(service)
    try:
        service.run()
    finally:
        exporter.stop()
    log.info("drained and stopped")


class _Stop:
    """The handler of both signals: ends the wait for a database, asks the service to drain."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._service: Service | None = None

    def of(self, service: Service) -> None:
        """Have *service* stopped, at once where that was asked for already."""
        self._service = service
        if self.asked.is_set():
            service.stop()

    def __call__(self, number: int, _: FrameType | None) -> None:
        # A handler interrupts whatever runs, locks held included: the word is passed on a
        # thread of its own.
        threading.Thread(target=self._ask, name="stop").start()

    def _ask(self) -> None:
        self.asked.set()
        if self._service is not None:
            self._service.stop()


def _prepared(
    settings: Settings, database: str | None, asked: threading.Event
) -> Application | None:
    """The application, once its database answers; None when *asked* to stop before."""
    while not asked.is_set():
        try:
            return prepare_application(settings, database)
        except DatabaseUnavailable as error:
            log.warning("%s; trying again", error)
            asked.wait(RETRY_SECONDS)
    return None


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
    if application.settings.mail is not None:
        pipeline.watch(
            "dondoc_mail_reminders_waiting",
            "Reminders in the queue that mail reads.",
            lambda: service.depths.mail,
        )
    pipeline.watch(
        "dondoc_clock_leap_seconds",
        "How far the clock is ahead of the day that everything is judged by, where that is more"
        " than a day; negative: behind it; otherwise 0.",
        service.timekeeper.leap_seconds,
    )
    covered_until = application.law.calendar.last
    end_of_coverage = datetime.combine(covered_until + timedelta(days=1), time(), LOCAL)
    pipeline.watch(
        "dondoc_calendar_covered_until_timestamp_seconds",
        "The end of the last day that the calendar covers.",
        end_of_coverage.timestamp,
    )
