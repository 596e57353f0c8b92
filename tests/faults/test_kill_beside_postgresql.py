"""Events keep coming while everything is killed, and in the end nothing is lost or twice: beside
PostgreSQL.

`python -m tests.faults` does the same for as long as one likes; docs/guarantees.md has figures.
A file of its own, so that the other database's run can go on beside it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.harness.held import held
from faults.harness.run import Plan
from faults.harness.world import POSTGRESQL


@pytest.mark.timeout(900)
def test_three_instances_beside_postgresql_lose_nothing_and_do_nothing_twice(
    tmp_path: Path,
) -> None:
    held(Plan(rounds=6, seed=22, database=POSTGRESQL, instances=3), tmp_path)
