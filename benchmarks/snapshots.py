"""What a snapshot of the compliance figures costs as more is open.

An office's quarter is copied into the present, so that what is open and what was closed in the
last 90 days grow alike, and every obligation is owed by one of a hundred bodies. It must never be
read as the cost of a scrape, which takes the snapshot that is there.

    python -m benchmarks.snapshots [--json FILE]
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from dondoc.metrics.compliance import ComplianceCollector, read
from dondoc.metrics.packing import page_of
from dondoc.metrics.page import render

from .cloning import Growth
from .figures import Figure, load, options, tell
from .grown import Grown, grown, open_moment, spread_over_bodies
from .machine import describe
from .servers import broker

COPIES = (0, 3, 9)
READINGS = 5


def snapshot_seconds(each: Grown) -> float:
    """The median of some readings and renderings, on the clock."""
    return median(_snapshot(each) for _ in range(READINGS))


def _snapshot(each: Grown) -> float:
    begun = time.perf_counter()
    reading = read(each.pipe.store, each.pipe.law, open_moment(each.pipe.law))
    page_of(render(ComplianceCollector(each.pipe.law, reading).collect()))
    return time.perf_counter() - begun


def measure(copies: Sequence[int]) -> Iterator[Figure]:
    """An office for each number of *copies*."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node:
            for number in copies:
                growth = Growth(0, present=number)
                each = grown(place / str(number), node.url(), None, growth)
                spread_over_bodies(each)
                took = snapshot_seconds(each)
                ((count,),) = each.pipe.store.read(
                    lambda tx: tx.rows("SELECT COUNT(*) FROM obligation WHERE closed_on IS NULL")
                )
                each.pipe.store.close()
                yield Figure(
                    f"a snapshot, {count:,} of {each.obligations:,} obligations open, SQLite",
                    took * 1000,
                    "ms",
                    note=f"{took / count * 1e6:.0f} µs for each that is open; {load()}",
                )


def main() -> None:
    """Measure and print."""
    tell(measure(COPIES), describe(), options("snapshots", __doc__).parse_args().json)


if __name__ == "__main__":
    main()
