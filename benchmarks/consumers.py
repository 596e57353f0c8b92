"""The two floors: consumers that do the least there is to do, each run as its own process.

They take a given number of messages, print the events a second and the microseconds of
processor an event, from the first delivery to the last acknowledgement or commit, and end. They
must never do less for durability than they say.

    python -m benchmarks.consumers acknowledge|insert URL QUEUE COUNT DATABASE
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time

import pika

BATCH = 100


def consume(url: str, queue: str, count: int, database: str | None) -> tuple[float, float]:
    """Events a second, and microseconds of processor an event. With a *database*, each batch is
    decoded and inserted, one raw row for each event, in one fully durable transaction before it
    is acknowledged."""
    rows = None if database is None else _table(database)
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=2 * BATCH)
    begun = spent = 0.0
    bodies: list[bytes] = []
    for taken, (method, _, body) in enumerate(channel.consume(queue), 1):
        if taken == 1:
            begun, spent = time.monotonic(), time.process_time()
        bodies.append(body)
        if len(bodies) == BATCH or taken == count:
            if rows is not None:
                _insert(rows, bodies)
            channel.basic_ack(method.delivery_tag, multiple=True)
            bodies.clear()
        if taken == count:
            break
    rate = count / (time.monotonic() - begun)
    cost = (time.process_time() - spent) / count * 1e6
    connection.close()
    return rate, cost


def _table(path: str) -> sqlite3.Connection:
    rows = sqlite3.connect(path)
    rows.execute("PRAGMA journal_mode = WAL")
    rows.execute("PRAGMA synchronous = FULL")
    rows.execute("CREATE TABLE event (id TEXT, body BLOB)")
    return rows


def _insert(rows: sqlite3.Connection, bodies: list[bytes]) -> None:
    values = [(_identifier(body), body) for body in bodies]
    with rows:
        rows.executemany("INSERT INTO event VALUES (?, ?)", values)


def _identifier(body: bytes) -> str | None:
    try:
        event = json.loads(body)
    except ValueError:  # the sample has malformed messages
        return None
    return str(event.get("id")) if isinstance(event, dict) else None


if __name__ == "__main__":
    kind, address, name, number, file = sys.argv[1:]
    print(*consume(address, name, int(number), file if kind == "insert" else None))
