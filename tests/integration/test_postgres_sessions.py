"""Whatever a role, a database or a pooler has set, the same is stored; or it is refused by name."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from dondoc.storage.advancing import advance
from dondoc.storage.database import StorageError, Store, open_store
from dondoc.storage.new_events import Outcome
from dondoc.storage.outbox import lease
from dondoc.storage.reprocessing import Scope, reprocess
from dondoc.storage.taking_in import record
from support.installation import Installation
from support.pgbouncer import Pooler
from support.plain_law import PlainLaw, assigned
from support.postgres import PostgresCluster
from support.stores import SINCE, count, state

LAW = PlainLaw()
NOW = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
CASES = Path(__file__).parents[1] / "fixtures" / "cases"
CORRUPTING = re.findall(
    r"set (\w+) = (off)", (CASES / "11-role-settings.sql").read_text(encoding="utf-8")
)

Role = Callable[..., str]


@pytest.fixture
def role(postgres_cluster: PostgresCluster) -> Role:
    """Makes a role with a database of its own and such settings; gives its URL."""

    def make(**settings: str) -> str:
        name = f"r{uuid4().hex[:8]}"
        with psycopg.connect(postgres_cluster.url(), autocommit=True) as admin:
            admin.execute(f"CREATE ROLE {name} LOGIN")
            admin.execute(f"CREATE DATABASE {name} OWNER {name}")
            for setting, value in settings.items():
                admin.execute(f"ALTER ROLE {name} SET {setting} = {value}")
        return postgres_cluster.url(name).replace("dondoc@", f"{name}@")

    return make


def work(store: Store) -> None:
    """What comes in, is read again, judged anew and decided, in more transactions than it takes
    for statements to be prepared."""
    store.migrate(SINCE)
    advance(store, LAW, date(2026, 3, 31))
    for number in range(8):
        events = [assigned(f"{number}", f"{number}-{task}") for task in range(3)]
        assert set(record(store, LAW, events, NOW)) == {Outcome.STORED}
        assert set(record(store, LAW, events, NOW)) == {Outcome.DUPLICATE}
    assert list(reprocess(store, PlainLaw("v2", days=1), Scope(), dry_run=False))
    assert lease(store, NOW, 10, 60).messages == ()


def stored(store: Store) -> object:
    bodies = store.read(
        lambda tx: tx.rows("SELECT body, octet_length(body) FROM event ORDER BY id")
    )
    return [(bytes(body), size) for body, size in bodies], state(store)


@pytest.fixture
def usual(tmp_path: Path) -> object:
    store = open_store(f"sqlite:///{tmp_path / 'usual.db'}")
    work(store)
    bodies = store.read(lambda tx: tx.rows("SELECT body, length(body) FROM event ORDER BY id"))
    found = [(bytes(body), size) for body, size in bodies], state(store)
    store.close()
    return found


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *CORRUPTING,
        ("bytea_output", "escape"),
        ("datestyle", "'SQL, DMY'"),
        ("intervalstyle", "iso_8601"),
        ("timezone", "'America/Lima'"),
        ("client_encoding", "latin1"),
        ("default_transaction_isolation", "serializable"),
        ("default_transaction_deferrable", "on"),
        ("statement_timeout", "1"),
        ("lock_timeout", "1"),
        ("enable_indexscan", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        ("escape_string_warning", "off"),
        ("quote_all_identifiers", "on"),
        ("transform_null_equals", "on"),
        ("row_security", "off"),
        ("client_min_messages", "debug1"),
        ("xmloption", "document"),
        ("extra_float_digits", "-15"),
        ("default_toast_compression", "pglz"),
        ("jit", "off"),
    ],
)
def test_the_same_is_stored_whatever_the_role_has_set(
    role: Role, usual: object, setting: str, value: str
) -> None:
    store = open_store(role(**{setting: value}))
    work(store)
    assert stored(store) == usual
    store.close()


def test_no_statement_is_compiled(role: Role) -> None:
    """The planner takes a scan that it is to avoid for dear enough: looking through the twenty rows
    of a small table then took fifty milliseconds."""
    store = open_store(role(jit="on"))
    assert store.transact(lambda tx: tx.rows("SHOW jit")) == [("off",)]
    store.close()


def test_a_session_that_rests_is_kept(role: Role) -> None:
    store = open_store(role(idle_session_timeout="'400ms'"))
    (before,) = store.read(lambda tx: tx.rows("SELECT pg_backend_pid()"))
    time.sleep(0.8)
    assert store.read(lambda tx: tx.rows("SELECT pg_backend_pid()")) == [before]
    store.close()


def test_a_search_path_to_nowhere_is_one_line_that_names_it(role: Role, tmp_path: Path) -> None:
    url = role(search_path="nowhere")
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/", url)
    for command, code in (("check", 3), ("migrate", 1), ("run", 1), ("list", 1)):
        said = installation.run(command, code=code)
        assert "its search_path, nowhere names no schema" in said
        assert "fault of dondoc" not in said
        assert command == "check" or len(said.splitlines()) == 1


def test_a_database_that_may_not_be_written_is_one_line(role: Role) -> None:
    store = open_store(role(default_transaction_read_only="on"))
    with pytest.raises(StorageError, match=r"is read-only: .*default_transaction_read_only"):
        store.migrate(SINCE)


@pytest.mark.parametrize("encoding", ["LATIN1", "WIN1258", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_text_is_refused_at_once(
    postgres_cluster: PostgresCluster, tmp_path: Path, encoding: str
) -> None:
    name = f"e{uuid4().hex[:8]}"
    create = (CASES / "12-latin1.sql").read_text(encoding="utf-8")
    create = create.replace(" dondoc ", f" {name} ").replace("LATIN1", encoding)
    with psycopg.connect(postgres_cluster.url(), autocommit=True) as admin:
        admin.execute(create.encode())
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/", postgres_cluster.url(name))
    for command, code in (("check", 3), ("migrate", 1), ("run", 1)):
        said = installation.run(command, code=code)
        assert f"has the encoding {encoding}, which cannot hold every text" in said
        assert command == "check" or len(said.splitlines()) == 1


def test_behind_a_pooler_of_transactions_the_same_is_stored(pooled_url: str, usual: object) -> None:
    store = open_store(pooled_url)
    work(store)
    assert stored(store) == usual
    store.close()


def test_several_instances_behind_a_pooler_take_turns_in_its_sessions(pooled_url: str) -> None:
    """Five instances, three sessions of the server, every transaction in another one."""
    store = open_store(pooled_url)
    store.migrate(SINCE)
    advance(store, LAW, date(2026, 3, 31))
    failures: list[Exception] = []

    def instance(number: int) -> None:
        own = open_store(pooled_url)
        try:
            for at in range(12):
                events = [assigned(f"{at % 4}", f"{at}-{number}-{task}") for task in range(3)]
                record(own, LAW, events, NOW)
        except Exception as failure:  # noqa: BLE001 - shown by the assertion
            failures.append(failure)
        finally:
            own.close()

    threads = [threading.Thread(target=instance, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count(store, "event") == 5 * 12 * 3
    store.close()


@pytest.fixture
def harmed_pool(role: Role, postgres_cluster: PostgresCluster) -> Iterator[Pooler]:
    url = role(standard_conforming_strings="off", array_nulls="off", statement_timeout="1")
    name = url.rpartition("/")[2]
    pooler = Pooler(postgres_cluster, name, user=name)
    pooler.start()
    yield pooler
    pooler.stop()


def shown(connection: psycopg.Connection[tuple[str]], setting: str) -> str:
    """A *setting* of the session, whose role has a millisecond for each statement."""
    for _ in range(100):
        with suppress(psycopg.errors.QueryCanceled), connection.transaction():
            (value,) = connection.execute(f"SHOW {setting}").fetchone() or ("",)
            return value
    raise AssertionError("a hundred times it took longer than a millisecond")


def test_a_role_behind_a_pooler_is_left_as_it_is_and_corrupts_nothing(
    harmed_pool: Pooler, usual: object
) -> None:
    store = open_store(harmed_pool.url())
    work(store)
    assert stored(store) == usual
    store.close()
    with psycopg.connect(harmed_pool.url()) as other:
        assert shown(other, "array_nulls") == "off"
        assert shown(other, "statement_timeout") == "1ms"


def test_a_pooler_of_statements_is_refused_in_one_line(postgres_cluster: PostgresCluster) -> None:
    name = postgres_cluster.create_database().rpartition("/")[2]
    pooler = Pooler(postgres_cluster, name, "statement")
    pooler.start()
    try:
        with pytest.raises(StorageError, match="set pool_mode to transaction or session"):
            open_store(pooler.url()).migrate(SINCE)
    finally:
        pooler.stop()


def test_an_installation_behind_a_pooler_is_checked_fed_and_purged(
    pooled_url: str, tmp_path: Path
) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/", pooled_url)
    installation.run("migrate")
    said = installation.run("check", code=3)
    assert f"ok    database: {pooled_url}" in said
    event = CASES / "12-event.jsonl"
    assert "1 stored" in installation.run("replay", str(event))
    assert "document.issued" in installation.run("show", "VB-1")
    assert "remains: WAL" in installation.run("purge", "VB-1", code=3)
    assert "VB-1" not in installation.run("list", "--format", "json")
