"""What work costs as the database grows: events, a scheduler's pass, figures, scrapes, commands.

A small and a large office with the same present are asked the same things in turns, so that the
machine is the same for both. It must never be read without `cloning`, which says what the large
one is made of.

    python -m benchmarks.growth [--obligations N] [--postgres] [--json FILE]
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import median

from dondoc.rules.event_types import SECRECY_CHANGED
from dondoc.storage.scheduling import let_time_pass

from .cloning import Growth
from .events import Sent, publish
from .figures import Figure, load, options, percentile, tell
from .grown import (
    FROM_SAMPLE,
    Grown,
    grown,
    new_since,
    only_due,
    open_moment,
    overdue_ids,
    quarter,
    spread_over_bodies,
)
from .inside import BATCH, Cost
from .machine import cpu_seconds, describe
from .servers import broker, postgres
from .services import QUEUE, Service
from .snapshots import snapshot_seconds

SMALL, LARGE = 10_000, 5_000_000
NEW_DOCUMENTS = 6_300
DUE, PASSES = 100, 8
LATER_DAYS = 7
"""The passes are some days after the present, when what is overdue is to be told again."""
SCRAPES, COMMANDS = 500, 3
SCRAPE_TARGET_MS = 20.0
SECRET_TARGET_MS = 300.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """The two offices, and the server's process where they are on PostgreSQL."""

    small: Grown
    large: Grown
    server: int | None

    def both(self) -> tuple[Grown, Grown]:
        """The small one first."""
        return self.small, self.large

    @property
    def name(self) -> str:
        """For the figures."""
        engine = "SQLite" if self.server is None else "PostgreSQL"
        return f"{engine}, {self.small.obligations:,} → {self.large.obligations:,} obligations"


def events(sizes: Sizes, kind: str, messages: Sequence[Sent]) -> Iterator[Figure]:
    """What an event costs in both, batch by batch in turns; the first batch warms up."""
    spent: dict[int, list[Cost]] = {0: [], 1: []}
    for start in range(0, len(messages), BATCH):
        batch = messages[start : start + BATCH]
        for at, each in enumerate(sizes.both()):
            spent[at].append(_one_batch(sizes, each, batch))
    small, large = [sum(one.cpu for one in spent[at][1:]) for at in spent]
    walls = [sum(one.wall for one in spent[at][1:]) for at in spent]
    count = len(messages) - BATCH
    note = (
        f"{small / count * 1e6:.0f} → {large / count * 1e6:.0f} µs of processor"
        f"{'' if sizes.server is None else ', the server included'},"
        f" {walls[0] / count * 1e6:.0f} → {walls[1] / count * 1e6:.0f} µs on the clock,"
        f" {count} events; {load()}"
    )
    yield Figure(f"{kind}, {sizes.name}: processor", large / small, "×", 1.3, note)
    yield Figure(f"{kind}, {sizes.name}: clock", walls[1] / walls[0], "×", 1.3)


def _apart(messages: Sequence[Sent]) -> tuple[list[Sent], list[Sent]]:
    """*messages* without those that make a document secret, and these."""
    secret = [
        SECRECY_CHANGED.encode() in each.body + repr(each.headers).encode() for each in messages
    ]
    return (
        [each for each, is_one in zip(messages, secret, strict=True) if not is_one],
        [each for each, is_one in zip(messages, secret, strict=True) if is_one],
    )


def redacted(sizes: Sizes, messages: Sequence[Sent]) -> Iterator[Figure]:
    """What it takes to make a document secret: what quotes it is looked for in the log."""
    spent = [[_one_batch(sizes, each, [one]) for one in messages] for each in sizes.both()]
    for name in ("cpu", "wall"):
        small, large = (median(getattr(one, name) for one in costs) * 1000 for costs in spent)
        yield Figure(
            f"a document made secret, {sizes.name}: {_WORDS[name]}",
            large,
            "ms",
            SECRET_TARGET_MS,
            f"median of {len(messages)}: {small:.0f} → {large:.0f} ms; {load()}",
        )


def _one_batch(sizes: Sizes, each: Grown, batch: Sequence[Sent]) -> Cost:
    before = 0.0 if sizes.server is None else cpu_seconds([sizes.server])
    (cost,) = each.pipe.take_in(batch)
    served = 0.0 if sizes.server is None else cpu_seconds([sizes.server]) - before
    return Cost(cost.wall, cost.cpu + served)


