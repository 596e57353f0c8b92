"""Gauges rendered as text, both formats being the same but for the end of one."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.metrics_core import Metric
from prometheus_client.utils import floatToGoString


def render(gauges: Iterable[Metric]) -> bytes:
    """Families of gauges as text, the same in the Prometheus format and in OpenMetrics but for
    the latter's end.

    The client library gives the same bytes in three times as long, which other threads feel.
    A help text may hold no quote and no backslash: the formats differ there.
    """
    lines = []
    for family in gauges:
        lines.append(f"# HELP {family.name} {family.documentation}\n# TYPE {family.name} gauge\n")
        for sample in family.samples:
            labels = ",".join(
                [f'{name}="{_escaped(value)}"' for name, value in sorted(sample.labels.items())]
            )
            figure = floatToGoString(sample.value)  # type: ignore[no-untyped-call]
            lines.append(
                f"{sample.name}{{{labels}}} {figure}\n" if labels else f"{sample.name} {figure}\n"
            )
    return "".join(lines).encode()


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
