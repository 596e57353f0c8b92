"""Events keep coming while everything is killed, and in the end nothing is lost or twice: beside
SQLite.

`python -m tests.faults` does the same for as long as one likes; docs/guarantees.md has figures.
A file of its own, so that the other database's run can go on beside it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.harness.held import held
from faults.harness.run import Plan
from faults.harness.world import SQLITE


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_twice_whatever_is_killed_beside_sqlite(tmp_path: Path) -> None:
    held(Plan(rounds=4, seed=20, database=SQLITE), tmp_path)
