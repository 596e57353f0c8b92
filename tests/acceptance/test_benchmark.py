"""What an event costs and how long it takes, against the least consumer that stores it, on the
same machine in the same minute.

By processor time, since other tests run beside this one; and by the clock, since whoever sleeps
or waits for a lock or a disk takes no processor. Only gross regressions fail: less than half of
what was recorded; `python -m benchmarks` measures (docs/performance.md).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from support.rabbitmq import VirtualHost

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.consumers import consume
from benchmarks.contestants import FLOOR_QUEUE, Bench, dondoc
from benchmarks.events import declare, fill, new_documents

EVENTS = 3_000
TRIES = 5
RECORDED = {"processor": 0.12, "clock": 0.115}
"""What the floor that decodes an event and inserts a raw row in a batch takes for it, of what the
whole pipeline takes on SQLite for one new document with each event. The processor's is what this
test saw, the clock's that of the medians in benchmarks/recorded.json."""


def test_the_pipeline_keeps_half_of_its_recorded_ratios_to_the_floor(
    vhost: VirtualHost, tmp_path: Path
) -> None:
    tries: list[dict[str, float]] = []
    while len(tries) < TRIES and lost(tries):
        tries.append(ratios(vhost, tmp_path / str(len(tries))))
    assert lost(tries) == [], f"{tries}, where {RECORDED} was recorded"


def lost(tries: list[dict[str, float]]) -> list[str]:
    """What has been below half of its recorded ratio in every one of the *tries*."""
    return [
        name
        for name, recorded in RECORDED.items()
        if max((each[name] for each in tries), default=0.0) < recorded / 2
    ]


def ratios(vhost: VirtualHost, folder: Path) -> dict[str, float]:
    """Of one round: the floor first, then the service, each from its first work to its last."""
    declare(vhost.url, FLOOR_QUEUE)
    fill(vhost.url, FLOOR_QUEUE, new_documents(EVENTS))
    folder.mkdir()
    begun = time.thread_time()
    floor_rate, _ = consume(vhost.url, FLOOR_QUEUE, EVENTS, str(folder / "floor.db"))
    floor_cost = (time.thread_time() - begun) / EVENTS * 1e6
    bench = Bench(vhost.url, vhost.broker.pid, None, None, EVENTS, 0, 0)
    service = dondoc(bench, folder / "dondoc", sample=False)
    return {"processor": floor_cost / service.cpu["dondoc"], "clock": service.rate / floor_rate}
