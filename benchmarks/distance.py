"""What a distance to the database costs one instance and two, and what they wait for.

Every byte between dondoc and PostgreSQL is held back half of the distance each way by a relay in a
process of its own. Beside the rate stand what the sessions were doing when they were looked at, and
how many deadlocks the server counted. The services are never told that they are measured.

    python -m benchmarks.distance [--ms N] [--events N] [--new] [--instances N …]
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from .contestants import done_by_all
from .events import fill, new_documents, of_the_sample
from .figures import load
from .servers import broker, far, postgres
from .services import QUEUE, Office
from .watching import watch

_LOOK_SECONDS = 0.02
_SESSIONS = """
SELECT state, coalesce(wait_event_type || ' ' || wait_event, '-'), left(query, 60)
FROM pg_stat_activity WHERE application_name = 'dondoc' AND state <> 'idle'
"""
_DEADLOCKS = "SELECT deadlocks, xact_commit, xact_rollback FROM pg_stat_database WHERE datname = %s"


class Sessions(threading.Thread):
    """Looks what the sessions of the database at *url* are doing, until `end`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.seen: Counter[tuple[str, str, str]] = Counter()
        self._url = url
        self._ended = threading.Event()

    def run(self) -> None:
        """Look."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            while not self._ended.wait(_LOOK_SECONDS):
                self.seen.update(connection.execute(_SESSIONS).fetchall())

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def measure(ms: float, events: int, new: bool, instances: int, waits: int) -> None:
    """One round, printed."""
    messages = (new_documents if new else of_the_sample)(events)
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node, postgres() as cluster:
            if cluster is None:
                raise SystemExit("PostgreSQL is not installed")
            url = cluster.create_database()
            name = str(conninfo_to_dict(url)["dbname"])
            with far(cluster.port, ms / 1000) as port:
                office = Office(
                    place / "office", node.url(), url.replace(str(cluster.port), str(port))
                )
                fill(node.url(), QUEUE, messages)
                sessions = Sessions(url)
                sessions.start()
                with office.running(instances) as running:
                    begun = time.monotonic()
                    seen = watch(lambda: done_by_all(running), len(messages), {}, str(instances))
                    took = time.monotonic() - begun
                sessions.end()
                with psycopg.connect(cluster.url(), autocommit=True) as connection:
                    counts = connection.execute(_DEADLOCKS, (name,)).fetchone()
    print(
        f"{instances} instances, {ms:g} ms away: {seen.rate:,.0f} events/s, {took:.1f} s with the"
        f" start; deadlocks, commits, rollbacks: {counts}; {load()}"
    )
    looks = sum(sessions.seen.values())
    for (state, wait, query), count in sessions.seen.most_common(waits):
        print(f"    {count / looks:5.1%}  {state:20} {wait:28} {' '.join(query.split())}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.distance", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--ms", type=float, default=10.0, help="there and back")
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--new", action="store_true", help="new documents, not the sample's mix")
    parser.add_argument("--instances", type=int, nargs="+", default=[1, 2])
    parser.add_argument(
        "--waits", type=int, default=12, help="so many lines of what was waited for"
    )
    given = parser.parse_args()
    for instances in given.instances:
        measure(given.ms, given.events, given.new, instances, given.waits)


if __name__ == "__main__":
    main()
