"""The database's file under a running service: what it says, and that no event is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from dondoc.connector.transport import Outgoing
from dondoc.sample.generator import generate
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed

SECONDS = 60.0


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Iterator[Installation]:
    installed = Installation(tmp_path, vhost.url)
    yield installed
    installed.end_what_is_left()


def sample(count: int, first: int = 0) -> list[Outgoing]:
    valid = [each for each in generate() if each.label == "valid"][first : first + count]
    return [
        Outgoing("hscv.events", each.routing_key, each.body, each.content_type, "", each.headers)
        for each in valid
    ]


def test_a_file_that_is_replaced_stops_acknowledging_until_it_is_back(
    installation: Installation, publishing: StartPublisher
) -> None:
    running = installation.start()
    running.address()
    wait_until(lambda: running.metrics()["dondoc_consumer_up"] == 1, "it consumes", SECONDS)
    publisher = publishing()
    assert all_confirmed(publisher.publish(sample(5)))
    wait_until(lambda: running.events_in() == 5, "five events are in", SECONDS)
    path, kept = installation.folder / "dondoc.db", installation.folder / "kept"
    path.rename(kept)
    shutil.copy(kept, path)
    assert all_confirmed(publisher.publish(sample(5, 5)))
    line = f"{path} (dondoc.toml) is another file now while dondoc had it open"
    wait_until(lambda: line in running.log.read_text(encoding="utf-8"), "it is told", SECONDS)
    assert running.events_in() == 5
    kept.replace(path)
    wait_until(lambda: running.events_in() == 10, "it goes on with the file", SECONDS)
    assert running.stop()[0] == 0


def test_a_file_that_everybody_may_read_is_named_by_check_and_shut_by_run(
    installation: Installation,
) -> None:
    installation.run("migrate")
    path = installation.folder / "dondoc.db"
    path.chmod(0o644)
    told = installation.run("check", code=3)
    assert f"everybody on this machine may read {path}: run `chmod 600 {path}`" in told
    running = installation.start()
    running.address()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "now by its owner alone" in running.log.read_text(encoding="utf-8")
    assert running.stop()[0] == 0


@pytest.mark.parametrize("target", ["/", ".", "dondoc.db", "none/b.db"])
def test_a_target_that_cannot_be_written_is_one_line_that_names_it(
    installation: Installation, target: str
) -> None:
    installation.run("migrate")
    told = installation.run("backup", target, code=1)
    assert "fault of dondoc" not in told
    assert len(told.splitlines()) == 1
    assert "name a" in told
