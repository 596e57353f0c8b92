"""One figure that was measured, what it is held against, and all of them as a table and as JSON.
It must never round what goes into the JSON."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from dondoc.rules.events import LOCAL


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``; ``target``: the most that it may be, in the same unit, or None;
    ``note``: how it was taken."""

    what: str
    value: float
    unit: str
    target: float | None = None
    note: str = ""


def as_markdown(figures: Iterable[Figure]) -> str:
    """The figures as a table, one line each."""
    lines = ["| what | figure | target | how |", "| --- | --- | --- | --- |"]
    for each in figures:
        target = "" if each.target is None else f"{_outcome(each)}{each.target:g} {each.unit}"
        lines.append(f"| {each.what} | {_short(each.value)} {each.unit} | {target} | {each.note} |")
    return "\n".join(lines)


def _outcome(figure: Figure) -> str:
    return "" if figure.value <= (figure.target or 0) else "**missed**: "


def _short(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def as_json(machine: Mapping[str, str], figures: Iterable[Figure]) -> str:
    """The figures and the machine they were taken on."""
    return json.dumps(
        {"machine": dict(machine), "figures": [asdict(each) for each in figures]},
        indent=2,
        ensure_ascii=False,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that *share* of *values*, which are some, do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def load() -> str:
    """How busy the machine is now, for a figure's note."""
    return f"load {os.getloadavg()[0]:.1f}"


def tell(figures: Iterator[Figure], machine: Mapping[str, str], target: Path | None) -> None:
    """Print each figure as it comes, then the table; write JSON to *target*, unless None."""
    found: list[Figure] = []
    for each in figures:
        found.append(each)
        time = datetime.now(LOCAL).strftime("%H:%M:%S")
        print(f"{time} {each.what}: {_short(each.value)} {each.unit} {each.note}", flush=True)
        if target is not None:
            # At once: what was measured for an hour should survive what comes after it.
            target.write_text(as_json(machine, found) + "\n", encoding="utf-8")
    print(as_markdown(found))


def options(module: str, doc: str | None) -> argparse.ArgumentParser:
    """The parser of a command of the benchmarks, with what they have in common."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{module}", description=(doc or "").partition("\n")[0]
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser
