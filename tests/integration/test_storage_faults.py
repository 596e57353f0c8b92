"""What storage does when its database is away, locked, read-only or wrongly named."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from dondoc.rules.obligations import Projection
from dondoc.storage import retrying_transactions
from dondoc.storage.advancing import advance
from dondoc.storage.database import DatabaseUnavailable, StorageError, Store, open_store
from dondoc.storage.new_events import Outcome
from dondoc.storage.outbox import lease
from dondoc.storage.reprocessing import Scope, reprocess
from dondoc.storage.taking_in import record
from dondoc.storage.transaction import Transaction
from loopback import free_ports
from support.plain_law import PlainLaw, Together, assigned
from support.postgres import PostgresCluster
from support.stores import SINCE, count

LAW = PlainLaw()
NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("mysql://localhost/x", "must begin with"),
        ("dondoc.db", "must begin with"),
        ("sqlite:///", "names no file"),
        ("sqlite://dondoc.db", "names no file"),
        ("sqlite:///dondoc.db?mode=ro", "names no file"),
        ("sqlite:///:memory:", "would lose"),
        ("postgresql://u:canary@h/d?nonsense=1", "is not a PostgreSQL URL"),
        ("postgresql://u:canary@[h", "is not a PostgreSQL URL"),
    ],
)
def test_a_wrong_url_is_refused_in_one_line_without_its_password(url: str, line: str) -> None:
    with pytest.raises(StorageError, match=line) as refusal:
        open_store(url)
    assert "canary" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_name_shows_everything_but_passwords() -> None:
    url = "postgresql://user:canary@db.office:5433/dondoc?sslmode=require&password=canary"
    assert open_store(url).name == "postgresql://user@db.office:5433/dondoc?sslmode=require"
    assert open_store("postgresql:///dondoc").name == "postgresql:///dondoc"


def test_psycopg_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "dondoc.storage.engines.postgres", raising=False)
    with pytest.raises(StorageError, match=r"pip install 'dondoc\[postgres\]'"):
        open_store("postgresql:///dondoc")


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'none' / 'dondoc.db'}")
    with pytest.raises(StorageError, match=r"no directory .*none for the database: create it"):
        store.migrate(SINCE)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "dondoc.db"
    path.write_text("Biên bản họp giao ban" * 100)
    with pytest.raises(StorageError, match=r"dondoc\.db is not a sound SQLite database"):
        open_store(f"sqlite:///{path}").migrate(SINCE)


@contextmanager
def somebody_else() -> Iterator[None]:
    """As a user who owns nothing, since root may write whatever is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_database_that_is_hidden_is_not_taken_for_one_that_is_not_there(tmp_path: Path) -> None:
    """As whoever is not the service's user finds the database of the machine's settings."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    store = open_store(f"sqlite:///{hidden / 'dondoc.db'}", "office.toml")
    hidden.chmod(0)
    with somebody_else(), pytest.raises(StorageError) as refused:
        store.require_current_schema()
    hidden.chmod(0o700)
    assert str(refused.value).startswith(f"cannot write the database {hidden}/dondoc.db (office")
    assert "check the owner and permissions" in str(refused.value)


def test_a_read_only_database_is_named() -> None:
    # Not in tmp_path, whose parents only their owner may enter.
    directory = Path(tempfile.mkdtemp(prefix="dondoc-read-only-"))
    try:
        path = directory / "dondoc.db"
        open_store(f"sqlite:///{path}").migrate(SINCE)
        path.chmod(0o444)
        directory.chmod(0o555)
        with somebody_else():
            store = open_store(f"sqlite:///{path}")
            with pytest.raises(StorageError, match=r"cannot write the database .*permissions"):
                record(store, LAW, [assigned("15", "15-1")], NOW)
    finally:
        directory.chmod(0o755)
        shutil.rmtree(directory)


def test_a_database_that_another_process_keeps_locked_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying_transactions, "RETRY_SECONDS", (0.0,))
    monkeypatch.setattr("dondoc.storage.engines.sqlite.BUSY_SECONDS", 0.05)
    path = tmp_path / "dondoc.db"
    store = open_store(f"sqlite:///{path}")
    store.migrate(SINCE)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match=r"another process keeps .* locked"):
        record(store, LAW, [assigned("15", "15-1")], NOW)
    other.execute("ROLLBACK")
    assert record(store, LAW, [assigned("15", "15-1")], NOW) == [Outcome.STORED]
    other.close()


def test_a_server_that_is_away_is_unavailable_after_a_bounded_time(
    monkeypatch: pytest.MonkeyPatch, postgres_cluster: PostgresCluster
) -> None:
    monkeypatch.setattr(retrying_transactions, "RETRY_SECONDS", (0.0, 0.01))
    store = open_store(f"postgresql://u:canary@127.0.0.1:{free_ports(1)[0]}/x")
    with pytest.raises(DatabaseUnavailable, match=r"u@127\.0\.0\.1.*refused") as failure:
        store.migrate(SINCE)
    assert "canary" not in str(failure.value)
    assert "\n" not in str(failure.value)


def backend(tx: Transaction) -> int:
    """The process of the server that serves this connection."""
    return int(tx.rows("SELECT pg_backend_pid()")[0][0])


def terminate(url: str, pid: int) -> None:
    other = open_store(url)
    other.transact(lambda tx: tx.rows("SELECT pg_terminate_backend(%s)", pid))
    other.close()


def test_a_lost_backend_between_transactions_is_survived(postgres_url: str) -> None:
    store = open_store(postgres_url)
    store.migrate(SINCE)
    terminate(postgres_url, store.read(backend))
    assert record(store, LAW, [assigned("15", "15-1")], NOW) == [Outcome.STORED]
    store.close()


def test_a_lost_backend_inside_a_transaction_is_survived(postgres_url: str) -> None:
    store = open_store(postgres_url)
    store.migrate(SINCE)
    advance(store, LAW, date(2026, 3, 31))
    tries = []

    class Cut(PlainLaw):
        def project(self, *args: Any) -> Projection:
            tries.append(1)
            if len(tries) == 1:
                terminate(postgres_url, pids[0])
            return super().project(*args)

    pids = [store.read(backend)]
    assert record(store, Cut(), [assigned("15", "15-1")], NOW) == [Outcome.STORED]
    assert len(tries) == 2
    assert count(store, "event") == 1
    store.close()


def test_a_restarted_server_is_survived(postgres_cluster: PostgresCluster) -> None:
    store = open_store(postgres_cluster.create_schema())
    store.migrate(SINCE)
    record(store, LAW, [assigned("15", "15-1")], NOW)
    postgres_cluster.kill()
    starting = threading.Thread(target=postgres_cluster.start)
    starting.start()
    try:
        outcomes = until_available(
            lambda: record(store, LAW, [assigned("15", "15-1"), assigned("16", "16-1")], NOW)
        )
    finally:
        # Whatever happens, the tests after this one need the server.
        starting.join()
    assert outcomes == [Outcome.DUPLICATE, Outcome.STORED]
    store.close()


def until_available(work: Callable[[], list[Outcome]]) -> list[Outcome]:
    """What *work* gives, tried as the service does: a recovery may outlast one call's tries."""
    deadline = time.monotonic() + 180
    while True:
        try:
            return work()
        except DatabaseUnavailable:
            assert time.monotonic() < deadline


