"""`dondoc reprocess` with the real command: however many processes, beside a service at work."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from dondoc.connector.lines import to_line
from dondoc.sample.generator import SampleMessage, generate
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until

AS_OF = ("--as-of", "2026-03-31")
LAW = files("dondoc.rules").joinpath("regulations", "02-2015-qd-ubnd.toml").read_text("utf-8")
VALID = [each for each in generate() if each.label == "valid"]
EARLIER, LATER = VALID[:1500], VALID[1500:2300]


def made(folder: Path, broker_url: str) -> Installation:
    """An installation with the earlier events, judged by the law that ships, and another law."""
    folder.mkdir()
    installation = Installation(folder, broker_url)
    write(folder / "earlier.jsonl", EARLIER)
    write(folder / "later.jsonl", LATER)
    installation.run("replay", "earlier.jsonl")
    other = LAW.replace('kind = "working_days", days = 1 }', 'kind = "working_days", days = 3 }')
    assert other != LAW
    (folder / "law.toml").write_text(other, encoding="utf-8")
    settings = folder / "dondoc.toml"
    text = settings.read_text("utf-8")
    named = text.replace("[tracking]\n", '[tracking]\nregulations = ["law.toml"]\n')
    settings.write_text(named, encoding="utf-8")
    return installation


def write(path: Path, messages: list[SampleMessage]) -> None:
    path.write_text("".join(f"{to_line(each)}\n" for each in messages), encoding="utf-8")


@pytest.fixture
def beside(tmp_path: Path, vhost: VirtualHost) -> Iterator[Installation]:
    installation = made(tmp_path / "beside", vhost.url)
    yield installation
    installation.end_what_is_left()


@pytest.mark.timeout(180)
def test_two_processes_beside_a_service_give_what_one_gives_alone(
    beside: Installation, tmp_path: Path
) -> None:
    running = beside.start()
    beside.run("publish", "later.jsonl")
    changed = beside.run("reprocess", "--all", "--jobs", "2", "--format", "csv")
    wait_until(lambda: running.events_in() >= len(LATER), "all events are in", 60)
    assert running.stop()[0] == 0
    # What the service took in by its own start is judged by the new law already.
    assert changed.count("changed") > 50

    alone = made(tmp_path / "alone", "amqp://127.0.0.1:1/")
    alone.run("reprocess", "--all", "--jobs", "1")
    alone.run("replay", "later.jsonl")
    listed = beside.run("list", "--format", "json", *AS_OF)
    assert listed == alone.run("list", "--format", "json", *AS_OF)
    nothing = beside.run("reprocess", "--all", "--jobs", "2", "--dry-run", "--format", "json")
    assert nothing.strip() == "[]"
