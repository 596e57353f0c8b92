"""Counts what became of a batch, for the metrics of the service; no label comes from a message."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from ..metrics.pipeline import PipelineMetrics
from .handled import Handled, Result
from .transport import Delivery


def count(
    metrics: PipelineMetrics,
    deliveries: Sequence[Delivery],
    handled: Sequence[Handled],
    now: datetime,
) -> None:
    """Count *deliveries*, of which became what *handled* says, and that is committed; *now* is an
    aware time."""
    committed = time.monotonic()
    for delivery, each in zip(deliveries, handled, strict=True):
        for event in each.events:
            metrics.event(event.type, event.result)
        if each.result is Result.FOREIGN:
            metrics.foreign(each.reason)
            continue
        metrics.processed(committed - delivery.received)
        if each.result is Result.NOTHING:
            metrics.silent(each.reason)
        elif each.result is Result.DISCARDED:
            metrics.secret(each.level, now)
        elif each.time is not None:
            metrics.lag((now - each.time).total_seconds())
