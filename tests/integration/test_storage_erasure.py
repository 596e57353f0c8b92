"""The second stage: no byte of what was deleted is left in the files, or the answer says where."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from dondoc.storage.database import Store, open_store
from dondoc.storage.engines import sqlite as sqlite_module
from dondoc.storage.engines.errors import StorageError
from dondoc.storage.secrecy.first_stage import redactions
from dondoc.storage.secrecy.remains import (
    TABLES,
    Listed,
    mark_erased,
    redact_listed,
    settle,
    sought,
)
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, assigned, issued, new_event
from support.postgres import PostgresCluster, new_cluster
from support.stores import SINCE

LAW = PlainLaw()
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
CANARY = "CANARY-bimat"
KEPT = "CANARY-thuong"


def fill(store: Store) -> None:
    """Documents enough for many pages, every one with a canary; one becomes secret."""
    events = []
    for number in range(60):
        said = {"symbol": f"{number}/{KEPT}", "abstract": f"{KEPT} {'x' * 900}"}
        events.append(new_event("document.issued", f"k{number}", said, event_id=f"k{number}"))
        said = {"symbol": f"{number}/{CANARY}", "abstract": f"{CANARY}-{number} {'y' * 900}"}
        events.append(new_event("document.issued", "secret", said, event_id=f"s{number}"))
    record(store, LAW, events, NOW)
    redact_listed(store, LAW, [Listed("document:secret", "mat", NOW)])


def files_with(folder: Path, text: str) -> list[str]:
    done = subprocess.run(
        ["grep", "-rlaF", text, str(folder)], capture_output=True, text=True, check=False
    )
    return [str(Path(line).relative_to(folder)) for line in done.stdout.split("\n") if line]


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    opened.migrate(SINCE)
    yield opened
    opened.close()


def test_sqlite_keeps_no_byte_after_the_second_stage(lite: Store, tmp_path: Path) -> None:
    fill(lite)
    assert files_with(tmp_path, CANARY), "stage one alone leaves copies, or this proves nothing"
    assert lite.overwrite(TABLES) == []
    assert files_with(tmp_path, CANARY) == []
    assert files_with(tmp_path, KEPT) == ["dondoc.db"]


def test_sqlite_overwrites_free_pages_that_were_not_cleared_when_they_became_free(
    lite: Store, tmp_path: Path
) -> None:
    path = tmp_path / "dondoc.db"
    # As another tool leaves them, or SQLite itself where rows move between pages.
    with closing(sqlite3.connect(path, isolation_level=None)) as careless:
        careless.execute("PRAGMA secure_delete = OFF")
        careless.execute("CREATE TABLE careless (text)")
        careless.executemany("INSERT INTO careless VALUES (?)", [(CANARY * 50,)] * 100)
        careless.execute("DROP TABLE careless")
        careless.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert files_with(tmp_path, CANARY) == ["dondoc.db"]
    assert lite.overwrite(TABLES) == []
    assert files_with(tmp_path, CANARY) == []


def test_sqlite_says_that_a_reader_keeps_copies(
    lite: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_module, "CHECKPOINT_WAITS", (0.0,))
    fill(lite)
    with closing(sqlite3.connect(tmp_path / "dondoc.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM stream").fetchone()
        lines = lite.overwrite(TABLES)
    assert len(lines) == 1
    assert "-wal" in lines[0]
    assert lite.overwrite(TABLES) == []
    assert files_with(tmp_path, CANARY) == []


def test_a_backup_is_consistent_complete_and_of_its_owner_alone(
    lite: Store, tmp_path: Path
) -> None:
    record(lite, LAW, [issued("15"), assigned("15", "15-1")], NOW)
    target = tmp_path / "copy.db"
    assert lite.backup(target) is None
    assert target.stat().st_mode & 0o777 == 0o600
    copy = open_store(f"sqlite:///{target}")
    copy.require_current_schema()
    assert copy.read(lambda tx: tx.rows("SELECT COUNT(*) FROM event")) == [(2,)]
    assert copy.read(lambda tx: tx.rows("PRAGMA integrity_check")) == [("ok",)]
    copy.close()


def test_a_backup_overwrites_nothing(lite: Store, tmp_path: Path) -> None:
    target = tmp_path / "there.db"
    target.write_text("mine")
    with pytest.raises(StorageError, match=r"there\.db exists"):
        lite.backup(target)
    assert target.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.glob("there*")) == ["there.db"]


def test_a_backup_into_no_directory_is_one_line(lite: Store, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        lite.backup(tmp_path / "nowhere" / "copy.db")


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    """A cluster of its own: every byte of it is searched."""
    own = new_cluster()
    try:
        own.start()
        yield own
    finally:
        own.stop()


@pytest.fixture
def database(cluster: PostgresCluster) -> Iterator[tuple[Store, str]]:
    url = cluster.create_database()
    opened = open_store(url)
    opened.migrate(SINCE)
    yield opened, url
    opened.close()


def setting(cluster: PostgresCluster, name: str, value: str) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET {name} = {value}")
        connection.execute("SELECT pg_reload_conf()")


def test_postgresql_says_that_recycled_wal_remains_and_with_recycling_off_keeps_no_byte(
    cluster: PostgresCluster, database: tuple[Store, str]
) -> None:
    store, _ = database
    fill(store)
    assert files_with(cluster.data, CANARY), "or this proves nothing"
    (line,) = store.overwrite(TABLES)
    assert "wal_recycle" in line
    # Old files, kept for reuse under new names, hold what they held.
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
    assert any("pg_wal" in name for name in files_with(cluster.data, CANARY))
    setting(cluster, "wal_recycle", "off")
    try:
        assert store.overwrite(TABLES) == []
        assert files_with(cluster.data, CANARY) == []
        assert files_with(cluster.data, KEPT)
    finally:
        setting(cluster, "wal_recycle", "on")


def test_postgresql_says_which_tables_an_open_transaction_still_sees(
    cluster: PostgresCluster, database: tuple[Store, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dondoc.storage.engines import postgres_copies

    monkeypatch.setattr(postgres_copies, "SNAPSHOT_WAITS", (0.0,))
    store, url = database
    with psycopg.connect(url) as reader:
        record(store, LAW, [issued("secret")], NOW)
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1 FROM pg_class LIMIT 1").fetchone()
        redact_listed(store, LAW, [Listed("document:secret", "mat", NOW)])
        lines = store.overwrite(TABLES)
    assert any(line.startswith("table event: an open transaction") for line in lines)


def test_postgresql_says_what_a_user_without_rights_leaves(
    cluster: PostgresCluster, database: tuple[Store, str]
) -> None:
    _, url = database
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk"
        )
    clerk = open_store(url.replace("//dondoc@", "//clerk@"))
    lines = clerk.overwrite(TABLES)
    clerk.close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY clerk")
    assert [line.split(":")[0] for line in lines] == [*(f"table {t}" for t in TABLES), "WAL"]
    assert "VACUUM FULL event" in lines[0]


def test_a_backup_of_postgresql_is_pg_dumps_work(database: tuple[Store, str]) -> None:
    store, url = database
    command = store.backup(Path("/srv/backup of today"))
    assert command == f"pg_dump --format=custom --file='/srv/backup of today' {url}"


def test_erased_is_said_only_when_nothing_more_became_known(lite: Store) -> None:
    fill(lite)
    wanted = sought(lite)
    settle(lite, LAW, wanted)
    record(lite, LAW, [assigned("secret", "late-task")], NOW)
    assert not mark_erased(lite, wanted, NOW)
    assert mark_erased(lite, sought(lite), NOW)
    (found,) = lite.read(redactions)
    assert found.erased_at == NOW
    assert sought(lite).redactions == ()
