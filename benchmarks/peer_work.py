"""What every peer does with an event: validate it, one durable row, committed on return.

The same schema as dondoc's own, for the event of a new document. It must never do less than
a consumer has to that acknowledges only what is on the disk.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Mapping
from typing import Any

from dondoc.connector.contract.data.derived_schemas import SCHEMAS

_SCHEMA = SCHEMAS["document.issued"]
_of_thread = threading.local()


def broker_url() -> str:
    """The broker that the benchmark started."""
    return os.environ["BENCHMARK_BROKER"]


def take(event: Mapping[str, Any]) -> None:
    """Validate *event* and store it in one durable transaction."""
    _SCHEMA.load(event["data"])
    rows = _rows()
    with rows:
        rows.execute(
            "INSERT INTO event (event_id, body) VALUES (?, ?)",
            (event["id"], json.dumps(event, ensure_ascii=False)),
        )


def _rows() -> sqlite3.Connection:
    """The connection of this thread; the process that began it may have forked since."""
    if getattr(_of_thread, "pid", None) != os.getpid():
        _of_thread.rows = connect(os.environ["BENCHMARK_DATABASE"])
        _of_thread.pid = os.getpid()
    rows: sqlite3.Connection = _of_thread.rows
    return rows


def connect(path: str) -> sqlite3.Connection:
    """A connection that is as durable as dondoc's."""
    rows = sqlite3.connect(path, timeout=60)
    rows.execute("PRAGMA synchronous = FULL")
    return rows


def make_table(path: str) -> None:
    """Make the database, once and before anybody connects: two who did at once would collide."""
    rows = sqlite3.connect(path)
    rows.execute("PRAGMA journal_mode = WAL")
    rows.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, event_id TEXT, body TEXT)")
    rows.close()
