"""What a run in the suite must have shown besides that nothing is lost: that it hit something."""

from __future__ import annotations

from pathlib import Path

import pytest
from private_broker import missing
from support.postgres import missing_parts

from .run import Plan, run
from .world import POSTGRESQL


def held(plan: Plan, folder: Path) -> None:
    """Run *plan* in *folder*; fails where a promise was broken or the run proved too little."""
    lacking = [missing(), *(missing_parts() if plan.database == POSTGRESQL else [])]
    if any(lacking):
        pytest.skip(f"NOT TESTED under faults, missing: {', '.join(filter(None, lacking))}")
    outcome = run(plan, folder, print)
    print(outcome.told())
    assert outcome.lost == [], outcome.told()
    assert outcome.kills.total() == plan.rounds
    assert outcome.hits >= plan.rounds * 0.6, "most kills hit nothing: the run proves too little"
    assert outcome.stored >= 2_000
    assert outcome.reminders > 100
    assert outcome.letters > 50