def passes(sizes: Sizes) -> Iterator[Figure]:
    """What the scheduler's pass costs with DUE obligations due."""
    moment = open_moment(sizes.small.pipe.law, LATER_DAYS)
    ids = overdue_ids(sizes.small)
    spent: dict[int, list[Cost]] = {0: [], 1: []}
    written = 0
    for number in range(PASSES + 1):
        due = ids[number * DUE : (number + 1) * DUE]
        for at, each in enumerate(sizes.both()):
            if number == 0:
                # The first of a day projects what that day opens; none of it is counted.
                only_due(each, moment, [])
                _pass(each, moment)
            only_due(each, moment, due)
            cost, new = _pass(each, moment)
            if number:
                spent[at].append(cost)
                written += new
    for name in ("cpu", "wall"):
        small, large = (median(getattr(one, name) for one in spent[at]) for at in spent)
        yield Figure(
            f"a scheduler's pass with {DUE} due, {sizes.name}: {_WORDS[name]}",
            large / small,
            "×",
            1.5,
            f"median {small * 1000:.1f} → {large * 1000:.1f} ms, {PASSES} passes,"
            f" {written / 2 / PASSES:.0f} reminders written in each; {load()}",
        )


_WORDS = {"cpu": "processor", "wall": "clock"}


def _pass(each: Grown, moment: datetime) -> tuple[Cost, int]:
    wall, cpu = time.perf_counter(), time.process_time()
    new = let_time_pass(each.pipe.store, each.pipe.law, each.pipe.texts, moment)
    return Cost(time.perf_counter() - wall, time.process_time() - cpu), new


def snapshots(sizes: Sizes) -> Iterator[Figure]:
    """What reading and rendering the figures of the day costs."""
    times = [snapshot_seconds(each) for each in sizes.both()]
    yield Figure(
        f"a snapshot of the figures, {sizes.name}: clock",
        times[1] / times[0],
        "×",
        note=f"median {times[0] * 1000:.0f} → {times[1] * 1000:.0f} ms; {load()}",
    )


def scrapes(sizes: Sizes, broker_url: str) -> Iterator[Figure]:
    """What a scrape over HTTP takes, with nothing to do and while events are worked off."""
    for each in sizes.both():
        name = f"{each.obligations:,} obligations, 100 bodies"
        with each.office.running() as (service,):
            while service.total("dondoc_obligations{") < 1:
                time.sleep(0.1)
            series = service.metrics().count("\n")
            yield from scraped(f"scrape, {name}, idle", service, f"{series} lines")
            publish(broker_url, QUEUE, list(islice(new_since(), 20_000, 40_000)))
            yield from scraped(f"scrape, {name}, at work", service, f"{series} lines")


def scraped(what: str, service: Service, told: str) -> Iterator[Figure]:
    """The times of some scrapes of *service*, whose page *told* describes."""
    times = []
    for _ in range(SCRAPES):
        begun = time.perf_counter()
        service.metrics()
        times.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.01)
    note = f"{told}, {SCRAPES} scrapes; {load()}"
    yield Figure(f"{what}: median", median(times), "ms", note=note)
    yield Figure(f"{what}: p99", percentile(times, 0.99), "ms", SCRAPE_TARGET_MS, note)


def commands(sizes: Sizes) -> Iterator[Figure]:
    """What a user waits for; for orientation."""
    (identifier,) = overdue_ids(sizes.small)[:1]
    ((subject,),) = sizes.small.pipe.store.read(
        lambda tx: tx.rows("SELECT subject FROM obligation WHERE id=%s", identifier)
    )
    for words in (
        ("status",),
        ("list", "--state", "overdue"),
        ("list", "--subject", subject),
        ("show", subject),
        ("explain", identifier),
    ):
        took = [median(each.office.run(*words) for _ in range(COMMANDS)) for each in sizes.both()]
        shown = " ".join(words[:2] if words[0] == "list" else words[:1])
        yield Figure(
            f"dondoc {shown}, {sizes.name}", took[1], "s", note=f"{took[0]:.2f} → {took[1]:.2f} s"
        )


def measure(obligations: int, on_postgres: bool) -> Iterator[Figure]:
    """Build both offices and ask them."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node, postgres() as cluster:
            new: Callable[[], str | None] = lambda: None  # noqa: E731
            server = None
            if on_postgres and cluster is not None and cluster.process is not None:
                new, server = cluster.create_database, cluster.process.pid
            begun = time.monotonic()
            small = grown(place / "small", node.url(), new(), Growth(SMALL))
            large = grown(place / "large", node.url(), new(), Growth(obligations))
            sizes = Sizes(small, large, server)
            yield Figure(f"filled, {sizes.name}", time.monotonic() - begun, "s")
            yield from events(sizes, "new documents", list(islice(new_since(), NEW_DOCUMENTS)))
            later, redactions = _apart(quarter()[FROM_SAMPLE:])
            yield from events(sizes, "the sample goes on", later)
            yield from redacted(sizes, redactions)
            yield from passes(sizes)
            yield from commands(sizes)
            for each in sizes.both():
                spread_over_bodies(each)
            yield from snapshots(sizes)
            for each in sizes.both():
                each.pipe.store.close()
            yield from scrapes(sizes, node.url())


def main() -> None:
    """Measure and print."""
    parser = options("growth", __doc__)
    parser.add_argument("--obligations", type=int, default=LARGE, help="of the large office")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not on SQLite")
    given = parser.parse_args()
    tell(measure(given.obligations, given.postgres), describe(), given.json)


if __name__ == "__main__":
    main()
