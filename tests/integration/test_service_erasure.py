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
from dondoc.connector.secrecy.second_stage import SETTLED, SecondStage
from dondoc.connector.service import Service
from dondoc.connector.transport import Address, Client, Outgoing, parse_address
from dondoc.connector.transport.topology import BrokerNames
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.storage.database import Store, open_store
from dondoc.storage.engines import sqlite as sqlite_module
from dondoc.storage.publications import still_open
from dondoc.storage.secrecy.first_stage import redactions
from dondoc.storage.secrecy.remains import Listed, redact_listed, redact_untold
from dondoc.storage.taking_in import record
from support.hscv import STRUCTURED, event, structured
from support.plain_law import PlainLaw, assigned
from support.postgres import new_cluster
from support.rabbitmq import VirtualHost, wait_until
from support.services import running
from support.transport import TOPOLOGY, HeldAnswers, StartPublisher, all_confirmed

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
    with running(service):
        yield service


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


def test_what_another_made_secret_is_forgotten_however_long_an_erasure_takes(
    store: Store, vhost: VirtualHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = threading.Event()
    monkeypatch.setattr(SecondStage, "look", lambda *_: ends.wait(30))
    with serving(store, parse_address(vhost.url), NOW) as service:
        law = service._law
        issued = structured(event("document.issued", id="i-2", subject="VB-2"))
        service._intake.handle([issued], NOW)
        assert {each.key for each in service.hot.streams()} == {"document:VB-2"}
        redact_untold(store, law, {"document:VB-2": "mat"}, NOW)
        wait_until(lambda: not service.hot.streams(), "nothing of it is remembered")
        ends.set()


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


@pytest.fixture
def stage_in_trouble(
    store: Store, tmp_path: Path, vhost: VirtualHost, monkeypatch: pytest.MonkeyPatch
) -> SecondStage:
    """A second stage that could not erase what became secret at NOW, and has just seen so."""
    monkeypatch.setattr(sqlite_module, "CHECKPOINT_WAITS", (0.0,))
    monkeypatch.setattr(sqlite_module, "BUSY_SECONDS", 0.1)
    address = parse_address(vhost.url)
    with Client(address) as client:
        client.declare(TOPOLOGY)
    redact_listed(store, PlainLaw(), [Listed("document:1", "mat", NOW)])
    stage = SecondStage(store, PlainLaw(), address, BrokerNames(), None)
    with closing(sqlite3.connect(tmp_path / "dondoc.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM stream").fetchone()
        stage.look(NOW + SETTLED, None)
    stage.look(NOW + timedelta(hours=1), None)
    assert erased(store) == [None]
    return stage


def test_what_becomes_secret_later_does_not_wait_for_what_could_not_be_erased(
    store: Store, stage_in_trouble: SecondStage
) -> None:
    later = NOW + timedelta(hours=2)
    redact_listed(store, PlainLaw(), [Listed("document:2", "mat", later)])
    stage_in_trouble.look(later, None)
    assert erased(store) == [None, None], "relays may have it in hand"
    at = later + SETTLED
    stage_in_trouble.look(at, None)
    assert erased(store) == [at, at]


def test_a_new_name_of_what_could_not_be_erased_is_looked_for_at_once(
    store: Store, stage_in_trouble: SecondStage
) -> None:
    at = NOW + timedelta(hours=2)
    record(store, PlainLaw(), [assigned("1", "1-late")], at)
    stage_in_trouble.look(at, None)
    assert erased(store) == [at]


def test_what_was_erased_and_is_to_be_erased_again_waits_for_no_failure_of_before(
    store: Store, stage_in_trouble: SecondStage
) -> None:
    later = NOW + timedelta(hours=2)
    redact_listed(store, PlainLaw(), [Listed("document:2", "mat", later)])
    at = later + SETTLED
    stage_in_trouble.look(at, None)
    redact_listed(store, PlainLaw(), [Listed("document:1", "mat", NOW)])
    assert erased(store) == [None, at]
    stage_in_trouble.look(at, None)
    assert erased(store) == [at, at]


def test_an_archive_of_the_wal_is_said_once_with_the_erasure_that_it_does_not_keep_open(
    vhost: VirtualHost, caplog: pytest.LogCaptureFixture
) -> None:
    own = new_cluster({"wal_recycle": "off", "archive_mode": "on", "archive_command": "/bin/true"})
    try:
        own.start()
        with closing(open_store(own.create_database())) as store:
            store.migrate(date(2026, 3, 1))
            address = parse_address(vhost.url)
            with Client(address) as client:
                client.declare(TOPOLOGY)
            redact_listed(store, PlainLaw(), [Listed("document:1", "mat", NOW)])
            stage = SecondStage(store, PlainLaw(), address, BrokerNames(), None)
            with caplog.at_level(logging.INFO):
                stage.look(NOW + SETTLED, None)
                stage.look(NOW + SETTLED, None)
            assert erased(store) == [NOW + SETTLED]
    finally:
        own.stop()
    assert caplog.text.count("archived WAL holds what was in the tables") == 1
