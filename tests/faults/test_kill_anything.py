"""Events keep coming while everything is killed, and in the end nothing is lost or twice.

`python -m tests.faults` does the same for as long as one likes; docs/guarantees.md has figures.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.harness.run import Outcome, Plan, run
from faults.harness.world import POSTGRESQL, SQLITE
from private_broker import missing
from support.postgres import missing_parts


def held(plan: Plan, folder: Path) -> Outcome:
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
    return outcome


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_twice_whatever_is_killed_beside_sqlite(tmp_path: Path) -> None:
    held(Plan(rounds=12, seed=20, database=SQLITE), tmp_path)


@pytest.mark.timeout(300)
def test_three_instances_beside_postgresql_lose_nothing_and_do_nothing_twice(
    tmp_path: Path,
) -> None:
    held(Plan(rounds=18, seed=22, database=POSTGRESQL, instances=3), tmp_path)
