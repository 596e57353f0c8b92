"""The main job with the real command on a real broker: events in, obligations and reminders out."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from dondoc.connector.lines import to_line
from dondoc.connector.transport import Client, parse_address
from dondoc.sample.generator import generate
from private_broker import PrivateBroker
from support.installation import Installation, sample_size
from support.rabbitmq import VirtualHost, wait_until
from support.sample_database import TakeSample
from support.transport import EVENTS, ready, wait_until_empty

ENDING = date(2026, 3, 31)
AS_OF = ("--as-of", "2026-03-31")


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Iterator[Installation]:
    made = Installation(tmp_path, vhost.url)
    yield made
    made.end_what_is_left()


@dataclass(frozen=True)
class TakenIn:
    """An installation after the whole sample came through the broker; the service was ended."""

    installation: Installation
    metrics: dict[str, float]
    """As they were at the end."""


@pytest.fixture(scope="module")
def taken_in(rabbitmq: PrivateBroker, tmp_path_factory: pytest.TempPathFactory) -> TakenIn:
    vhost = VirtualHost(rabbitmq, "main-job")
    vhost.create()
    installation = Installation(tmp_path_factory.mktemp("taken-in"), vhost.url)
    size = sample_size(ENDING)
    installation.run("declare")
    assert f"{size} events published" in installation.run("publish", "--sample")
    running = installation.start()
    wait_until(lambda: running.events_in() >= size, "all events are in", 120)
    metrics = running.metrics()
    code, seconds = running.stop()
    assert (code, seconds < 10) == (0, True)
    return TakenIn(installation, metrics)


@pytest.mark.timeout(300)
def test_the_sample_gives_the_same_obligations_through_the_broker_and_by_replay(
    taken_in: TakenIn, installation: Installation, take_sample: TakeSample
) -> None:
    take_sample(installation)
    through_broker = taken_in.installation.run("list", "--format", "json", *AS_OF)
    assert len(json.loads(through_broker)) > 5000
    assert through_broker == installation.run("list", "--format", "json", *AS_OF)


@pytest.mark.timeout(300)
def test_every_event_is_accounted_for_and_malformed_ones_are_dead_letters(
    taken_in: TakenIn,
) -> None:
    secret = 'dondoc_last_secret_event_timestamp_seconds{level="mat"}'
    assert time.time() - 600 < taken_in.metrics[secret] < time.time()
    results: dict[str, int] = {}
    for name, value in taken_in.metrics.items():
        if name.startswith("dondoc_events_total"):
            result = name.split('result="')[1].split('"')[0]
            results[result] = results.get(result, 0) + int(value)
    assert sum(results.values()) == sample_size(ENDING)
    assert results["discarded"] == 6
    assert results["rejected"] == 8
    assert results["dead"] == 15
    letters = taken_in.installation.rows("dead", "list")
    assert len(letters) == results["dead"]
    assert all(letter["reason"] and letter["path"] for letter in letters)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_and_ends_with_exit_code_0_within_10_seconds(
    installation: Installation, number: signal.Signals
) -> None:
    installation.run("publish", "--sample")
    running = installation.start()
    wait_until(lambda: running.events_in() > 100, "it is at work", 60)
    code, seconds = running.stop(number)
    assert code == 0
    assert seconds < 10


def test_a_signal_ends_a_service_that_waits_for_its_broker(tmp_path: Path) -> None:
    running = Installation(tmp_path, "amqp://127.0.0.1:1/").start()
    running.address()
    code, seconds = running.stop()
    assert code == 0
    assert seconds < 10


def kill_after(installation: Installation, events: int) -> None:
    """Start the service, and kill it with no warning once it has taken that many."""
    running = installation.start()
    wait_until(lambda: running.events_in() > events, "it is at work", 60)
    running.process.kill()
    running.process.wait()


@pytest.mark.timeout(300)
def test_nothing_is_lost_when_the_service_is_killed_and_started_again(
    installation: Installation, tmp_path: Path, vhost: VirtualHost
) -> None:
    # The first month of the sample; `python -m tests.faults` goes on for hours.
    lines = tmp_path / "sample.jsonl"
    lines.write_text("".join(f"{to_line(each)}\n" for each in islice(generate(), 2400)), "utf-8")
    installation.run("publish", str(lines))
    kill_after(installation, 400)
    kill_after(installation, 1200)
    running = installation.start()
    wait_until_empty(vhost.url, EVENTS, seconds=120)
    running.wait_until_idle()
    assert running.stop()[0] == 0
    assert ready(vhost.url) == 0

    other = tmp_path / "replayed"
    other.mkdir()
    replayed = Installation(other, vhost.url)
    replayed.run("replay", str(lines), code=3)
    listed = installation.rows("list", *AS_OF)
    assert len(listed) > 1000
    assert listed == replayed.rows("list", *AS_OF)


def test_reminders_reach_whoever_bound_a_queue(
    installation: Installation, vhost: VirtualHost, take_sample: TakeSample
) -> None:
    installation.run("declare")
    take_sample(installation)
    with Client(parse_address(vhost.url)) as client:
        queue = client.temporary_queue("dondoc.reminders", "reminder.#")
        running = installation.start()
        wait_until(lambda: client.depth(queue) > 0, "a reminder arrives", 60)
        reminder = json.loads(client.get(queue, 1)[0].body)
        assert running.stop()[0] == 0
    assert reminder["type"].startswith("dondoc.reminder.")
    assert reminder["secrecy"] == "normal"
    assert reminder["data"]["text"]
    assert reminder["data"]["cite"].startswith("Điều ")


def test_a_reminder_that_nobody_waits_for_is_kept_as_unrouted(
    installation: Installation, vhost: VirtualHost, take_sample: TakeSample
) -> None:
    installation.run("declare")
    take_sample(installation)
    running = installation.start()
    with Client(parse_address(vhost.url)) as client:
        wait_until(lambda: client.depth("dondoc.unrouted") > 0, "a reminder is kept", 60)
    assert running.stop()[0] == 0


def test_explain_gives_the_citation_and_every_day(
    installation: Installation, take_sample: TakeSample
) -> None:
    take_sample(installation)
    obligation = installation.rows("list", "--rule", "feedback_response", *AS_OF)[0]
    told = installation.run("explain", obligation["id"])
    assert "Điều 18.5" in told
    assert "khoản 5 Điều 18" in installation.run("explain", obligation["id"], "--lang", "vi")
    day, due = (date.fromisoformat(obligation[key]) for key in ("opened_on", "due"))
    counted = 0
    while day < due:
        day += timedelta(days=1)
        (line,) = [
            line for line in told.splitlines() if line.strip().startswith(f"{day:%a} {day}: ")
        ]
        counted += f": day {counted + 1}" in line
        assert ": day " in line or "not counted – " in line
    assert counted == 5


def test_a_dry_run_of_the_reminders_says_why_for_each(
    installation: Installation, take_sample: TakeSample
) -> None:
    take_sample(installation)
    rows = installation.rows("remind", "--as-of", "2026-03-31T09:00:00+07:00")
    assert any(row["send"] for row in rows)
    assert all(row["reason"] for row in rows)
    again = installation.rows("remind", "--as-of", "2026-03-31T09:00:00+07:00")
    assert again == rows
    told = installation.run("remind", "--as-of", "2026-03-31T09:00:00+07:00", "--lang", "en")
    going, *staying = told.rpartition("\n\n")[2].splitlines()
    sent = sum(1 for row in rows if row["send"])
    assert going.startswith(f"{sent:,} reminders would go out")
    assert staying[0] == f"{len(rows) - sent:,} would not:"
    assert sum(int(line.split()[0].replace(",", "")) for line in staying[1:]) == len(rows) - sent
