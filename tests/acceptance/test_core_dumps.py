"""A process that holds documents leaves no image of its memory behind."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.installation import Installation
from support.rabbitmq import VirtualHost

UNIT = Path(__file__).parents[2] / "deploy" / "dondoc.service"


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Iterator[Installation]:
    installed = Installation(tmp_path, vhost.url)
    yield installed
    installed.end_what_is_left()


def test_the_service_dumps_no_core_whatever_its_limit_was(installation: Installation) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        running = installation.start()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    running.address()
    limits = Path(f"/proc/{running.process.pid}/limits").read_text()
    (line,) = [each for each in limits.splitlines() if each.startswith("Max core file size")]
    assert line.split()[4] == "0"
    assert running.stop()[0] == 0


def test_the_unit_dumps_no_core() -> None:
    assert "LimitCORE=0" in UNIT.read_text(encoding="utf-8").splitlines()
