"""Statements that are sent without waiting: what is refused is told, and nothing of it is there."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from dondoc.storage.database import DatabaseUnavailable, Store, open_store
from dondoc.storage.tables.models import StreamRow
from dondoc.storage.transaction import Transaction
from peewee import PeeweeException
from support.distance import far
from support.postgres import PostgresCluster
from support.proxy import Proxy
from support.rabbitmq import wait_until
from support.stores import SINCE, count

ROUND_TRIP = 0.05
MAKE = "INSERT INTO stream (key, event_count) VALUES (%s, 0)"


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """For `store` too: what is told here is of PostgreSQL alone."""
    return postgres_url


def make(tx: Transaction, keys: Iterable[str]) -> None:
    for key in keys:
        tx.run(MAKE, key)


def test_what_is_refused_last_of_all_is_told_by_the_commit_and_undoes_everything(
    store: Store,
) -> None:
    def work(tx: Transaction) -> str:
        make(tx, ["a", "a"])
        return "done"

    with pytest.raises(Exception, match="duplicate key"):
        store.transact(work)
    assert count(store, "stream") == 0


def test_what_was_refused_first_is_told_whatever_came_behind_it(store: Store) -> None:
    """By that it is known whether the same again may pass."""
    tries = []

    def work(tx: Transaction) -> None:
        tries.append(1)
        make(tx, ["a", "a", "b"])
        tx.insert(StreamRow, ("key", "event_count"), [("c", 0), ("d", 0)])
        assert tx.touch("UPDATE stream SET event_count=1") == 4

    with pytest.raises(Exception, match="duplicate key"):
        store.transact(work)
    assert len(tries) > 1, "a race is tried again"
    assert count(store, "stream") == 0


def test_a_value_that_the_server_refused_is_not_laid_to_what_came_behind_it(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.run("UPDATE setting SET value=(1/(length(value)-length(value)))::text")
        for number in range(5):
            time.sleep(0.1)  # its answer is there by now
            tx.insert(StreamRow, ("key", "event_count"), [(f"c{number}", 0)])

    with pytest.raises(Exception, match="division by zero"):
        store.transact(work)
    assert count(store, "stream") == 0


def test_after_a_refusal_the_same_connection_is_as_good_as_new(store: Store) -> None:
    backend = "SELECT pg_backend_pid()"
    before = store.read(lambda tx: tx.rows(backend))
    for keys in (["a", "a"], ["a", "a", "b"]):
        with pytest.raises(Exception, match="duplicate key"):
            store.transact(partial(make, keys=keys))
        store.transact(partial(make, keys=[f"kept-{len(keys)}"]))
    assert count(store, "stream") == 2
    assert store.read(lambda tx: tx.rows(backend)) == before


def test_what_the_program_itself_refuses_undoes_what_was_sent_before(store: Store) -> None:
    def work(tx: Transaction) -> None:
        make(tx, ["a"])
        raise LookupError("of ours")

    with pytest.raises(LookupError, match="of ours"):
        store.transact(work)
    assert count(store, "stream") == 0


def test_a_refusal_that_nobody_waited_for_does_not_hide_a_fault_of_the_program(
    store: Store,
) -> None:
    def work(tx: Transaction) -> None:
        make(tx, ["a", "a"])
        raise LookupError("of ours")

    with pytest.raises(LookupError, match="of ours"):
        store.transact(work)
    assert count(store, "stream") == 0


def test_a_refusal_that_the_program_passes_over_is_told_all_the_same(store: Store) -> None:
    def work(tx: Transaction) -> None:
        make(tx, ["a", "a"])
        with suppress(psycopg.Error, PeeweeException):
            tx.touch("UPDATE stream SET event_count=1")

    with pytest.raises(RuntimeError, match="undone"):
        store.transact(work)
    assert count(store, "stream") == 0


def test_the_rows_that_each_statement_touched_are_told(store: Store) -> None:
    def work(tx: Transaction) -> list[int]:
        make(tx, ["a", "b", "c"])
        touched = [tx.touch("UPDATE stream SET event_count=1 WHERE key<>%s", "a")]
        touched.append(tx.touch_among("DELETE FROM stream WHERE {among}", "key", ["a", "z"]))
        tx.run("DELETE FROM stream WHERE key=%s", "b")
        return [*touched, tx.touch("DELETE FROM stream")]

    assert store.transact(work) == [2, 1, 1]


@pytest.mark.parametrize("sent", [1, 40])
def test_a_server_that_goes_before_the_answer_is_away_and_the_next_try_finds_it(
    database_url: str, store: Store, sent: int, caplog: pytest.LogCaptureFixture
) -> None:
    port = urlsplit(database_url).port
    assert port is not None
    with Proxy(port) as proxy:
        other = open_store(database_url.replace(str(port), str(proxy.port)))
        tries = []

        def work(tx: Transaction) -> None:
            tries.append(1)
            make(tx, map(str, range(sent)))
            if len(tries) == 1:
                proxy.drop()

        with caplog.at_level(logging.WARNING, "psycopg"):
            other.transact(work)
            proxy.refuse()
            with pytest.raises(DatabaseUnavailable):
                other.transact(lambda tx: make(tx, ["never"]))
        other.close()
    assert len(tries) == 2
    assert count(store, "stream") == sent
    assert [record.getMessage() for record in caplog.records] == []


def test_statements_without_an_answer_do_not_wait_for_a_server_far_away(
    database_url: str, store: Store
) -> None:
    port = urlsplit(database_url).port
    assert port is not None
    with far(port, ROUND_TRIP) as farther:
        other = open_store(database_url.replace(str(port), str(farther)))
        other.read(lambda tx: None)
        begun = time.monotonic()
        other.transact(lambda tx: make(tx, map(str, range(200))))
        took = time.monotonic() - begun
        other.close()
    assert count(store, "stream") == 200
    assert ROUND_TRIP < took < 100 * ROUND_TRIP


@pytest.mark.parametrize("fails", [False, True])
def test_more_than_a_socket_takes_at_once_is_sent_before_its_answer_is_waited_for(
    postgres_cluster: PostgresCluster, database_url: str, store: Store, fails: bool
) -> None:
    """By the server's own socket, which takes least; neither side may wait for the other."""
    there = f"@/postgres?host={postgres_cluster.directory}&port={postgres_cluster.port}&"
    other = open_store(database_url.replace(f"@127.0.0.1:{postgres_cluster.port}/postgres?", there))

    def work(tx: Transaction) -> list[tuple[int]]:
        tx.set_setting("large", "x" * 16_000_000)
        if fails:
            raise LookupError("of ours")
        return tx.rows("SELECT length(value) FROM setting WHERE key='large'")

    def transact() -> list[tuple[int]]:
        try:
            return other.transact(work)
        finally:
            other.close()

    with ThreadPoolExecutor() as pool:
        doing = pool.submit(transact)
        wait([doing], 10)
        assert store.end_silent(5.0) == 0, "it waits for ever"
        if fails:
            with pytest.raises(LookupError, match="of ours"):
                doing.result()
        else:
            assert doing.result() == [(16_000_000,)]


