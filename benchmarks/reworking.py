"""Reprocessing a long log: how fast, beside taking the same events in, and with how much memory.

The log is copied from a quarter of the sample (`cloning`), all of it in the present; nothing of
it is projected at first. Then `dondoc reprocess --all` writes everything, finds nothing that
differs, and shows what another regulation would make different. It must never be read as what a
service beside it would feel.

    python -m benchmarks.reworking [--events N] [--jobs N] [--json FILE]
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from dondoc import rules
from dondoc.commands.assembly.loading import REGULATION

from .cloning import Growth, grow
from .figures import Figure, load, options, tell
from .grown import quarter
from .inside import inside
from .machine import describe, family, resident_mib
from .services import COMMAND, environment

EVENTS = 1_000_000
LOOK_SECONDS = 2.0
TARGET = 0.2
"""Of the live time of an event: five times the live rate."""


def measure(events: int, jobs: int) -> Iterator[Figure]:
    """Fill a log, reprocess it three times."""
    with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
        place = Path(folder)
        url = f"sqlite:///{place / 'dondoc.db'}"
        pipe = inside(url)
        messages = quarter()
        costs = pipe.take_in(messages)
        pipe.store.close()
        live = sum(cost.wall for cost in costs) / len(messages)
        grow(url, Growth(0, present=max(0, events // len(messages) - 1), log_only=True))
        ((stored,),) = pipe.store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM event"))
        pipe.store.close()
        note = f"without a broker, batches of 300, {len(messages)} events of the sample; {load()}"
        yield Figure("live, for each event", live * 1e6, "µs", note=note)
        (place / "dondoc.toml").write_text(
            f'[database]\nurl = "{url}"\n[tracking]\nbodies = "sample"\n', encoding="utf-8"
        )
        yield from _one(place, "everything to write", stored, jobs, live)
        yield from _one(place, "nothing differs", stored, jobs, live)
        (place / "other.toml").write_text(_another_regulation(), encoding="utf-8")
        with (place / "dondoc.toml").open("a", encoding="utf-8") as settings:
            settings.write('regulations = ["other.toml"]\n')
        yield from _one(place, "another law, dry run", stored, jobs, live, "--dry-run")


def _another_regulation() -> str:
    """The product's, each term of so many working days a day longer."""
    text = files(rules).joinpath(*REGULATION.split("/")).read_text(encoding="utf-8")
    return re.sub(
        r"(working_days = |days = )(\d+)", lambda found: f"{found[1]}{int(found[2]) + 1}", text
    )


def _one(
    place: Path, what: str, events: int, jobs: int, live: float, *more: str
) -> Iterator[Figure]:
    """One run of the command, looked at meanwhile."""
    output = place / "differences.csv"
    work = [COMMAND, "reprocess", "--all", "--jobs", str(jobs), "--format", "csv", *more]
    begun = time.monotonic()
    with output.open("w", encoding="utf-8") as target:
        process = subprocess.Popen(work, cwd=place, env=environment(), stdout=target)
        looks: list[tuple[float, list[float]]] = []
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            looks.append((time.monotonic() - begun, [_held(pid) for pid in family(process.pid)]))
            time.sleep(LOOK_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, work)
    took = time.monotonic() - begun
    with output.open(encoding="utf-8") as lines:
        differing = sum(1 for _ in lines) - 1
    note = (
        f"{events:,} events in {took:.0f} s, {differing:,} obligations differ,"
        f" {(used.ru_utime + used.ru_stime) / events * 1e6:.0f} µs of processor an event; {load()}"
    )
    name = f"reprocess --jobs {jobs}, {what}"
    yield Figure(f"{name}: time of an event, of the live", took / events / live, "×", TARGET, note)
    looks = [(at, held) for at, held in looks if held]
    course = [looks[min(len(looks) - 1, len(looks) * n // 4)] for n in range(1, 5)]
    yield Figure(
        f"{name}: memory, the most of any process",
        max(max(held) for _, held in looks),
        "MiB",
        note="the command's own: "
        + ", ".join(f"{held[0]:.0f} at {at:.0f} s" for at, held in course),
    )


def _held(pid: int) -> float:
    try:
        return resident_mib(pid)
    except (ProcessLookupError, FileNotFoundError):  # it has ended meanwhile
        return 0.0


def main() -> None:
    """Measure and print."""
    parser = options("reworking", __doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="in the log")
    parser.add_argument("--jobs", type=int, default=2, help="processes that look")
    given = parser.parse_args()
    tell(measure(given.events, given.jobs), describe(), given.json)


if __name__ == "__main__":
    main()
