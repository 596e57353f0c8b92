"""What is one figure and no contest: start-up, latency, memory, a scrape, reprocessing.

Each is taken several times and told as a median, but for the memory, which is the most that was
held. It must never be read without the load of the machine, which is told with it.

    python -m benchmarks.single [--quick]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import pika

from .events import Sent, fill, new_documents
from .machine import describe, resident_peak_mib
from .servers import broker
from .services import QUEUE, Office, Service

ROUNDS = 5
RATE = 200
"""Events a second at which the latency is taken."""


def help_seconds(office: Office) -> float:
    """`dondoc --help`."""
    return median(office.run("--help") for _ in range(ROUNDS))


def start_seconds(office: Office) -> float:
    """From the start of the process to its subscription, on SQLite."""
    return median(_one_start(office) for _ in range(ROUNDS))


def _one_start(office: Office) -> float:
    begun = time.monotonic()
    with office.running() as (service,):
        while service.total("dondoc_consumer_up ") < 1:
            time.sleep(0.02)
        return time.monotonic() - begun


def latency(office: Office, url: str, seconds: int) -> dict[float, float]:
    """At 200 events a second, evenly: the share that was committed within so many seconds of
    its delivery, by the bounds of the service's own histogram."""
    with office.running() as (service,):
        _send_evenly(url, new_documents(RATE * seconds))
        while service.done() < RATE * seconds:
            time.sleep(0.1)
        return _shares(service)


def _send_evenly(url: str, messages: Sequence[Sent]) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    begun = time.monotonic()
    for number, each in enumerate(messages):
        properties = pika.BasicProperties(content_type=each.content_type, delivery_mode=2)
        channel.basic_publish("", QUEUE, each.body, properties)
        connection.sleep(max(0.0, begun + (number + 1) / RATE - time.monotonic()))
    connection.close()


def _shares(service: Service) -> dict[float, float]:
    counts: dict[float, float] = {}
    for line in service.metrics().splitlines():
        if line.startswith("dondoc_event_processing_seconds_bucket"):
            name, _, count = line.rpartition(" ")
            counts[float(name.partition('le="')[2].partition('"')[0])] = float(count)
    return {bound: count / counts[float("inf")] for bound, count in counts.items()}


def memory_and_scrape(office: Office, url: str, backlog: int) -> tuple[float, float, float]:
    """The most memory held while *backlog* messages are worked off, in MiB; then the median and
    the slowest but one of 100 scrapes, in seconds."""
    fill(url, QUEUE, new_documents(backlog))
    with office.running() as (service,):
        while service.done() < backlog:
            time.sleep(0.5)
        held = resident_peak_mib(service.pid)
        taken = sorted(_scrape(service) for _ in range(100))
    return held, median(taken), taken[98]


def _scrape(service: Service) -> float:
    begun = time.monotonic()
    service.metrics()
    return time.monotonic() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.single", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--quick", action="store_true", help="smaller: a look, no figure")
    quick: bool = parser.parse_args().quick
    print("; ".join(f"{name} {value}" for name, value in describe().items()), flush=True)
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node:
            url = node.url()
            office = Office(place / "start", url)
            print(f"--help: {help_seconds(office):.2f} s", flush=True)
            print(f"start to consuming: {start_seconds(office):.2f} s", flush=True)
            shares = latency(Office(place / "latency", url), url, 5 if quick else 30)
            told = ", ".join(f"{share:.1%} within {bound:g} s" for bound, share in shares.items())
            print(f"delivery to commit at {RATE} events/s: {told}", flush=True)
            backlog = 2_000 if quick else 20_000
            office = Office(place / "backlog", url)
            held, middle, slow = memory_and_scrape(office, url, backlog)
            print(f"memory, a backlog of {backlog}: {held:.0f} MiB", flush=True)
            print(f"scrape: median {middle * 1000:.1f} ms, p99 {slow * 1000:.1f} ms", flush=True)
            live = Office(place / "replay", url)
            print(f"replay --sample: {live.run('replay', '--sample'):.1f} s", flush=True)
            again = live.run("reprocess", "--all", "--jobs", "2")
            print(f"reprocess --all --jobs 2 of the same: {again:.1f} s", flush=True)


if __name__ == "__main__":
    main()