def test_of_two_that_wait_for_each_other_one_is_tried_again(store: Store) -> None:
    store.transact(lambda tx: make(tx, ["a", "b"]))
    met = threading.Barrier(2, timeout=30)
    tries: list[str] = []

    def work(tx: Transaction, first: str, second: str) -> None:
        update = "UPDATE stream SET event_count=event_count+1 WHERE key=%s"
        tx.touch(update, first)
        if first not in tries:
            tries.append(first)
            met.wait()
        else:
            tries.append(first)
        tx.run(update, second)

    with ThreadPoolExecutor() as pool:
        done = [
            pool.submit(store.transact, partial(work, first=first, second=second))
            for first, second in ("ab", "ba")
        ]
    assert [each.result() for each in done] == [None, None]
    assert store.read(lambda tx: tx.rows("SELECT event_count FROM stream")) == [(2,), (2,)]
    assert len(tries) > 2, "they met"


@pytest.mark.parametrize("asked", ["SELECT 1", "SELECT repeat('x', 60000000)"])
def test_a_session_that_has_stopped_within_a_transaction_is_ended_and_its_locks_with_it(
    database_url: str, store: Store, asked: str
) -> None:
    """A process that is frozen between two statements that it waits for no answer to, or before
    it has read an answer that is more than the network holds."""
    store.transact(lambda tx: make(tx, ["a"]))
    with (
        psycopg.connect(database_url, autocommit=True, application_name="dondoc") as frozen,
        ThreadPoolExecutor() as pool,
        suppress(psycopg.OperationalError),
        frozen.pipeline(),
    ):
        frozen.execute("BEGIN")
        assert frozen.execute("UPDATE stream SET event_count=1 RETURNING key").fetchone() == ("a",)
        frozen.execute(asked)
        waiting = pool.submit(
            store.transact, lambda tx: tx.touch("UPDATE stream SET event_count=2")
        )
        assert store.end_silent(60.0) == 0, "it may only be slow"
        assert not waiting.done()
        wait_until(lambda: store.end_silent(0.2) == 1, "it is ended", 10)
        assert waiting.result(10) == 1
    assert frozen.broken
    assert store.read(lambda tx: tx.rows("SELECT event_count FROM stream")) == [(2,)]


def test_a_session_that_waits_for_a_lock_or_has_nothing_to_do_is_left_alone(
    database_url: str, store: Store
) -> None:
    store.transact(lambda tx: make(tx, ["a"]))
    with (
        psycopg.connect(database_url, autocommit=True, application_name="dondoc") as idle,
        psycopg.connect(database_url, application_name="dondoc") as holding,
        ThreadPoolExecutor() as pool,
    ):
        idle.execute("SELECT 1")
        holding.execute("UPDATE stream SET event_count=1")
        waiting = pool.submit(
            store.transact, lambda tx: tx.touch("UPDATE stream SET event_count=2")
        )
        time.sleep(0.5)
        assert store.end_silent(0.2) == 0
        holding.commit()
        assert waiting.result(10) == 1
        assert idle.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize(("ends", "fails"), [("COMMIT", None), ("ROLLBACK", LookupError)])
def test_behind_a_pooler_nothing_is_sent_behind_the_end_of_a_transaction(
    pooled_url: str, tmp_path: Path, ends: str, fails: type[Exception] | None
) -> None:
    """The pooler would give it a session of the server, and wait for an end that never comes."""
    store = open_store(pooled_url)
    store.migrate(SINCE)

    def work(tx: Transaction) -> None:
        make(tx, ["a", "b"])
        if fails is not None:
            raise fails

    trace = tmp_path / "trace"
    with trace.open("w") as traced:
        store._engine.database.connection().pgconn.trace(traced.fileno())
        with nullcontext() if fails is None else pytest.raises(fails):
            store.transact(work)
        store.close()
    said = trace.read_text(encoding="utf-8")
    sent = re.findall(r"\tF\t\d+\t(\w+.*)", said)
    assert [each.split() for each in sent[-2:]] == [["Query", f'"{ends}"'], ["Terminate"]], said
