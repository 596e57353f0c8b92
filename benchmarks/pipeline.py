"""The pipeline alone, in this process and without a broker: from a message to its commit.

Says what an event costs in processor time, and with `--profile` which functions it goes to.
cProfile makes functions that call many others look dearer than they are: read its shares as an
order. It must never be read as a rate of the service, which has a connection and other threads.

    python -m benchmarks.pipeline [--events N] [--rounds N] [--hot-bytes N] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from dondoc.storage.hot_streams import HOT_BYTES

from .events import Sent, new_documents, of_the_sample
from .inside import inside

STREAMS: dict[str, Callable[[int], list[Sent]]] = {
    "new documents": new_documents,
    "the sample's mix": of_the_sample,
}


def take_in(messages: Sequence[Sent], folder: Path, hot_bytes: int) -> float:
    """Microseconds of processor for each of *messages*, into a new SQLite database; *hot_bytes*:
    how much of streams is remembered."""
    costs = inside(f"sqlite:///{folder / 'dondoc.db'}", hot_bytes=hot_bytes).take_in(messages)
    return sum(cost.cpu for cost in costs) / len(messages) * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pipeline", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--events", type=int, default=6000, help="how many, of each stream")
    parser.add_argument("--rounds", type=int, default=5, help="how often; the median is told")
    parser.add_argument(
        "--hot-bytes", type=int, default=HOT_BYTES, help="of streams remembered; 0: none"
    )
    parser.add_argument("--profile", action="store_true", help="where the time goes, one round")
    given = parser.parse_args()
    for name, make in STREAMS.items():
        messages = make(given.events)
        profile = cProfile.Profile() if given.profile else None
        costs = []
        for _ in range(1 if profile else given.rounds):
            with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
                if profile:
                    profile.enable()
                costs.append(take_in(messages, Path(folder), given.hot_bytes))
                if profile:
                    profile.disable()
        print(f"{name}: {median(costs):.0f} µs an event ({min(costs):.0f} to {max(costs):.0f})")
        if profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main()
