"""What a scrape over HTTP takes while a backlog is worked off, and the memory of who answers it.

The sample's quarter gives the figures; then new documents come as fast as they are worked off.

    python -m benchmarks.scrapes [--json FILE]
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from .events import publish
from .figures import Figure, load, options, tell
from .grown import new_since
from .growth import scraped
from .machine import describe, family, resident_mib
from .servers import broker
from .services import QUEUE, Office

EVENTS = 40_000


def measure() -> Iterator[Figure]:
    """Fill, run, scrape."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node:
            office = Office(place / "office", node.url())
            office.run("replay", "--sample")
            with office.running() as (service,):
                while service.total("dondoc_obligations{") < 1:
                    time.sleep(0.1)
                lines = f"{service.metrics().count(chr(10))} lines"
                yield from scraped("scrape, nothing to do", service, lines)
                publish(node.url(), QUEUE, list(islice(new_since(), EVENTS)))
                begun, before = time.monotonic(), service.done()
                yield from scraped("scrape, a backlog worked off", service, lines)
                rate = (service.done() - before) / (time.monotonic() - begun)
                yield Figure("events a second meanwhile", rate, "1/s", note=load())
                for pid in family(service.pid):
                    name = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
                    yield Figure("memory", resident_mib(pid), "MiB", note=name[-60:])


def main() -> None:
    """Measure and print."""
    tell(measure(), describe(), options("scrapes", __doc__).parse_args().json)


if __name__ == "__main__":
    main()