def test_a_transaction_inside_a_transaction_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        store.transact(lambda _: store.read(lambda tx: tx.rows("SELECT 1")))
    assert store.read(lambda tx: tx.rows("SELECT 1")) == [(1,)]


def test_a_reader_sees_one_state_throughout(store: Store) -> None:
    def look(tx: Transaction) -> tuple[int, int]:
        before = len(tx.rows("SELECT id FROM event"))
        writing = threading.Thread(target=write)
        writing.start()
        writing.join()
        return before, len(tx.rows("SELECT id FROM event"))

    def write() -> None:
        record(store, LAW, [assigned("15", "15-1")], NOW)
        store.close()

    assert store.read(look) == (0, 0)
    assert count(store, "event") == 1


def test_a_commit_is_on_the_disk_when_it_returns(store: Store) -> None:
    if store.name.startswith("sqlite"):
        settings = store.read(
            lambda tx: [
                tx.rows(f"PRAGMA {name}")[0][0]
                for name in ("journal_mode", "synchronous", "secure_delete")
            ]
        )
        assert settings == ["wal", 2, 1]
    else:
        settings = store.read(lambda tx: tx.rows("SHOW synchronous_commit"))
        assert settings == [("on",)]


def test_a_server_that_does_not_wait_for_the_disk_is_made_to(postgres_url: str) -> None:
    store = open_store(f"{postgres_url}%20-csynchronous_commit%3Doff")
    assert store.read(lambda tx: tx.rows("SHOW synchronous_commit")) == [("on",)]
    store.close()


