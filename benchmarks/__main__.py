"""How fast dondoc takes events in, beside two floors and three peers, in one run on one machine.

Everybody takes turns on the benchmark's own broker and database server, so that only ratios
within a run mean something. It must never be given servers that are used: it starts its own.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks [--rounds N] [--quick] [--only WORD] [--json FILE]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from .contestants import Bench, dondoc, floor, installed, peer
from .machine import describe
from .report import as_json, as_markdown
from .servers import broker, postgres
from .watching import Seen

PEERS = {"FastStream": "faststream", "Celery": "celery", "dramatiq": "dramatiq"}
SIZES, QUICK_SIZES = (12_000, 2_000, 30_000), (6_000, 1_000, 3_000)
"""How many events: dondoc's, each peer's, each floor's."""
Measure = Callable[[Bench, Path], Seen]


def contestants(with_postgres: bool) -> dict[str, Measure]:
    """Everybody who can take part on this machine, in the order of a round."""
    found: dict[str, Measure] = {
        "floor: acknowledge": partial(floor, "acknowledge"),
        "floor: decode and insert": partial(floor, "insert"),
    }
    for name, package in PEERS.items():
        if installed(package):
            found[f"peer: {name}"] = partial(peer, package)
        else:
            _say(f"NOT MEASURED: {name} is not installed (benchmarks/requirements.txt)")
    for sample, what in ((True, "sample's mix"), (False, "new documents")):
        found[f"dondoc: {what}, SQLite"] = partial(dondoc, sample=sample)
        for instances in (1, 2) if with_postgres else ():
            name = f"dondoc: {what}, PostgreSQL, instances: {instances}"
            found[name] = partial(dondoc, sample=sample, postgres=True, instances=instances)
    if not with_postgres:
        _say("NOT MEASURED: PostgreSQL is not installed")
    return found


def measure(rounds: int, sizes: tuple[int, int, int], only: str) -> dict[str, list[Seen]]:
    """All rounds of everybody whose name has *only* in it."""
    events, peer_events, floor_events = sizes
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        with broker(place / "broker") as node, postgres() as cluster:
            process = cluster.process if cluster else None
            bench = Bench(
                broker_url=node.url(),
                broker_pid=node.pid,
                new_database=cluster.create_database if cluster else None,
                database_pid=process.pid if process else None,
                events=events,
                peer_events=peer_events,
                floor_events=floor_events,
            )
            wanted = {n: one for n, one in contestants(cluster is not None).items() if only in n}
            seen: dict[str, list[Seen]] = {name: [] for name in wanted}
            for number in range(rounds):
                for turn, (name, one) in enumerate(wanted.items()):
                    office = place / f"{number}-{turn}"
                    seen[name].append(one(bench, office))
                    _say(f"round {number + 1}: {name}: {seen[name][-1].rate:,.0f} events/s")
                    shutil.rmtree(office)
    return seen


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often everybody's turn comes")
    parser.add_argument("--quick", action="store_true", help="fewer events: a look, no figure")
    parser.add_argument("--only", default="", help="only those with this in their name")
    parser.add_argument("--json", type=Path, help="write every round to this file")
    given = parser.parse_args()
    machine = describe()
    sizes = QUICK_SIZES if given.quick else SIZES
    seen = measure(given.rounds, sizes, given.only)
    if given.json is not None:
        given.json.write_text(as_json(machine, seen) + "\n", encoding="utf-8")
    print(as_markdown(machine, seen))


if __name__ == "__main__":
    main()
