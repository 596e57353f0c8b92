"""Stores for tests: the same tests run on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.storage.database import Store, open_store
from dondoc.storage.transaction import Transaction

from .postgres import PostgresCluster

SINCE = date(2026, 1, 1)

_STATE = {
    "stream": "key, symbol, abstract, flags, missing, next_opening, law, event_count",
    "event": "source, event_id, type, subject, time, sequence, structured, sha256, conflicts",
    "task": "task_id, lead, content, due, status, done_on, ended_on",
    "obligation": "id, rule, subject, task_id, body, role, opened_on, target, due, met_on,"
    " ended_on, closed_on, breach_on, trace",
}


def state(store: Store) -> dict[str, list[Any]]:
    """Everything that events have led to, without row numbers and times of receipt; and without
    the day on which the scheduler looks next, which may come sooner than it has to."""

    def read(tx: Transaction) -> dict[str, list[Any]]:
        return {
            table: sorted(tx.rows(f"SELECT {columns} FROM {table}"), key=repr)
            for table, columns in _STATE.items()
        }

    return store.read(read)


def count(store: Store, table: str) -> int:
    """The number of rows in *table*."""
    return int(store.read(lambda tx: tx.rows(f"SELECT COUNT(*) FROM {table}"))[0][0])


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database that tests copy: migrating each anew takes ten times as long."""
    path = tmp_path_factory.mktemp("migrated") / "dondoc.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres_cluster: PostgresCluster) -> str:
    """The name of a migrated database that others are made after, as `migrated_file`."""
    url = postgres_cluster.create_database()
    _migrate(url)
    return url.rpartition("/")[2]


def _migrate(url: str) -> None:
    opened = open_store(url)
    opened.migrate(SINCE)
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once of each kind; where the test has a `store`, of a copy of
    a migrated one."""
    copied = "store" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "dondoc.db"
        if copied:
            shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
    elif copied:
        cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
        with cluster.copy_of(request.getfixturevalue("migrated_database")) as url:
            yield url
    else:
        yield request.getfixturevalue("postgres_url")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store on each kind of database."""
    opened = open_store(database_url)
    opened.migrate(SINCE)
    yield opened
    opened.close()
