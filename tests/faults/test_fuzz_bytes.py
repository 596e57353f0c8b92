"""Some rounds of raw bytes against the running service; the long run is `python -m tests.fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.bytes.trial import Trial
from fuzz.rounds import SQLITE, Plan, run
from support.rabbitmq import VirtualHost

SEED = 20150318
MINUTES = 0.75


@pytest.mark.timeout(400)
def test_no_bytes_stop_the_queue_cost_much_or_leave_a_secret(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    plan = Plan(SQLITE, SEED, tmp_path, MINUTES)
    outcome = run("bytes", lambda plan: Trial(plan, vhost.url), plan, print)
    assert not outcome.findings, outcome.told()
