"""FastStream at the peers' work: one process, prefetching, acknowledged when the handler is done.

python -m benchmarks.peer_faststream
"""

from __future__ import annotations

import asyncio
from typing import Any

from faststream import FastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

from . import peer_work

QUEUE = "benchmark.faststream"

broker = RabbitBroker(
    peer_work.broker_url(), default_channel=Channel(prefetch_count=100), logger=None
)


async def take(event: dict[str, Any]) -> None:
    """One event, decoded by FastStream."""
    peer_work.take(event)


broker.subscriber(RabbitQueue(QUEUE, queue_type=QueueType.QUORUM, durable=True))(take)

if __name__ == "__main__":
    asyncio.run(FastStream(broker).run())
