"""Where the running service spends its time, by py-spy: stages of the way of an event, functions
with what they call, and functions alone.

py-spy looks at the process from outside many times a second, so that nothing is dearer than it
is, as under cProfile; it needs leave to trace (root, or a process of one's own where the kernel
allows that). It must never be pointed at a service in use.

    python -m benchmarks.sampling [--events N] [--seconds N] [--stream "new documents"]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .events import fill
from .pipeline import STREAMS
from .servers import broker
from .services import QUEUE, Office, Service

RATE = 200
"""Looks a second."""
SHOWN = 0.01
"""The least share that is shown."""
_FRAME = re.compile(r"^(?P<function>.+) \((?P<file>[^()]+):\d+\)$")
_SPY = str(Path(sys.executable).parent / "py-spy")


_WAITING = frozenset(
    {
        "pika/adapters/select_connection.py PollPoller.poll",
        "selectors.py _PollLikeSelector.select",
        "threading.py Condition.wait",
    }
)
"""What a thread that has nothing to do stands in; py-spy does not see that everywhere."""
_STAGES = {
    "connector/contract/guard.py inspect": "guard",
    "connector/contract/data/validation.py validate": "contract: the data, by marshmallow",
    "storage/streams.py ask_claimed": "streams claimed",
    "storage/history.py ask_histories.<locals>.read": "histories read",
    "storage/stored_rows.py ask_obligations.<locals>.read": "stored rows read",
    "storage/stored_rows.py ask_tasks.<locals>.read": "stored rows read",
    "rules/law.py Law.judge": "projection",
    "rules/law.py Law.project": "projection",
    "storage/projecting.py compare": "rows made and compared",
    "storage/hot_projecting.py _compare": "rows made and compared",
    "storage/hot_streams.py size_of": "what is remembered, weighed",
    "storage/projecting.py write": "rows written",
    "storage/projecting.py Basis.attention": "first day of attention",
    "storage/taking_in.py _Batch._append": "log written",
    "peewee.py Database.commit": "commit",
}
"""The stages by the function each begins with; the innermost one counts."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all ``looks`` at which a thread was at work: by stage, or by thread where it is none;
    by function of dondoc's, what it calls included; by function of anybody's, alone."""

    looks: int
    stages: Counter[str]
    whole: Counter[str]
    alone: Counter[str]


def summed(lines: Iterable[str]) -> Shares:
    """The shares of what py-spy wrote in its format `raw`: stacks with the number of looks."""
    stages, whole, alone = Counter[str](), Counter[str](), Counter[str]()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        thread, *frames = stack.split(";")
        number, named = int(count), list(_named(frames))
        if not named or named[-1][0] in _WAITING:
            continue
        names = [name for name, _ in named]
        # The thread's id stands before its name.
        told = (_STAGES[name] for name in reversed(names) if name in _STAGES)
        stages[next(told, f"else, thread {thread.partition(': ')[2]}")] += number
        # A function that calls itself is in a stack several times.
        for name in {name for name, own in named if own}:
            whole[name] += number
        alone[names[-1]] += number
    return Shares(stages.total(), stages, whole, alone)


def _named(frames: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each frame as file and function, and whether it is dondoc's."""
    root = Path(__file__).resolve().parent.parent.name + "/"
    for frame in frames:
        found = _FRAME.match(frame)
        if found is not None:
            file = found["file"]
            yield f"{file.removeprefix(root)} {found['function']}", file.startswith(root)


def sample(service: Service, seconds: int, place: Path) -> Shares:
    """Look at *service* for so long. Raises CalledProcessError where py-spy may not."""
    target = place / "stacks.raw"
    work = [_SPY, "record", "--format", "raw", "--threads", "--rate", str(RATE)]
    work += ["--duration", str(seconds), "--output", str(target), "--pid", str(service.pid)]
    subprocess.run(work, check=True, stdout=subprocess.DEVNULL)
    return summed(target.read_text(encoding="utf-8").splitlines())


def as_markdown(shares: Shares) -> str:
    """Three tables, the largest first."""
    parts = {"stage": shares.stages, "with what it calls": shares.whole, "alone": shares.alone}
    lines = []
    for title, counted in parts.items():
        lines += [f"| {title} | share |", "| --- | --- |"]
        for name, count in counted.most_common():
            if count >= SHOWN * shares.looks:
                lines.append(f"| {name} | {count / shares.looks:.1%} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Fill a queue, look at the service that works it off, print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sampling", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--events", type=int, default=30_000, help="how many wait in the queue")
    parser.add_argument("--seconds", type=int, default=8, help="how long to look")
    parser.add_argument("--stream", choices=STREAMS, help="one of the streams alone")
    given = parser.parse_args()
    for name in [given.stream] if given.stream else STREAMS:
        with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
            place = Path(folder)
            with broker(place / "broker") as node:
                office = Office(place / "office", node.url())
                fill(node.url(), QUEUE, STREAMS[name](given.events))
                with office.running() as (service,):
                    while not service.done():
                        time.sleep(0.05)
                    shares = sample(service, given.seconds, place)
                    left = given.events - service.done()
        print(f"## {name}: {shares.looks} looks at {RATE} a second, {left} events left\n")
        print(as_markdown(shares))


if __name__ == "__main__":
    main()
