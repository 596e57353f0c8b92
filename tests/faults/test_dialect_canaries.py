"""A round of the generator of canaries in dialects; `python -m tests.fuzz dialects` goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz.dialects import DialectRounds
from fuzz.rounds import SQLITE, Plan
from support.rabbitmq import VirtualHost

SEED = 16


@pytest.mark.timeout(300)
def test_no_canary_of_a_secret_message_of_any_dialect_is_left_anywhere(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    rounds = DialectRounds(Plan(SQLITE, SEED, tmp_path), vhost.url)
    try:
        tried = rounds.round(random.Random(SEED))
    finally:
        rounds.close()
    assert tried["canaries"] > 5_000
    assert tried["refused"] > 300
