"""Celery at the peers' work: two processes, late acknowledgement, prefetching, no results.

python -m benchmarks.peer_celery COUNT                # publishes so many events
celery --app benchmarks.peer_celery worker …          # works them off
"""

from __future__ import annotations

import json
import sys

from celery import Celery

from . import peer_work
from .events import new_documents

app = Celery("benchmarks", broker=peer_work.broker_url())
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=64,
    worker_send_task_events=False,
    task_default_queue="benchmark.celery",
)
take = app.task(name="take")(peer_work.take)


def main() -> None:
    """Publish."""
    with app.producer_or_acquire() as producer:
        for each in new_documents(int(sys.argv[1])):
            take.apply_async((json.loads(each.body),), producer=producer)


if __name__ == "__main__":
    main()
