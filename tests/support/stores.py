"""Stores for tests: the same tests run on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.storage.database import Store, open_store
from dondoc.storage.transaction import Transaction

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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'dondoc.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated store on each kind of database."""
    opened = open_store(database_url)
    opened.migrate(SINCE)
    yield opened
    opened.close()
