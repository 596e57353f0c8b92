"""The label that tells the figures of one unit from those of another in the same Prometheus.

Where the settings name no unit there is no label, and every series is as it always was. The label
`unit` is left to whoever sets up Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

UNIT_LABEL = "dondoc_unit"


def of_unit(families: Iterable[Metric], unit: str | None) -> Iterator[Metric]:
    """*families* with the *unit* on each of their samples; as they are for None."""
    for family in families:
        if unit is not None:
            family.samples = [
                each._replace(labels={**each.labels, UNIT_LABEL: unit}) for each in family.samples
            ]
        yield family


class OfUnit(Collector):
    """What is in *registry*, with the *unit* on each sample."""

    def __init__(self, registry: CollectorRegistry, unit: str | None) -> None:
        self._registry = registry
        self._unit = unit

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        return of_unit(self._registry.collect(), self._unit)
