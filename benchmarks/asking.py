"""What a person waits for who asks about a large database: lists, the board, one document's story.

The database is made as `cloning` says, with so many copies of the present that much is open; the
real command is run, its start included. It must never be given a database that is used.

    python -m benchmarks.asking [--obligations N] [--present N] [--postgres] [--json FILE]
"""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .cloning import Growth
from .figures import Figure, load, options, tell
from .grown import Grown, grown, spread_over_bodies
from .machine import describe
from .servers import postgres

LARGE, PRESENT = 1_000_000, 20
TIMES = 3
TARGET_S = 1.0
BODY = "TCKH"


def questions(symbol: str, identifier: str) -> Iterator[tuple[str, ...]]:
    """What people ask, as they type it."""
    person = ("--color", "always")
    yield ("list", "--body", BODY, "--overdue", *person)
    yield ("list", "--body", BODY, *person)
    yield ("list", "--overdue", *person)
    yield ("list", "--breach", *person)
    yield ("list", *person)
    yield ("list", "--subject", symbol, *person)
    yield ("status",)
    yield ("show", symbol, *person)
    yield ("explain", identifier)
    yield ("term", "2026-08-28", "--working-days", "5")


def asked(office: Grown, name: str) -> Iterator[Figure]:
    """What each question takes of the processor, and on the clock: the medians of TIMES. Of a
    server the processor is not counted."""
    store = office.pipe.store
    ((symbol, identifier),) = store.read(
        lambda tx: tx.rows(
            "SELECT s.symbol, o.id FROM stream s JOIN obligation o ON o.stream_id = s.id"
            " WHERE s.symbol IS NOT NULL AND o.rule = 'execution' AND o.closed_on IS NULL"
            " ORDER BY s.id DESC LIMIT 1"
        )
    )
    ((still,),) = store.read(
        lambda tx: tx.rows("SELECT COUNT(*) FROM obligation WHERE closed_on IS NULL")
    )
    store.close()
    for words in questions(symbol, identifier):
        took, worked = [], []
        for _ in range(TIMES):
            before = _processor()
            took.append(office.office.run(*words))
            worked.append(_processor() - before)
        shown = " ".join(words[: words.index("--color")] if "--color" in words else words)
        shown = shown.replace(symbol, "SYMBOL").replace(identifier, "ID")
        note = f"{median(took):.2f} s on the clock; {still:,} open; {load()}"
        what = f"dondoc {shown}, {name}: processor"
        yield Figure(what, median(worked), "s", TARGET_S, note)


def _processor() -> float:
    """Seconds of processor that commands which have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(obligations: int, present: int, on_postgres: bool) -> Iterator[Figure]:
    """Make the office and ask it."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder, postgres() as cluster:
        url = cluster.create_database() if on_postgres and cluster is not None else None
        office = grown(Path(folder) / "office", None, url, Growth(obligations, present=present))
        spread_over_bodies(office)
        engine = "PostgreSQL" if url else "SQLite"
        yield from asked(office, f"{engine}, {office.obligations:,} obligations")


def main() -> None:
    """Measure and print."""
    parser = options("asking", __doc__)
    parser.add_argument("--obligations", type=int, default=LARGE, help="how many")
    parser.add_argument("--present", type=int, default=PRESENT, help="copies of what is open")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not on SQLite")
    given = parser.parse_args()
    tell(measure(given.obligations, given.present, given.postgres), describe(), given.json)


if __name__ == "__main__":
    main()