def test_the_rights_that_are_documented_are_enough_and_no_more_are_needed(
    postgres_url: str,
) -> None:
    owner = open_store(postgres_url)
    owner.migrate(SINCE)
    user = f"worker_{uuid4().hex[:8]}"
    (schema,) = owner.read(lambda tx: tx.rows("SELECT current_schema()"))[0]
    owner.transact(lambda tx: tx.run(f"CREATE ROLE {user} LOGIN"))
    owner.transact(lambda tx: tx.run(f"GRANT USAGE ON SCHEMA {schema} TO {user}"))
    worker = open_store(postgres_url.replace("dondoc@", f"{user}@"))
    with pytest.raises(StorageError, match=r"grant the user its rights .*docs/storage\.md"):
        worker.require_current_schema()
    for rights, of in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE", "SEQUENCES")):
        grant = f"GRANT {rights} ON ALL {of} IN SCHEMA {schema} TO {user}"
        owner.transact(lambda tx, grant=grant: tx.run(grant))  # type: ignore[misc]
    worker.require_current_schema()
    advance(worker, LAW, date(2026, 3, 31))
    assert record(worker, LAW, [assigned("15", "15-1")], NOW) == [Outcome.STORED]
    assert list(reprocess(worker, PlainLaw("v2", days=1), Scope(), dry_run=False))
    assert lease(worker, NOW, 10, 60).messages == ()
    worker.close()
    owner.close()


def test_instances_with_the_same_streams_neither_deadlock_nor_misjudge(postgres_url: str) -> None:
    """Two instances, batches of 100, every stream in both hands, new streams all the time."""
    store = open_store(postgres_url)
    store.migrate(SINCE)
    advance(store, LAW, date(2026, 3, 31))
    subjects = [f"{n}" for n in range(150)]
    outcomes: dict[int, list[Outcome]] = {0: [], 1: []}
    failures: list[Exception] = []
    start = threading.Barrier(2)

    def work(instance: int) -> None:
        own = open_store(postgres_url)
        events = [
            assigned(subject, f"{subject}-{task}")
            for task in range(instance, 16, 2)
            for subject in (subjects if instance else reversed(subjects))
        ]
        # Some that both get, as when the broker delivers again.
        events += [assigned(subject, f"{subject}-both") for subject in subjects]
        start.wait()
        try:
            for at in range(0, len(events), 100):
                outcomes[instance] += record(own, LAW, events[at : at + 100], NOW)
        except Exception as failure:  # noqa: BLE001 - shown by the assertion
            failures.append(failure)
        own.close()

    before = deadlocks(store)
    threads = [threading.Thread(target=work, args=(instance,)) for instance in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    both = outcomes[0] + outcomes[1]
    assert both.count(Outcome.STORED) == 150 * 17
    assert both.count(Outcome.DUPLICATE) == 150
    assert deadlocks(store) == before
    tasks = store.read(
        lambda tx: tx.rows(
            "SELECT s.key, s.event_count, COUNT(*) FROM obligation o JOIN stream s"
            " ON s.id = o.stream_id WHERE o.rule='execution' GROUP BY s.key, s.event_count"
        )
    )
    assert len(tasks) == 150
    assert {row[1:] for row in tasks} == {(17, 17)}
    store.close()


def test_a_stream_is_in_one_instances_hands_at_a_time(postgres_url: str) -> None:
    store = open_store(postgres_url)
    store.migrate(SINCE)
    advance(store, LAW, date(2026, 3, 31))
    inside: list[int] = []
    together: list[int] = []

    class Slow(PlainLaw):
        def project(self, *args: Any) -> Projection:
            inside.append(1)
            together.append(len(inside))
            time.sleep(0.1)
            inside.pop()
            return super().project(*args)

    def work(task: str) -> None:
        own = open_store(postgres_url)
        record(own, Slow(), [assigned("15", task)], NOW)
        own.close()

    threads = [threading.Thread(target=work, args=(f"15-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [1, 1, 1]
    sql = "SELECT id FROM obligation WHERE rule='execution'"
    assert len(store.read(lambda tx: tx.rows(sql))) == 3
    store.close()


def deadlocks(store: Store) -> int:
    """The deadlocks that the server has counted in this database."""
    sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return int(store.read(lambda tx: tx.rows(sql))[0][0])


def test_the_same_event_about_two_subjects_at_once_is_stored_once(postgres_url: str) -> None:
    """Two instances, no stream in common, one id: the database's uniqueness decides."""
    store = open_store(postgres_url)
    store.migrate(SINCE)
    law = Together()
    outcomes: list[Outcome] = []

    def work(subject: str) -> None:
        own = open_store(postgres_url)
        outcomes.extend(record(own, law, [assigned(subject, "t", event_id="e")], NOW))
        own.close()

    threads = [threading.Thread(target=work, args=(subject,)) for subject in ("15", "16")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Outcome.DUPLICATE, Outcome.STORED]
    assert count(store, "event") == 1
    store.close()
