"""What is one figure and no contest: every measurement beside the peers', as one table.

Each part is a command of its own too. They run one after another; the largest takes minutes and
10 GB of disk. It must never be read without the load of the machine, which is told with it.

    python -m benchmarks.single [--quick] [--only PART] [--json FILE]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from . import growth, histories, latency, memory, reworking, snapshots, starting
from .figures import Figure, options, tell
from .machine import describe

Part = Callable[[bool], Iterator[Figure]]

PARTS: dict[str, Part] = {
    "starting": lambda quick: starting.measure(),
    "latency": lambda quick: latency.measure(5 if quick else latency.SECONDS),
    "histories": lambda quick: histories.measure(1 if quick else histories.ROUNDS),
    "snapshots": lambda quick: snapshots.measure((0, 1) if quick else snapshots.COPIES),
    "growth": lambda quick: growth.measure(50_000 if quick else growth.LARGE, False),
    "growth-postgres": lambda quick: growth.measure(50_000 if quick else growth.LARGE, True),
    "reworking": lambda quick: reworking.measure(30_000 if quick else reworking.EVENTS, 2),
    "memory": lambda quick: memory.measure(
        20_000 if quick else memory.BACKLOG, memory.SIZE, 0.5 if quick else memory.MINUTES
    ),
}
"""By name; each is told whether a look is enough."""


def measure(parts: Iterable[str], quick: bool) -> Iterator[Figure]:
    """The figures of *parts*, in their order."""
    for name in parts:
        yield from PARTS[name](quick)


def main() -> None:
    """Measure and print."""
    parser = options("single", __doc__)
    parser.add_argument("--quick", action="store_true", help="smaller: a look, no figure")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    given = parser.parse_args()
    tell(measure([given.only] if given.only else PARTS, given.quick), describe(), given.json)


if __name__ == "__main__":
    main()
