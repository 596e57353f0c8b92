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
    """The medians; ratios to the do-nothing floor and to the best peer are taken within each
    round, since a machine with other work to do is not the same a minute later."""
    rates = {name: [each.rate for each in seen] for name, seen in rounds.items()}
    peers = [each for name, each in rates.items() if name.startswith(PEERS)]
    best = [max(turn) for turn in zip(*peers, strict=True)]
    lines = [
        "; ".join(f"{name} {value}" for name, value in machine.items()),
        "",
        "| contestant | events/s, median (least–most) | × floor | × best peer | µs CPU an event |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, each in rates.items():
        cpu = ", ".join(f"{group} {spent:.0f}" for group, spent in _cpu(rounds[name]).items())
        lines.append(
            f"| {name} | {median(each):,.0f} ({min(each):,.0f}–{max(each):,.0f}) |"
            f" {_ratio(each, rates.get(FLOOR))} | {_ratio(each, best)} | {cpu} |"
        )
    return "\n".join(lines)


def _ratio(rates: Sequence[float], others: Sequence[float] | None) -> str:
    """The median of the rounds' ratios; nothing where the others did not take part."""
    if not others:
        return ""
    return f"{median(one / other for one, other in zip(rates, others, strict=True)):.3f}"


def _cpu(seen: Sequence[Seen]) -> dict[str, float]:
    """The median of each group of processes."""
    return {group: median(each.cpu[group] for each in seen) for group in seen[0].cpu}
