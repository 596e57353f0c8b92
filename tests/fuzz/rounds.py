"""What every generator's run has in common: rounds by number, each repeatable from its seed.

A run is a row of rounds. Round *n* of seed *s* does the same whenever it is run again, so that a
run can be taken up where it stopped (``first``), and a finding repeated alone. A generator
imagines; what it finds wrong it raises as `Found`, with the smallest input that still shows it
where it could make one.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASES = (SQLITE, POSTGRESQL)


@dataclass(frozen=True)
class Plan:
    """What to run: ``minutes`` of rounds from number ``first`` on, beside one kind of database.

    ``folder`` is for whatever the run writes; what a finding leaves there stays.
    """

    database: str
    seed: int
    folder: Path
    minutes: float = 1.0
    first: int = 0


class Found(AssertionError):
    """A promise that did not hold. ``kept``: the file with the input that shows it."""

    def __init__(self, what: str, kept: Path | None = None) -> None:
        super().__init__(what)
        self.kept = kept


class Generator(Protocol):
    """A generator at work on a running system, made for one plan."""

    def round(self, chance: random.Random) -> Counter[str]:
        """Imagine and try once; what was tried, counted by kind. Raises `Found`."""

    def close(self) -> None:
        """End whatever was started."""


@dataclass
class Fate:
    """What a run came to."""

    name: str
    plan: Plan
    rounds: int = 0
    seconds: float = 0.0
    tried: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def told(self) -> str:
        """The run in a few lines, as docs/guarantees.md quotes them."""
        last = self.plan.first + max(self.rounds, 1) - 1
        counts = ", ".join(f"{number:,} {what}" for what, number in sorted(self.tried.items()))
        ran = (
            f"{self.name} on {self.plan.database}, seed {self.plan.seed}: "
            f"rounds {self.plan.first} to {last}, {self.seconds:.0f} s"
        )
        tried = f"tried: {counts or 'nothing'}"
        return "\n".join([ran, tried, f"found: {len(self.findings)}", *self.findings])


def run(
    name: str, make: Callable[[Plan], Generator], plan: Plan, say: Callable[[str], None]
) -> Fate:
    """Run rounds until the plan's minutes are over, at least one; stops at the first finding."""
    outcome = Fate(name, plan)
    generator = make(plan)
    began = told = time.monotonic()
    try:
        while not outcome.rounds or time.monotonic() - began < plan.minutes * 60:
            number = plan.first + outcome.rounds
            try:
                outcome.tried += generator.round(random.Random(f"{plan.seed}:{number}"))
            except Found as found:
                kept = f" (kept in {found.kept})" if found.kept else ""
                outcome.findings.append(f"round {number}: {found}{kept}")
                break
            finally:
                outcome.rounds += 1
            if time.monotonic() - told >= 30:
                told = time.monotonic()
                say(f"round {number}: {dict(outcome.tried)}")
    finally:
        outcome.seconds = time.monotonic() - began
        generator.close()
    return outcome
