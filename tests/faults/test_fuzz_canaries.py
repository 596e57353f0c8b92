"""Some rounds of the generator of canaries on each database; `python -m tests.fuzz canaries` goes
on where they end."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz.canaries import CanaryRounds
from fuzz.rounds import Plan

SEED = 10


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("database", "mode"), [("sqlite", "event"), ("sqlite", "backup"), ("postgresql", "analyse")]
)
def test_no_canary_of_what_became_secret_is_left(database: str, mode: str, tmp_path: Path) -> None:
    rounds = CanaryRounds(Plan(database, SEED, tmp_path), (mode,))
    try:
        tried = rounds.round(random.Random(f"{SEED}:{mode}"))
    finally:
        rounds.close()
    assert tried["canaries"] > 500
