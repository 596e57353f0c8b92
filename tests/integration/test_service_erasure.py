"""The service overwrites copies by itself, when events leave room for it."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dondoc.commands.assembly.clock import uptime
from dondoc.commands.assembly.loading import load_directory, load_law, load_texts
from dondoc.commands.assembly.settings import TrackingSettings
from dondoc.connector import burial as burial_module
from dondoc.connector import service as service_module
from dondoc.connector.broker import Broker
from dondoc.connector.contract.guard import Limits
from dondoc.connector.intake import Intake
from dondoc.connector.secrecy.second_stage import SETTLED
from dondoc.connector.service import Service
from dondoc.connector.transport import Address, Outgoing, parse_address
from dondoc.connector.transport.topology import BrokerNames
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.storage.database import Store, open_store
from dondoc.storage.engines import sqlite as sqlite_module
from dondoc.storage.publications import still_open
from dondoc.storage.secrecy.first_stage import redactions
from support.hscv import STRUCTURED, event, structured
from support.rabbitmq import VirtualHost, wait_until
from support.transport import HeldAnswers, StartPublisher, all_confirmed

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    opened.migrate(date(2026, 3, 1))
    return opened


@contextmanager
def serving(store: Store, address: Address, at: datetime) -> Iterator[Service]:
    """A service at work on *store*, on which a document became secret at NOW, at the time *at*."""
    directory = load_directory("sample")
    assert directory is not None
    law = load_law(TrackingSettings(), directory)
    intake = Intake(store, law, Limits(), history_limit=10)
    said = structured(event("document.issued", id="i"))
    intake.handle([said, structured(event("document.secrecy_changed", id="s"))], NOW)
    service = Service(
        store,
        law,
        load_texts(),
        Broker(address, BrokerNames()),
        intake,
        PipelineMetrics(),
        lambda: at,
        uptime,
    )
    running = threading.Thread(target=service.run)
    running.start()
    try:
        yield service
    finally:
        service.stop()
        running.join(20)
    assert not running.is_alive()


def erased(store: Store) -> list[datetime | None]:
    return [each.erased_at for each in store.read(redactions)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "TICK_SECONDS", 0.2)


def test_copies_are_overwritten_once_no_relay_can_have_a_reminder_in_hand(
    store: Store, vhost: VirtualHost, caplog: pytest.LogCaptureFixture
) -> None:
    at = NOW + SETTLED
    with caplog.at_level(logging.INFO), serving(store, parse_address(vhost.url), at):
        wait_until(lambda: erased(store) == [at], "it is erased")
        wait_until(lambda: "1 redacted subjects overwritten" in caplog.text, "and said")
    assert "VB-1" not in caplog.text


def test_copies_are_left_while_a_relay_may_still_publish(store: Store, vhost: VirtualHost) -> None:
    at = NOW + SETTLED - timedelta(seconds=1)
    with serving(store, parse_address(vhost.url), at):
        threading.Event().wait(2)
        assert erased(store) == [None]


def test_letters_that_went_nowhere_keep_no_erasure_open_once_the_broker_has_answered(
    store: Store, vhost: VirtualHost, publishing: StartPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers after the last of them has become secret, when nothing is left to publish."""
    bad = json.dumps(event("task.accepted", id="bad", subject="VB-2", data={})).encode()
    letter = Outgoing("hscv.events", "x", bad, STRUCTURED, "")
    assert all_confirmed(publishing().publish([letter]))
    held = HeldAnswers(monkeypatch)
    monkeypatch.setattr(burial_module, "CONFIRM_SECONDS", 0.2)
    with serving(store, parse_address(vhost.url), NOW + SETTLED) as service:
        wait_until(lambda: held.answers, "the letter is sent, and not answered")
        told = structured(event("document.secrecy_changed", id="s2", subject="VB-2"))
        Intake(store, service._law, Limits(), history_limit=10).handle([told], NOW)
        wait_until(lambda: service.last_event, "the event is acknowledged")
        assert still_open(store)
        held.release()
        wait_until(lambda: not still_open(store), "nothing is on its way any more")


def test_what_became_secret_by_a_clock_years_ahead_is_erased(
    store: Store, vhost: VirtualHost
) -> None:
    at = NOW - timedelta(days=5 * 365)
    with serving(store, parse_address(vhost.url), at):
        wait_until(lambda: erased(store) == [at], "it is erased")


def test_without_the_broker_nothing_is_called_erased(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    at = NOW + SETTLED
    with serving(store, parse_address("amqp://127.0.0.1:1/"), at):
        threading.Event().wait(2)
    assert erased(store) == [None]


def test_what_remains_is_said_once_and_tried_again_only_the_next_day(
    store: Store,
    tmp_path: Path,
    vhost: VirtualHost,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_module, "CHECKPOINT_WAITS", (0.0,))
    monkeypatch.setattr(sqlite_module, "BUSY_SECONDS", 0.1)
    at = NOW + SETTLED
    with closing(sqlite3.connect(tmp_path / "dondoc.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM stream").fetchone()
        with caplog.at_level(logging.WARNING), serving(store, parse_address(vhost.url), at):
            wait_until(lambda: "a reader keeps old pages" in caplog.text, "it says so", 30)
            threading.Event().wait(2)
    assert caplog.text.count("a reader keeps old pages") == 1
    assert erased(store) == [None]
