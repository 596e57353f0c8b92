"""How long a start takes: the process of `dondoc run` to its subscription, and `dondoc --help`.

Imports, the law, the database and the broker are all in it. It must never be taken on a database
that still has to be migrated, or on queues that still have to be declared.

    python -m benchmarks.starting [--json FILE]
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .figures import Figure, load, options, tell
from .machine import describe
from .servers import broker, postgres
from .services import Office

ROUNDS = 5
START_SECONDS, HELP_SECONDS = 1.0, 0.3
_LOOK_SECONDS = 0.01


def measure() -> Iterator[Figure]:
    """`--help`, then starts on each database."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node, postgres() as cluster:
            office = Office(place / "sqlite", node.url())
            helped = [office.run("--help") for _ in range(ROUNDS)]
            yield _median("dondoc --help", helped, HELP_SECONDS)
            yield _median("start to consuming, SQLite", _starts(office), START_SECONDS)
            if cluster is not None:
                office = Office(place / "postgres", node.url(), cluster.create_database())
                yield _median("start to consuming, PostgreSQL", _starts(office), START_SECONDS)


def _starts(office: Office) -> list[float]:
    taken = []
    for _ in range(ROUNDS):
        begun = time.monotonic()
        with office.running() as (service,):
            while service.total("dondoc_consumer_up ") < 1:
                time.sleep(_LOOK_SECONDS)
            taken.append(time.monotonic() - begun)
    return taken


def _median(what: str, taken: list[float], target: float) -> Figure:
    note = f"median of {len(taken)}: {', '.join(f'{each:.2f}' for each in taken)}; {load()}"
    return Figure(what, median(taken), "s", target, note)


def main() -> None:
    """Measure and print."""
    tell(measure(), describe(), options("starting", __doc__).parse_args().json)


if __name__ == "__main__":
    main()
