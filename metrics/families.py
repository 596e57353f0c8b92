"""Gauges as Prometheus reads them, made of figures by the values of their labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

Key = tuple[Any, ...]
"""What a figure is of: the values of its labels, a window as its number of days."""


UNKNOWN = "unknown"
"""The label of every body that the directory does not have, so that labels stay bounded; and of the
regulation and the article of a rule that no regulation has any more."""


def family(
    name: str, text: str, labels: Sequence[str], figures: Iterable[tuple[Key, float]]
) -> Metric:
    """A gauge for each key, windows as "7d"; none where the figure is zero."""
    made = GaugeMetricFamily(name, text, labels=labels)
    for key, figure in sorted(figures):
        if figure:
            made.add_metric([f"{part}d" if isinstance(part, int) else part for part in key], figure)
    return made


def single(name: str, text: str, figure: float) -> Metric:
    """A gauge without labels, zero too: an alert must be able to tell it from no figure."""
    return GaugeMetricFamily(name, text, value=figure)
