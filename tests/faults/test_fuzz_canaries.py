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
    ("database", "modes"),
    [("sqlite", ("event", "backup")), ("postgresql", ("analyse", "in between"))],
)
def test_no_canary_of_what_became_secret_is_left(
    database: str, modes: tuple[str, ...], tmp_path: Path
) -> None:
    rounds = CanaryRounds(Plan(database, SEED, tmp_path), modes)
    try:
        for number, mode in enumerate(modes):
            rounds.modes = (mode,)
            tried = rounds.round(random.Random(f"{SEED}:{number}"))
            assert tried["canaries"] > 500
    finally:
        rounds.close()
