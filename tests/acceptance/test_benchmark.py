"""What an event costs, against what the least consumer there can be costs on the same machine.

Processor time and not the clock: other tests run beside this one. Only gross regressions fail,
which is half of what was recorded; `python -m benchmarks` measures (docs/performance.md).
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

EVENTS = 1_500
TRIES = 2
RECORDED = 0.12
"""The processor time an event costs the floor that decodes it and inserts a raw row in a batch,
of what it costs the whole pipeline on SQLite, for one new document with each event."""


def test_the_pipeline_keeps_half_of_its_recorded_ratio_to_the_floor(
    vhost: VirtualHost, tmp_path: Path
) -> None:
    ratios: list[float] = []
    while len(ratios) < TRIES and max(ratios, default=0) < RECORDED / 2:
        folder = tmp_path / str(len(ratios))
        ratios.append(floor_cost(vhost.url, folder) / pipeline_cost(vhost, folder))
    assert max(ratios) >= RECORDED / 2, f"{ratios}, where {RECORDED} was recorded"


def floor_cost(url: str, folder: Path) -> float:
    """Microseconds of processor an event of the floor, on this thread."""
    declare(url, FLOOR_QUEUE)
    fill(url, FLOOR_QUEUE, new_documents(EVENTS))
    folder.mkdir()
    begun = time.thread_time()
    consume(url, FLOOR_QUEUE, EVENTS, str(folder / "floor.db"))
    return (time.thread_time() - begun) / EVENTS * 1e6


def pipeline_cost(vhost: VirtualHost, folder: Path) -> float:
    """Microseconds of processor an event of the service, once it is at work."""
    bench = Bench(vhost.url, vhost.broker.pid, None, None, EVENTS, 0, 0)
    return dondoc(bench, folder / "dondoc", sample=False).cpu["dondoc"]
