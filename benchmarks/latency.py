"""How long an event waits from the broker's delivery to its commit, at an even 200 events/s.

Seen from outside, on SQLite: a message is published at its time, and a reader of the database
looks every few milliseconds how many are committed. So the way into the queue and out of it is
in the figure, and the time between two looks: it is an upper bound. Beside it stands what the
service's own histogram says. It must never look so often that it slows the service.

    python -m benchmarks.latency [--seconds N] [--json FILE]
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import pika

from .events import Sent, new_documents
from .figures import Figure, load, options, percentile, tell
from .machine import describe
from .servers import broker
from .services import QUEUE, Office, Service

RATE = 200
SECONDS = 30
TARGET_MS = 100.0
LOOK_SECONDS = 0.002
_SETTLE_SECONDS = 20.0


class Commits(threading.Thread):
    """Notes when so many events were first seen committed in the database at *path*."""

    def __init__(self, path: Path, count: int) -> None:
        super().__init__()
        self._path = path
        self._count = count
        self.seen: list[float] = []
        """For each event, in the order of the log, the monotonic time it was first seen at."""

    def run(self) -> None:
        """Look until all are there."""
        connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        while len(self.seen) < self._count:
            ((stored,),) = connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchall()
            self.seen += [time.monotonic()] * (stored - len(self.seen))
            time.sleep(LOOK_SECONDS)
        connection.close()


def send_evenly(url: str, messages: Sequence[Sent]) -> list[float]:
    """Publish *messages* at the even rate; gives the monotonic time of each."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    begun, sent = time.monotonic(), []
    for number, each in enumerate(messages):
        connection.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        properties = pika.BasicProperties(content_type=each.content_type, delivery_mode=2)
        sent.append(time.monotonic())
        channel.basic_publish("", QUEUE, each.body, properties)
    connection.close()
    return sent


def measure(seconds: int) -> Iterator[Figure]:
    """Send and look."""
    messages = new_documents(RATE * seconds)
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node:
            office = Office(place / "office", node.url())
            with office.running() as (service,):
                while service.total("dondoc_consumer_up ") < 1:
                    time.sleep(0.1)
                # The first day's work of the scheduler is no part of it.
                time.sleep(_SETTLE_SECONDS)
                looking = Commits(office.database, len(messages))
                looking.start()
                sent = send_evenly(node.url(), messages)
                looking.join()
                shares = histogram(service)
    waits = [(seen - at) * 1000 for seen, at in zip(looking.seen, sent, strict=False)]
    note = f"{len(waits):,} new documents, SQLite, seen from outside; {load()}"
    what = f"publishing to commit at {RATE} events/s"
    yield Figure(f"{what}: median", median(waits), "ms", note=note)
    yield Figure(f"{what}: p99", percentile(waits, 0.99), "ms", TARGET_MS, note)
    yield Figure(f"{what}: most", max(waits), "ms", note=note)
    within = shares.get(TARGET_MS / 1000, 0.0)
    told = ", ".join(f"{share:.2%} within {bound * 1000:g} ms" for bound, share in shares.items())
    beyond = f"delivery to commit at {RATE} events/s: share beyond {TARGET_MS:g} ms"
    yield Figure(beyond, (1 - within) * 100, "%", 1.0, f"the service's own histogram: {told}")


def histogram(service: Service) -> dict[float, float]:
    """The share of events that were committed within so many seconds of their delivery."""
    counts: dict[float, float] = {}
    for line in service.metrics().splitlines():
        if line.startswith("dondoc_event_processing_seconds_bucket"):
            name, _, count = line.rpartition(" ")
            counts[float(name.partition('le="')[2].partition('"')[0])] = float(count)
    return {bound: count / counts[float("inf")] for bound, count in counts.items()}


def main() -> None:
    """Measure and print."""
    parser = options("latency", __doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long to send")
    given = parser.parse_args()
    tell(measure(given.seconds), describe(), given.json)


if __name__ == "__main__":
    main()
