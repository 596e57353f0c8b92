"""The most memory that the service holds while a large backlog is worked off.

The queue is filled first, by batches of confirmed messages; then `dondoc run` works on it for so
many minutes and is asked every few seconds how much it holds. It must never be read as a rate:
the broker has a million messages to look after meanwhile.

    python -m benchmarks.memory [--backlog N] [--minutes N] [--bytes N] [--json FILE]
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path

import pika

from .events import held, new_documents
from .figures import Figure, load, options, tell
from .machine import describe, resident_mib, resident_peak_mib
from .servers import broker
from .services import QUEUE, Office, Service

AT_ONCE = 5_000
"""Messages that are published before their confirms are waited for."""
LOOK_SECONDS = 5.0
BACKLOG, SIZE, MINUTES = 1_000_000, 900, 4.0
TARGET_MIB, OF_LARGE_ONES_MIB = 120.0, 200.0
LARGE = 100_000
"""From so many bytes on a message is large."""


def fill_queue(url: str, backlog: int, size: int) -> float:
    """Put *backlog* new documents of about *size* bytes into the queue; gives the seconds."""
    begun = time.monotonic()
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_purge(QUEUE)
    bodies = _bodies(size)
    properties = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)
    done = 0
    while done < backlog:
        for body in islice(bodies, min(AT_ONCE, backlog - done)):
            channel.basic_publish("", QUEUE, body, properties)
        done = min(backlog, done + AT_ONCE)
        # A quorum queue counts a message once it is written and agreed upon.
        while held(url, QUEUE) < done:
            connection.process_data_events(0.05)
    connection.close()
    return time.monotonic() - begun


def _bodies(size: int) -> Iterator[bytes]:
    """New documents without end, each of an id and a subject of its own."""
    patterns = [json.loads(each.body) for each in new_documents(500)]
    for number, pattern in zip(count(), cycle(patterns), strict=False):
        event = pattern | {"id": f"backlog-{number}", "subject": f"backlog-{number}"}
        body = json.dumps(event, ensure_ascii=False).encode()
        if len(body) < size:
            # A field that the contract does not list is kept and never read.
            event["data"] = event["data"] | {"padding": "x" * (size - len(body) - 15)}
            body = json.dumps(event, ensure_ascii=False).encode()
        yield body


def watch_memory(service: Service, seconds: float, backlog: int) -> Iterator[tuple[int, float]]:
    """How many events were done and the MiB held then, until *seconds* or the *backlog* end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        done = service.done()
        yield done, resident_mib(service.pid)
        if done >= backlog:
            return


def measure(backlog: int, size: int, minutes: float) -> Iterator[Figure]:
    """Fill, run, look."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node:
            office = Office(place / "office", node.url())
            seconds = fill_queue(node.url(), backlog, size)
            told = f"{backlog:,} messages of at least {size:,} bytes in the queue"
            yield Figure("the queue filled", seconds, "s", note=told)
            with office.running() as (service,):
                looks = list(watch_memory(service, minutes * 60, backlog))
                peak = resident_peak_mib(service.pid)
                ended = "" if service.process.poll() is None else ", and it ended"
    course = ", ".join(f"{mib:.0f} after {done:,}" for done, mib in _some(looks))
    yield Figure(
        f"memory of the service, peak, {backlog:,} messages of {size:,} bytes waiting",
        peak,
        "MiB",
        OF_LARGE_ONES_MIB if size >= LARGE else TARGET_MIB,
        f"{looks[-1][0]:,} events in {minutes:g} min; MiB: {course}{ended}; {load()}",
    )


def _some(looks: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Six of *looks*, evenly, the last among them."""
    step = max(1, len(looks) // 6)
    return looks[::-step][:6][::-1]


def main() -> None:
    """Measure and print."""
    parser = options("memory", __doc__)
    parser.add_argument("--backlog", type=int, default=BACKLOG, help="messages in the queue")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long the service works")
    parser.add_argument("--bytes", type=int, default=SIZE, help="the least size of a message")
    given = parser.parse_args()
    tell(measure(given.backlog, given.bytes, given.minutes), describe(), given.json)


if __name__ == "__main__":
    main()
