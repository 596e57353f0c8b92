"""What was measured, as a table to read and as JSON to compare with. It must never round what
goes into the JSON, nor leave a round out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from statistics import median

from .watching import Seen

FLOOR = "floor: acknowledge"
PEERS = "peer: "


def as_json(machine: Mapping[str, str], rounds: Mapping[str, Sequence[Seen]]) -> str:
    """All rounds of everybody, with the machine they ran on."""
    contestants = {
        name: {
            "events a second": [each.rate for each in seen],
            "median": median(each.rate for each in seen),
            "microseconds of processor an event": _cpu(seen),
        }
        for name, seen in rounds.items()
    }
    return json.dumps({"machine": machine, "contestants": contestants}, indent=2)


def as_markdown(machine: Mapping[str, str], rounds: Mapping[str, Sequence[Seen]]) -> str:
    """The medians, as ratios to the do-nothing floor and to the best peer."""
    rates = {name: median(each.rate for each in seen) for name, seen in rounds.items()}
    peers = [rate for name, rate in rates.items() if name.startswith(PEERS)]
    lines = [
        "; ".join(f"{name} {value}" for name, value in machine.items()),
        "",
        "| contestant | events/s, median (least–most) | × floor | × best peer | µs CPU an event |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, seen in rounds.items():
        each = [one.rate for one in seen]
        to_floor = f"{rates[name] / rates[FLOOR]:.3f}" if FLOOR in rates else ""
        to_peer = f"{rates[name] / max(peers):.2f}" if peers else ""
        cpu = ", ".join(f"{group} {spent:.0f}" for group, spent in _cpu(seen).items())
        lines.append(
            f"| {name} | {rates[name]:,.0f} ({min(each):,.0f}–{max(each):,.0f}) |"
            f" {to_floor} | {to_peer} | {cpu} |"
        )
    return "\n".join(lines)


def _cpu(seen: Sequence[Seen]) -> dict[str, float]:
    """The median of each group of processes."""
    return {group: median(each.cpu[group] for each in seen) for group in seen[0].cpu}
