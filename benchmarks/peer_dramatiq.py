"""dramatiq at the peers' work: two processes of four threads; it acknowledges when a task is done.

python -m benchmarks.peer_dramatiq COUNT              # publishes so many events
dramatiq benchmarks.peer_dramatiq …                   # works them off
"""

from __future__ import annotations

import json
import sys

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from . import peer_work
from .events import new_documents

dramatiq.set_broker(RabbitmqBroker(url=peer_work.broker_url()))
take = dramatiq.actor(actor_name="take", queue_name="benchmark.dramatiq")(peer_work.take)


def main() -> None:
    """Publish."""
    for each in new_documents(int(sys.argv[1])):
        take.send(json.loads(each.body))


if __name__ == "__main__":
    main()
