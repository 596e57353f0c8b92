"""What is on its way to the broker is remembered until it is answered, and no longer: an erasure
waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from dondoc.connector.relay import Relay
from dondoc.storage.database import Store
from dondoc.storage.outbox import lease
from dondoc.storage.publications import Publication, forget, new_token, remember, still_open
from dondoc.storage.tables.forms import to_micros
from dondoc.storage.transaction import Transaction
from support.leaping import law
from support.transport import StartPublisher
from support.unheard import unheard_once

NOON = datetime.fromisoformat("2026-03-23T12:00:00+07:00")


def publication() -> Publication:
    return Publication(new_token(), "dondoc.connection.1", NOON + timedelta(seconds=30))


def with_a_reminder(store: Store) -> None:
    """Put one into the outbox, as a pass of the scheduler does."""

    def put(tx: Transaction) -> None:
        tx.run(
            "INSERT INTO reminder (stream_id, obligation, step, target, occurrence, role, body,"
            " decided_at, words) VALUES (1, 'o', 'overdue', '', 0, 'obligor', 'PYT', %s, 'w')",
            to_micros(NOON),
        )
        ((id_,),) = tx.rows("SELECT id FROM reminder")
        tx.run(
            "INSERT INTO outbox (reminder, stream_id, obligation, message_id, routing_key, body,"
            " created_at) VALUES (%s, 1, 'o', 'm', 'reminder.o', %s, %s)",
            id_,
            b"{}",
            to_micros(NOON),
        )

    store.transact(put)


def test_a_lease_whose_commit_went_unheard_says_that_its_publication_is_remembered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds nothing more to take, and nothing will be sent; but the row is there."""
    with_a_reminder(store)
    about = publication()
    seen = unheard_once(store, monkeypatch)
    taken = lease(store, NOON, 10, 30.0, about)
    assert seen == ["take"]
    assert taken.messages == ()
    assert taken.remembered
    assert [each.token for each in still_open(store)] == [about.token]
    forget(store, [about.token])
    assert not still_open(store)


def test_a_relay_forgets_what_it_learnt_only_by_doing_it_again(
    store: Store, publishing: StartPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_a_reminder(store)
    relay = Relay(store, publishing(), "dondoc.reminders", lambda rule, step: None)
    unheard_once(store, monkeypatch)
    assert relay.once(law(), NOON) == 0
    assert still_open(store)
    relay.once(law(), NOON)
    assert not still_open(store)


def test_a_lease_of_nothing_remembers_nothing(store: Store) -> None:
    taken = lease(store, NOON, 10, 30.0, publication())
    assert (taken.messages, taken.remembered) == ((), False)
    assert not still_open(store)


def test_what_is_still_being_committed_is_forgotten_all_the_same(store: Store) -> None:
    """The server may be at a commit whose connection is gone already."""
    about, written, go_on = publication(), threading.Event(), threading.Event()

    def slowly(tx: Transaction) -> None:
        remember(tx, about)
        tx.rows("SELECT 1")  # what was sent ahead is there
        written.set()
        assert go_on.wait(10)

    def in_a_thread(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            work()
            store.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    slow = in_a_thread(lambda: store.transact(slowly))
    assert written.wait(10)
    forgetting = in_a_thread(lambda: forget(store, [about.token]))
    threading.Event().wait(0.5)
    go_on.set()
    for thread in (slow, forgetting):
        thread.join(20)
        assert not thread.is_alive()
    assert not still_open(store)


def test_to_forget_what_is_not_there_leaves_nothing(store: Store) -> None:
    forget(store, [new_token(), new_token()])
    forget(store, [])
    assert not still_open(store)
