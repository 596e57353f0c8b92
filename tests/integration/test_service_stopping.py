"""A service that is asked to stop finishes what it has in hand."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from dondoc.connector.intake import Intake
from dondoc.connector.transport import Outgoing
from dondoc.storage.database import Store
from dondoc.storage.questions import queries
from support.hscv import STRUCTURED, as_json, event
from support.leaping import Clocks, morning
from support.rabbitmq import VirtualHost, wait_until
from support.services import serving
from support.transport import StartConsumer, StartPublisher, all_confirmed, ready, take


def serve_until_something_is_committed(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service is at work until its first commit asks it to stop, and has ended."""
    handle = Intake.handle
    asked = threading.Event()

    def handle_and_stop(self: Intake, *given: object) -> object:
        handled = handle(self, *given)  # type: ignore[arg-type]
        service.stop()
        asked.set()
        return handled

    monkeypatch.setattr(Intake, "handle", handle_and_stop)
    with serving(store, url, Clocks(morning(date(2026, 3, 2)))) as service:
        wait_until(asked.is_set, "it is committed, and the stop has come")


def test_what_is_committed_when_the_stop_comes_is_acknowledged(
    store: Store,
    vhost: VirtualHost,
    publishing: StartPublisher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would come again after the next start, and be worked through one by one."""
    body = as_json(event("document.issued"))
    publisher = publishing()
    assert all_confirmed(publisher.publish([Outgoing("hscv.events", "x", body, STRUCTURED, "")]))
    serve_until_something_is_committed(store, vhost.url, monkeypatch)
    assert store.read(queries.counts).events == 1
    again = publishing()
    wait_until(lambda: again.state.up, "the broker has seen the service go")
    assert ready(vhost.url) == 0
    store.close()


def test_a_stop_ends_what_is_worked_through_one_by_one(
    store: Store,
    vhost: VirtualHost,
    publishing: StartPublisher,
    consume: StartConsumer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a kill hundreds of messages come again, each with commits of its own."""
    bodies = [as_json(event("document.issued", id=f"e{number}")) for number in range(20)]
    letters = [Outgoing("hscv.events", "x", body, STRUCTURED, "") for body in bodies]
    assert all_confirmed(publishing().publish(letters))
    before = consume()
    take(before, 20, acknowledge=False)
    before.stop(5.0)
    wait_until(lambda: ready(vhost.url) == 20, "they are in the queue again")
    serve_until_something_is_committed(store, vhost.url, monkeypatch)
    assert store.read(queries.counts).events == 1
    wait_until(lambda: ready(vhost.url) == 19, "the others are in the queue")
    store.close()
