"""The service on a day that the calendar does not reach: reminders wait, events do not."""

from __future__ import annotations

import json
import logging
import threading
from datetime import date, datetime
from pathlib import Path

import pytest
from dondoc.commands.assembly.clock import uptime
from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector.broker import Broker
from dondoc.connector.contract.guard import Limits
from dondoc.connector.intake import Intake
from dondoc.connector.service import Service
from dondoc.connector.transport import Fate, Outgoing, Publisher, parse_address
from dondoc.connector.transport.topology import BrokerNames, topology
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.rules.events import LOCAL
from dondoc.storage.database import open_store
from dondoc.storage.questions import queries
from support.rabbitmq import VirtualHost, wait_until

BEYOND = datetime(2028, 3, 1, 9, 0, tzinfo=LOCAL)


def test_a_calendar_that_has_ended_stops_reminders_and_never_the_events(
    vhost: VirtualHost, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    directory = load_directory("sample")
    assert directory is not None
    law = load_law(TrackingSettings(), directory)
    assert BEYOND.date() > law.calendar.last
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(date(2028, 1, 1))
    address = parse_address(vhost.url)
    service = Service(
        store,
        law,
        load_texts(),
        Broker(address, BrokerNames()),
        Intake(store, law, Limits(), history_limit=10),
        PipelineMetrics(),
        lambda: BEYOND,
        uptime,
    )
    failures: list[BaseException] = []

    def run() -> None:
        try:
            service.run()
        except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)

    running = threading.Thread(target=run)
    with caplog.at_level(logging.WARNING):
        running.start()
        try:
            wait_until(lambda: "outside of the calendar" in caplog.text, "the scheduler says so")
            event = {
                "specversion": "1.0",
                "id": "1",
                "source": "/hscv",
                "type": "hscv.feedback.received",
                "time": BEYOND.isoformat(),
                "subject": "7",
                "secrecy": "normal",
                "data": {"from_body": "NV", "about_body": "TP", "content": "chậm"},
            }
            publisher = Publisher(address, topology())
            publisher.start()
            outgoing = Outgoing(
                "hscv.events",
                "feedback.received",
                json.dumps(event).encode(),
                "application/cloudevents+json",
                "1",
            )
            wait_until(lambda: publisher.state.up, "the publisher is connected")
            assert publisher.publish([outgoing]) == (Fate.CONFIRMED,)
            publisher.stop()
            wait_until(lambda: store.read(queries.counts).events == 1, "the event is stored")
        finally:
            service.stop()
            running.join(20)
    assert not running.is_alive()
    assert failures == []
    day = BEYOND.date()
    (owed,) = store.read(lambda tx: queries.obligations(tx, law, day, queries.Filter(subject="7")))
    assert (owed.rule, owed.state(day), owed.due) == ("feedback_response", "open", None)
