"""Which deliveries make one batch: how many, how many bytes, and none redelivered beside others."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from .messages import Batch, Delivery


@dataclass(frozen=True, slots=True)
class Most:
    """What a batch may hold: so many deliveries, of so many bytes, or one that is larger."""

    count: int
    size: int

    def join(self, waiting: deque[Batch]) -> Batch:
        """The first of *waiting*, with those behind it as far as one batch goes; all of them leave
        *waiting*.

        A worker that is behind would otherwise never get out of it: small batches make many
        commits and small acknowledgements, and these make small batches.
        """
        first = waiting.popleft()
        deliveries, size = list(first.deliveries), first.size
        while (
            waiting
            and len(deliveries) + len(waiting[0].deliveries) <= self.count
            and (size := size + waiting[0].size) <= self.size
            and waiting[0].deliveries[0].redelivered == deliveries[0].redelivered
        ):
            deliveries += waiting.popleft().deliveries
        return Batch(first.epoch, tuple(deliveries))


class Collected:
    """What has come and is to be a batch."""

    def __init__(self, most: Most) -> None:
        self._most = most
        self._deliveries: list[Delivery] = []
        self._size = 0

    def __len__(self) -> int:
        return len(self._deliveries)

    def takes(self, delivery: Delivery) -> bool:
        """Whether *delivery* may be in the same batch."""
        return not self._deliveries or (
            self._deliveries[0].redelivered == delivery.redelivered
            and self._size + delivery.size <= self._most.size
        )

    def add(self, delivery: Delivery) -> bool:
        """Put *delivery* into the batch; gives whether that is full."""
        self._deliveries.append(delivery)
        self._size += delivery.size
        return len(self._deliveries) >= self._most.count or self._size >= self._most.size

    def batch(self, epoch: int) -> Batch:
        """What was collected, as a batch of the connection *epoch*; nothing is collected then."""
        batch = Batch(epoch, tuple(self._deliveries))
        self._deliveries.clear()
        self._size = 0
        return batch
