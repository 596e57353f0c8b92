"""Everybody who works a pre-filled queue off: two floors, three peers, dondoc.

Each measures one round and gives events a second, from the first work done to the last; starting
up is nobody's handicap. None may be measured while another one runs.
"""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import services
from .events import Sent, declare, fill, new_documents, of_the_sample
from .machine import cpu_seconds
from .peer_work import make_table
from .watching import Seen, watch

HERE = Path(__file__).resolve().parent
FLOOR_QUEUE = "benchmark.floor"
FASTSTREAM_QUEUE = "benchmark.faststream"
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Bench:
    """What there is to measure on: a broker and its process, new databases of PostgreSQL and
    the server's process (None where there is no PostgreSQL), and how many events each gets: the
    faster it is the more, so that a round of everybody takes seconds."""

    broker_url: str
    broker_pid: int
    new_database: Callable[[], str] | None
    database_pid: int | None
    events: int
    peer_events: int
    floor_events: int


def floor(kind: str, bench: Bench, folder: Path) -> Seen:
    """*kind*: `acknowledge`, or `insert` with one raw durable row for each event."""
    declare(bench.broker_url, FLOOR_QUEUE)
    fill(bench.broker_url, FLOOR_QUEUE, new_documents(bench.floor_events))
    folder.mkdir(parents=True)
    work = [sys.executable, str(HERE / "consumers.py"), kind, bench.broker_url, FLOOR_QUEUE]
    work += [str(bench.floor_events), str(folder / "floor.db")]
    broker_before = cpu_seconds([bench.broker_pid])
    done = subprocess.run(work, stdout=subprocess.PIPE, text=True, check=True)
    broker = (cpu_seconds([bench.broker_pid]) - broker_before) / bench.floor_events * 1e6
    rate, cost = map(float, done.stdout.split())
    return Seen(rate, {"floor": cost, "broker": broker})


def installed(peer: str) -> bool:
    """Whether the peer can take part."""
    return importlib.util.find_spec(peer) is not None


def peer(name: str, bench: Bench, folder: Path) -> Seen:
    """`celery`, `dramatiq` or `faststream`."""
    folder.mkdir(parents=True)
    database = folder / "peer.db"
    make_table(str(database))
    module = f"benchmarks.peer_{name}"
    environment = os.environ | {
        "BENCHMARK_BROKER": bench.broker_url,
        "BENCHMARK_DATABASE": str(database),
    }
    python, root = [sys.executable, "-m"], HERE.parent
    if name == "faststream":
        work = [*python, module]
        declare(bench.broker_url, FASTSTREAM_QUEUE)
        json_bodies = [
            Sent(each.body, "application/json") for each in new_documents(bench.peer_events)
        ]
        fill(bench.broker_url, FASTSTREAM_QUEUE, json_bodies)
    else:
        subprocess.run(
            [*python, module, str(bench.peer_events)], cwd=root, env=environment, check=True
        )
        work = [str(PROGRAMS / name), *_PEER_ARGUMENTS[name]]
    with (folder / "peer.log").open("w") as log:
        process = subprocess.Popen(work, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        groups = {name: [process.pid], "broker": [bench.broker_pid]}
        return watch(lambda: _rows(database), bench.peer_events, groups, name)
    finally:
        process.terminate()
        process.wait(timeout=60)


_PEER_ARGUMENTS = {
    # What Celery's guide on optimizing advises for short tasks; as many processes as cores.
    "celery": (
        *("--app", "benchmarks.peer_celery", "worker", "--concurrency", "2"),
        *("--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ),
    # As many processes as cores; more threads only wait for the one writer of SQLite.
    "dramatiq": ("benchmarks.peer_dramatiq", "--processes", "2", "--threads", "4"),
}


def _rows(database: Path) -> int:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        (count,) = connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()
    finally:
        connection.close()
    return int(count)


def dondoc(
    bench: Bench, folder: Path, *, sample: bool, postgres: bool = False, instances: int = 1
) -> Seen:
    """The whole pipeline, on the sample's mix or on one new document for each event."""
    database = bench.new_database() if postgres and bench.new_database else None
    office = services.Office(folder, bench.broker_url, database)
    messages: Sequence[Sent] = (of_the_sample if sample else new_documents)(bench.events)
    fill(bench.broker_url, services.QUEUE, messages)
    with office.running(instances) as running:
        groups = {"dondoc": [each.pid for each in running], "broker": [bench.broker_pid]}
        if postgres and bench.database_pid is not None:
            groups["PostgreSQL"] = [bench.database_pid]
        return watch(lambda: done_by_all(running), len(messages), groups, folder.name)


def done_by_all(running: Sequence[services.Service]) -> int:
    """How many events are done; 0 until every instance is at work, as starting up is not
    measured."""
    done = [each.done() for each in running]
    return sum(done) if all(done) else 0
