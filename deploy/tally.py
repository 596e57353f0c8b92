"""Counts whether every event that went into the demo came out with a result.

    python deploy/tally.py before                       # nothing may be waiting in the queue
    python deploy/tally.py after --metrics URL --in N   # wait until N events have a result

What came out is read from the service's own metrics, `dondoc_events_total{result=…}`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
import urllib.request
from collections import Counter

from dondoc.connector.transport import Client, TransportError, parse_address
from dondoc.connector.transport.topology import BrokerNames

PATIENCE_SECONDS = 60.0
"""How long no event may come out before the wait is given up."""
KINDS = {
    "stored": ("stored", "ignored"),
    "duplicates": ("duplicate", "conflict"),
    "rejected": ("rejected", "dead"),
    "discarded": ("discarded", "redacted"),
    "of nothing": ("nothing",),
}
"""What the demo calls the results: `ignored` is stored without effect, `dead` is rejected with
its content kept for the operator, `redacted` belongs to a subject that is secret; messages `of
nothing` come only where HSCV speaks a dialect."""


def main() -> int:
    """Do what the first argument says; 0 when it adds up."""
    parser = argparse.ArgumentParser(description="Check that the demo's events add up.")
    parser.add_argument("when", choices=("before", "after"))
    parser.add_argument("--metrics", help="URL of the service's metrics")
    parser.add_argument("--in", dest="published", type=int, help="events that were published")
    parser.add_argument("--queue", help="a further queue that events come by")
    options = parser.parse_args()
    if options.when == "before":
        return _before([BrokerNames().events, *([options.queue] if options.queue else [])])
    return _after(options.metrics, options.published)


def _before(queues: list[str]) -> int:
    try:
        with Client(parse_address(os.environ["DONDOC_BROKER_URL"])) as client:
            waiting = {queue: client.depth(queue) for queue in queues}
    except TransportError as error:
        print(error, file=sys.stderr)
        return 1
    for queue, number in waiting.items():
        if number:
            print(
                f"{number} events wait in {queue} on this broker, so the demo's figures would not "
                "add up: name an empty virtual host in DONDOC_BROKER_URL, or unset it",
                file=sys.stderr,
            )
            return 1
    return 0


def _after(metrics: str, published: int) -> int:
    results: Counter[str] = Counter()
    moved = told = time.monotonic()
    while results.total() < published and time.monotonic() - moved < PATIENCE_SECONDS:
        time.sleep(0.2)
        latest = _results(metrics)
        if latest != results:
            moved = time.monotonic()
        results = latest
        if time.monotonic() - told >= 3:
            told = time.monotonic()
            print(f"    {results.total()} of {published} events", flush=True)
    counted = {kind: sum(results[each] for each in KINDS[kind]) for kind in KINDS}
    parts = [f"{n} {kind}" for kind, n in counted.items() if n or kind != "of nothing"]
    print(f"    {published} events in = {' + '.join(parts)}")
    known = sum(results[each] for kind in KINDS.values() for each in kind)
    if known == published == results.total():
        return 0
    print(f"It does not add up: {dict(results)}", file=sys.stderr)
    return 1


def _results(metrics: str) -> Counter[str]:
    """Events so far by result."""
    counted: Counter[str] = Counter()
    with urllib.request.urlopen(metrics, timeout=10) as answer:
        for line in answer.read().decode().splitlines():
            found = re.match(r'dondoc_events_total\{.*result="(\w+)".*\} (\S+)', line)
            if found:
                counted[found[1]] += int(float(found[2]))
    return counted


if __name__ == "__main__":
    sys.exit(main())
