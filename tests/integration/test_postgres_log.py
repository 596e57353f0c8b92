"""What PostgreSQL writes into its own log at default settings quotes nothing that is stored."""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime

import psycopg
import pytest
from dondoc.storage.advancing import advance
from dondoc.storage.database import Store, open_store
from dondoc.storage.new_events import Outcome
from dondoc.storage.tables.models import TaskRow
from dondoc.storage.tables.rows import TASK_COLUMNS
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from support.plain_law import PlainLaw, Together, assigned
from support.postgres import PostgresCluster, new_cluster
from support.stores import SINCE

LAW = PlainLaw()
NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
CANARY = "CANARY"


@pytest.fixture
def cluster() -> Iterator[PostgresCluster]:
    """One whose log is this test's alone."""
    own = new_cluster()
    try:
        own.start()
        yield own
    finally:
        own.stop()


@pytest.fixture
def url(cluster: PostgresCluster) -> str:
    return cluster.create_database()


def prepared(url: str) -> Store:
    store = open_store(url)
    store.migrate(SINCE)
    advance(store, LAW, date(2026, 3, 31))
    return store


def logged(cluster: PostgresCluster) -> str:
    return cluster.log.read_text(encoding="utf-8")


def at_once(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_same_event_in_two_hands_is_no_error_of_the_server(
    cluster: PostgresCluster, url: str
) -> None:
    prepared(url).close()
    law = Together()
    outcomes: list[Outcome] = []

    def work(subject: str) -> None:
        own = open_store(url)
        event = assigned(f"{CANARY}-{subject}", f"{CANARY}-t", event_id=f"{CANARY}-e")
        outcomes.extend(record(own, law, [event], NOW))
        own.close()

    at_once(lambda: work("15"), lambda: work("16"))
    assert sorted(outcomes) == [Outcome.DUPLICATE, Outcome.STORED]
    assert CANARY not in logged(cluster)
    assert "ERROR" not in logged(cluster)


def test_a_deadlock_is_logged_without_what_it_was_about(cluster: PostgresCluster, url: str) -> None:
    store = prepared(url)
    keys = [f"document:{CANARY}-15", f"document:{CANARY}-16"]
    record(store, LAW, [assigned(key.partition(":")[2], "t") for key in keys], NOW)
    met = threading.Barrier(2)

    def lock(tx: Transaction, order: list[str]) -> None:
        for key in order:
            tx.rows("SELECT id FROM stream WHERE key=%s FOR UPDATE", key)
            with suppress(threading.BrokenBarrierError):
                met.wait(timeout=3)

    def work(order: list[str]) -> None:
        own = open_store(url)
        own.transact(lambda tx: lock(tx, order))
        own.close()

    at_once(lambda: work(keys), lambda: work(keys[::-1]))
    assert "deadlock detected" in logged(cluster)
    assert CANARY not in logged(cluster)
    store.close()


def random_text(length: int) -> str:
    """Text that cannot be packed."""
    chance = random.Random(1)
    return "".join(chance.choices(string.ascii_letters + string.digits, k=length))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        # An index takes no entry of this size.
        ("task_id", CANARY + random_text(4000)),
        ("content", f"{CANARY}\0"),
        ("due", CANARY),
        ("stream_id", CANARY),
    ],
)
def test_a_row_that_cannot_be_stored_is_not_logged(
    cluster: PostgresCluster, url: str, column: str, value: str
) -> None:
    store = prepared(url)
    values = {"stream_id": 1, "task_id": "t", "lead": "L", "content": CANARY, "status": "open"}
    row = tuple({**values, column: value}.get(name) for name in TASK_COLUMNS)
    with pytest.raises(Exception, match=r"index row size|0x00|does not fit"):
        store.transact(lambda tx: tx.insert(TaskRow, TASK_COLUMNS, [row]))
    store.close()
    assert CANARY not in logged(cluster)


def test_a_role_that_logs_the_values_of_failed_statements_is_overruled(
    cluster: PostgresCluster, url: str
) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("ALTER ROLE dondoc SET log_parameter_max_length_on_error = -1")
    store = prepared(url)
    with pytest.raises(Exception, match="division by zero"):
        store.transact(lambda tx: tx.rows("SELECT %s::text, 1 / 0", CANARY))
    store.close()
    assert "division by zero" in logged(cluster)
    assert CANARY not in logged(cluster)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, False),
        ({"log_statement": "ddl"}, False),
        ({"log_statement": "mod"}, True),
        ({"log_min_duration_statement": "100"}, True),
        ({"log_statement": "all", "log_parameter_max_length": "0"}, False),
    ],
)
def test_a_server_that_logs_what_is_stored_is_named(
    postgres_cluster: PostgresCluster, settings: dict[str, str], told: bool
) -> None:
    url = postgres_cluster.create_database()
    name = url.rpartition("/")[2]
    with psycopg.connect(url, autocommit=True) as admin:
        for setting, value in settings.items():
            admin.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")
    store = open_store(url)
    lines = store.open_to_others()
    store.close()
    assert bool(lines) is told
    assert all("log_parameter_max_length = 0" in line for line in lines)
