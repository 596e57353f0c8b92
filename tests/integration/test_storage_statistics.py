"""What the planner remembers: no word of a document, so that none outlives its erasure there."""

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
from dondoc.storage.secrecy.remains import TABLES, Listed, redact_listed
from dondoc.storage.tables.indexes import MODELS
from dondoc.storage.taking_in import record
from support.plain_law import PlainLaw, new_event
from support.postgres import PostgresCluster, new_cluster
from support.stores import SINCE

LAW = PlainLaw()
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
CANARY = "CANARY-thongke"
REMEMBERED = (
    "SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public'"
    " AND (most_common_vals::text || histogram_bounds::text LIKE '%CANARY%'"
    " OR most_common_vals::text LIKE '%CANARY%' OR histogram_bounds::text LIKE '%CANARY%')"
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    """A cluster of its own, every byte of which is searched; it lets go of its WAL."""
    own = new_cluster({"wal_recycle": "off", "autovacuum": "off"})
    try:
        own.start()
        yield own
    finally:
        own.stop()


@pytest.fixture
def url(cluster: PostgresCluster) -> Iterator[str]:
    made = cluster.create_database()
    yield made
    name = made.rpartition("/")[2]
    execute(cluster.url(), f"DROP DATABASE {name} WITH (FORCE)", "CHECKPOINT")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    opened.migrate(SINCE)
    yield opened
    opened.close()


def fill(store: Store) -> None:
    """Documents enough for histograms, with a canary in whatever a document can say."""
    events = []
    for number in range(60):
        name, subject = f"{CANARY}-{number}", f"k{number}"
        said = {"symbol": name, "abstract": f"{name} {'y' * 200}"}
        task = dict.fromkeys(("task_id", "content", "kind", "lead"), name)
        task["due_on"] = "2026-03-20"
        events.append(new_event("document.issued", subject, said, event_id=f"{name}-i"))
        events.append(new_event("task.assigned", subject, task, event_id=f"{name}-t"))
    record(store, LAW, events, NOW)


def erase(store: Store) -> None:
    listed = [Listed(f"document:k{number}", "mat", NOW) for number in range(60)]
    redact_listed(store, LAW, listed)


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def files_with(folder: Path) -> list[str]:
    command = ["grep", "-rlaF", CANARY, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [str(Path(line).relative_to(folder)) for line in done.stdout.splitlines()]


def as_a_former_version_left_it(url: str) -> None:
    """Statistics of every column, as a server makes them that was never told otherwise."""
    columns = execute(
        url,
        "SELECT attrelid::regclass::text, attname FROM pg_attribute"
        " WHERE attnum > 0 AND attstattarget = 0 AND attrelid::regclass::text = ANY(ARRAY["
        + ",".join(f"'{table}'" for table in TABLES)
        + "])",
    )
    assert columns
    execute(url, *(f"ALTER TABLE {t} ALTER COLUMN {c} SET STATISTICS -1" for t, c in columns))
    execute(url, "ANALYZE")


def test_a_column_of_text_or_bytes_has_no_statistics_in_any_table(store: Store, url: str) -> None:
    fill(store)
    execute(url, "SET default_statistics_target = 10000", "ANALYZE")
    tables = {str(model._meta.table_name) for model in MODELS}
    kept = execute(
        url,
        "SELECT tablename, attname FROM pg_stats s JOIN information_schema.columns c"
        " ON (c.table_schema, c.table_name, c.column_name) = (s.schemaname, tablename, attname)"
        " WHERE data_type NOT IN ('bigint', 'integer', 'boolean', 'date')"
        " AND schemaname = 'public'",
    )
    assert [row for row in kept if row[0] in tables] == []
    assert execute(url, REMEMBERED) == []
    assert store.copies_kept(TABLES) == []


def test_no_byte_is_left_where_statistics_were_made_before_and_after(
    store: Store, url: str, cluster: PostgresCluster
) -> None:
    fill(store)
    as_a_former_version_left_it(url)
    assert {row[1] for row in execute(url, REMEMBERED)} >= {"symbol", "abstract", "content"}
    (line,) = store.copies_kept(TABLES)
    assert "will hold what is deleted: run `dondoc migrate`" in line
    erase(store)
    execute(url, "ANALYZE outbox", "CHECKPOINT")
    assert files_with(cluster.data)
    assert store.overwrite(TABLES) == []
    execute(url, "ANALYZE", "CHECKPOINT")
    assert files_with(cluster.data) == []


def test_migrating_forbids_the_statistics_of_a_database_that_has_them(
    store: Store, url: str
) -> None:
    as_a_former_version_left_it(url)
    store.migrate(SINCE)
    assert store.copies_kept(TABLES) == []


def test_what_may_not_be_forgotten_is_told_with_what_to_do_and_seen_when_it_is_done(
    cluster: PostgresCluster, url: str
) -> None:
    """The tables' owner, who does not own the database, may not rewrite its catalog."""
    execute(
        cluster.url(),
        "DROP ROLE IF EXISTS tables_owner",
        "CREATE ROLE tables_owner LOGIN IN ROLE pg_monitor, pg_checkpoint",
    )
    execute(
        url,
        "GRANT CREATE ON SCHEMA public TO tables_owner",
        "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO tables_owner",
    )
    theirs = url.replace("//dondoc@", "//tables_owner@")
    store = open_store(theirs)
    store.migrate(SINCE)
    fill(store)
    as_a_former_version_left_it(theirs)
    erase(store)
    (line,) = store.overwrite(TABLES)
    assert line.startswith("statistics: ")
    mend = line.partition("`")[2].partition("`")[0]
    execute(url, *(each for each in mend.split(";") if each.strip()))
    assert store.overwrite(TABLES) == []
    store.close()
    assert execute(url, REMEMBERED) == []


@pytest.mark.parametrize(
    ("made", "dropped"),
    [
        ("CREATE STATISTICS ours ON symbol, abstract FROM stream", "DROP STATISTICS public.ours"),
        ("CREATE INDEX ours ON stream (lower(abstract))", "DROP INDEX ours"),
    ],
)
def test_statistics_that_somebody_made_by_hand_are_named(
    store: Store, url: str, made: str, dropped: str
) -> None:
    execute(url, made)
    fill(store)
    execute(url, "ANALYZE")
    assert any(dropped in line for line in store.copies_kept(TABLES))
    assert any(dropped in line for line in store.overwrite(TABLES))
    execute(url, dropped)
    erase(store)
    assert store.overwrite(TABLES) == []


def test_a_view_on_the_tables_neither_stops_the_migration_nor_hides_what_is_kept(
    store: Store, url: str
) -> None:
    execute(url, "CREATE VIEW ours AS SELECT symbol, abstract FROM stream")
    fill(store)
    as_a_former_version_left_it(url)
    store.migrate(SINCE)
    erase(store)
    (line,) = store.overwrite(TABLES)
    assert line.startswith("statistics: stream hold")


def test_sqlite_keeps_no_sample_of_what_its_indexes_held(tmp_path: Path) -> None:
    lite = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    lite.migrate(SINCE)
    # As a SQLite that is built with STAT4 leaves it; this one may not be.
    with closing(sqlite3.connect(tmp_path / "dondoc.db", isolation_level=None)) as other:
        other.execute("CREATE TABLE x (tbl, idx, neq, nlt, ndlt, sample)")
        other.execute("INSERT INTO x VALUES ('stream', 'stream_key', 1, 1, 1, ?)", (CANARY,))
        other.execute("PRAGMA writable_schema = ON")
        other.execute(
            "UPDATE sqlite_schema SET name='sqlite_stat4', tbl_name='sqlite_stat4',"
            " sql=replace(sql, 'TABLE x', 'TABLE sqlite_stat4') WHERE name='x'"
        )
    assert files_with(tmp_path)
    assert lite.overwrite(TABLES) == []
    assert files_with(tmp_path) == []
    lite.close()
