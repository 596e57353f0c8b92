"""The service at work while its clock is years ahead for a moment: events come in, nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from dondoc.connector import relay as relay_module
from dondoc.connector import service as service_module
from dondoc.connector.transport import Fate, Outgoing, Publisher, parse_address
from dondoc.connector.transport.topology import topology
from dondoc.rules.events import LOCAL
from dondoc.storage.database import Store
from dondoc.storage.publications import still_open
from dondoc.storage.questions import queries
from support.hscv import event
from support.leaping import Clocks, morning
from support.rabbitmq import VirtualHost, wait_until
from support.services import serving
from support.stores import count
from support.transport import HeldAnswers

TUESDAY = date(2026, 2, 10)
AHEAD = timedelta(days=5 * 365)


def forgotten(store: Store) -> int:
    """How many reminders are in the ledger without what they said."""
    return len(store.read(lambda tx: tx.rows("SELECT id FROM reminder WHERE words IS NULL")))


def reminded_of(store: Store, task: str) -> int:
    """How many reminders there are of the *task*; those of reports that are overdue come sooner."""
    its = "SELECT id FROM obligation WHERE task_id=%s"
    found = f"SELECT id FROM reminder WHERE obligation IN ({its})"
    return len(store.read(lambda tx: tx.rows(found, task)))


def assigned(name: str) -> Outgoing:
    """A task that is due today, about a document of its own."""
    data = {
        "task_id": name,
        "content": "Rà soát",
        "kind": "execute",
        "lead": "NV",
        "due_on": str(TUESDAY),
    }
    told = event(
        id=name, subject=name, time=datetime(2026, 2, 2, 9, tzinfo=LOCAL).isoformat(), data=data
    )
    body = json.dumps(told).encode()
    return Outgoing("hscv.events", "task.assigned", body, "application/cloudevents+json", name)


@pytest.fixture
def publisher(vhost: VirtualHost) -> Iterator[Publisher]:
    opened = Publisher(parse_address(vhost.url), topology())
    opened.start()
    wait_until(lambda: opened.state.up, "the publisher is connected")
    yield opened
    opened.stop()


def test_events_come_in_and_reminders_wait_while_the_clock_is_years_ahead(
    store: Store, vhost: VirtualHost, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "TICK_SECONDS", 0.1)
    monkeypatch.setattr(service_module, "RELAY_SECONDS", 0.1)
    clocks = Clocks(morning(TUESDAY))
    with serving(store, vhost.url, clocks) as service:
        assert publisher.publish([assigned("T1")]) == (Fate.CONFIRMED,)
        wait_until(lambda: count(store, "reminder") > 0, "a reminder is decided")
        clocks.leap(AHEAD)
        wait_until(lambda: service.timekeeper.leap_seconds() > 0, "the leap is seen")
        before = count(store, "reminder")
        assert publisher.publish([assigned("T2")]) == (Fate.CONFIRMED,)
        wait_until(lambda: store.read(queries.counts).events == 2, "the event is stored")
        threading.Event().wait(1.0)
        assert count(store, "reminder") == before
        assert forgotten(store) == 0, "what was said is kept by the time that is believed"
        assert store.read(lambda tx: tx.period())[1] == TUESDAY
        clocks.leap(-AHEAD)
        wait_until(lambda: count(store, "reminder") > before, "the next is decided")
        assert service.timekeeper.leap_seconds() == 0
    store.close()


def test_the_words_of_reminders_are_kept_as_long_as_the_setting_says(
    store: Store, vhost: VirtualHost, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "TICK_SECONDS", 0.1)
    clocks = Clocks(morning(TUESDAY))
    with serving(store, vhost.url, clocks, timedelta(0)):
        assert publisher.publish([assigned("T1")]) == (Fate.CONFIRMED,)
        wait_until(lambda: reminded_of(store, "T1"), "a reminder is decided")
        clocks.leap(timedelta(minutes=1))
        wait_until(lambda: forgotten(store) == count(store, "reminder"), "its words are forgotten")
    store.close()


def test_what_the_broker_answers_is_seen_while_the_clock_is_not_believed(
    store: Store, vhost: VirtualHost, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erasure waits for it, and the clock may be wrong for days."""
    assert publisher.publish([assigned("T1")]) == (Fate.CONFIRMED,)
    monkeypatch.setattr(service_module, "TICK_SECONDS", 0.1)
    monkeypatch.setattr(relay_module, "PUBLISH_SECONDS", 0.2)
    clocks = Clocks(morning(TUESDAY))
    held = HeldAnswers(monkeypatch)
    with serving(store, vhost.url, clocks) as service:
        wait_until(lambda: held.answers, "a reminder is sent, and not answered")
        clocks.leap(AHEAD)
        wait_until(lambda: service.timekeeper.leap_seconds() > 0, "the leap is seen")
        threading.Event().wait(1.0)  # it is given up for now, and sent again at the earliest later
        held.release()
        wait_until(lambda: not still_open(store), "nothing is on its way any more")
    store.close()
