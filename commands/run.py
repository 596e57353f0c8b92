"""`dondoc run`: the service with its metrics endpoint, from start to a drained end."""

from __future__ import annotations

import gc
import logging
from datetime import datetime, time, timedelta
from importlib.metadata import version

import click

from ..connector.broker import Broker
from ..connector.contract.belonging import REASONS
from ..connector.service import Service
from ..metrics.exporter import Exporter
from ..metrics.pipeline import PipelineMetrics
from ..rules.events import LOCAL
from .assembly.application import Application
from .assembly.broker import broker_address, broker_names, source_queues
from .assembly.clock import now, uptime
from .assembly.loading import load_texts
from .assembly.pages import SERVICE_PATIENCE, sites_of
from .assembly.serving import begin_serving, prepared_when_there
from .assembly.settings import Settings
from .terminal.documented import Command
from .terminal.options import Context, in_context

log = logging.getLogger(__name__)


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
    stop = begin_serving()
    broker = Broker(
        broker_address(settings),
        broker_names(settings),
        mail=settings.mail is not None,
        binding=settings.broker.binding,
        sources=source_queues(settings),
        in_hand_bytes=settings.limits.in_hand_bytes,
    )
    application = prepared_when_there(settings, database, stop)
    if application is None:
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
    if application.own.chooses:
        pipeline.expect_foreign(REASONS)
    exporter = Exporter(
        pipeline.registry,
        application.store,
        application.law,
        settings.metrics_listen,
        service.condition,
        now,
        failed=service.fail,
        unit=application.unit,
    )
    # A full garbage collection would walk what is loaded by now, which stays anyway, and keep
    # every thread waiting for tens of milliseconds. What a batch makes lives as long as the
    # batch: looking through it every 700 objects takes a tenth of the processor and finds nothing.
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    exporter.start()
    log.info("dondoc %s: database %s", version("dondoc"), application.store.name)
    log.info("metrics at http://%s/metrics", exporter.address)
    stop.of(service, f"takes events from {broker.names.events}")
    try:
        service.run()
    finally:
        exporter.stop()
    log.info("drained and stopped")


def _watch(pipeline: PipelineMetrics, service: Service, application: Application) -> None:
    pipeline.describe_build(version("dondoc"), application.law, now)
    pipeline.watch(
        "dondoc_consumer_up",
        "1 while the service is subscribed to its queue.",
        lambda: float(service.consumer.state.up),
    )
    pipeline.watch(
        "dondoc_in_hand_bytes",
        "Size of the messages that were delivered and are not worked off yet.",
        lambda: float(service.consumer.in_hand_bytes),
    )
    pipeline.watch(
        "dondoc_last_delivery_timestamp_seconds",
        "When the broker last delivered events of this unit; 0 before the first.",
        lambda: service.last_event,
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
    hot = service.hot
    pipeline.watch(
        "dondoc_hot_streams_bytes",
        "Memory that streams take which events came for of late, about.",
        lambda: hot.bytes,
    )
    pipeline.count_by(
        "dondoc_hot_streams",
        "Streams that events came for: found in memory, or read.",
        "result",
        {"found": lambda: hot.found, "read": lambda: hot.missed},
    )
    covered_until = application.law.calendar.last
    end_of_coverage = datetime.combine(covered_until + timedelta(days=1), time(), LOCAL)
    pipeline.watch(
        "dondoc_calendar_covered_until_timestamp_seconds",
        "The end of the last day that the calendar covers.",
        end_of_coverage.timestamp,
    )
