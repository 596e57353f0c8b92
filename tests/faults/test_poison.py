"""A message that kills the process each time it is looked at stops nobody else (contract, Poison).

The process that dies is the real command with one function wrapped (`poisoned.py`).
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dondoc.connector.transport import Client, Fate, Outgoing, parse_address
from dondoc.sample.generator import generate
from faults.harness.world import wait_until_ready
from faults.poisoned import MARK
from support.hscv import event
from support.installation import Installation, Running
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, wait_until_empty

EVENTS = "dondoc.events"
POISONED = Path(__file__).with_name("poisoned.py")
CANARY = "NỘI DUNG KHÔNG ĐƯỢC GIỮ"
STARTS = 12
"""More than a poison needs: its batch, three tries, one verdict by all it says, one by headers."""


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost) -> Installation:
    made = Installation(tmp_path, vhost.url)
    made.run("declare")
    return made


def good(count: int) -> list[Outgoing]:
    """The sample's first valid events."""
    valid = (each for each in generate() if each.label == "valid")
    return [
        Outgoing("hscv.events", each.routing_key, each.body, each.content_type, "", each.headers)
        for each, _ in zip(valid, range(count), strict=False)
    ]


def poison(secrecy: str | None, where: str) -> Outgoing:
    """A deadly event of that *secrecy*, stated in the body or in a header."""
    whole = event("document.withdrawn", id="poison", subject="VB-POISON")
    whole["data"] = {"reason": f"{MARK.decode()} {CANARY}"}
    whole.pop("secrecy")
    headers = {}
    if secrecy is not None and where == "body":
        whole["secrecy"] = secrecy
    elif secrecy is not None:
        headers["cloudEvents_secrecy"] = secrecy
    body = json.dumps(whole, ensure_ascii=False).encode()
    return Outgoing(
        "hscv.events", "document.withdrawn", body, "application/cloudevents+json", "", headers
    )


def start_poisoned(installation: Installation, dies_in: str) -> Running:
    log = installation.folder / f"run-{time.monotonic_ns()}.log"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DONDOC_")}
    with log.open("w", encoding="utf-8") as target:
        process = subprocess.Popen(
            [sys.executable, str(POISONED), "run"],
            cwd=installation.folder,
            env={**environment, "POISON_IN": dies_in},
            stdout=target,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Running(process, log)


def run_until_taken(
    installation: Installation, vhost: VirtualHost, dies_in: str, others: int
) -> int:
    """Start the service again each time it dies, until the queue is empty and *others* good
    events are stored; gives its deaths."""
    deaths = 0
    while deaths < STARTS:
        running = start_poisoned(installation, dies_in)
        while running.process.poll() is None:
            if ready(vhost) == 0 and at_rest(installation, others):
                assert running.stop()[0] == 0
                assert ready(vhost) == 0
                return deaths
            time.sleep(0.1)
        assert running.process.returncode == -signal.SIGKILL, running.log.read_text()[-2000:]
        deaths += 1
    raise AssertionError(f"the poison still kills after {deaths} deaths")


def at_rest(installation: Installation, others: int) -> bool:
    """Whether *others* events are stored, and no message is being tried."""
    tables = rows(installation, "SELECT 1 FROM sqlite_master WHERE name = 'attempt'")
    if not tables or rows(installation, "SELECT 1 FROM attempt"):
        return False
    return rows(installation, "SELECT COUNT(*) FROM event") == [(others,)]


def ready(vhost: VirtualHost) -> int:
    with Client(parse_address(vhost.url)) as client:
        return client.depth(EVENTS)


def stored(installation: Installation) -> list[tuple[str, str]]:
    with sqlite3.connect(installation.folder / "dondoc.db") as database:
        return database.execute("SELECT source, event_id FROM event").fetchall()


def rows(installation: Installation, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(installation.folder / "dondoc.db") as database:
        return database.execute(sql).fetchall()


def everything_written(installation: Installation) -> bytes:
    return b"".join(path.read_bytes() for path in installation.folder.iterdir() if path.is_file())


@pytest.mark.parametrize(
    ("dies_in", "secrecy", "where", "ends"),
    [
        ("record", "normal", "body", "dead"),
        ("inspect", "tuyetmat", "header", "discarded"),
        ("inspect", None, "body", "rejected"),
    ],
)
def test_a_message_that_kills_each_time_ends_where_it_belongs_and_all_others_are_taken(
    installation: Installation,
    vhost: VirtualHost,
    publishing: StartPublisher,
    dies_in: str,
    secrecy: str | None,
    where: str,
    ends: str,
) -> None:
    others = good(1_000)
    outcomes = publishing().publish([*others[:500], poison(secrecy, where), *others[500:]])
    assert set(outcomes) == {Fate.CONFIRMED}
    deaths = run_until_taken(installation, vhost, dies_in, 1_000)
    assert 4 <= deaths <= 6
    assert len(stored(installation)) == len(set(stored(installation))) == 1_000
    letters = installation.rows("dead", "list")
    rejections = rows(installation, "SELECT reason FROM rejection")
    assert [letter["event_id"] for letter in letters] == (["poison"] if ends == "dead" else [])
    assert len(rejections) == (ends == "rejected")
    for said in (*(letter["reason"] for letter in letters), *(each[0] for each in rejections)):
        assert "taken down" in str(said)
    written = everything_written(installation)
    assert MARK not in written
    assert CANARY.encode() not in written
    assert rows(installation, "SELECT * FROM attempt") == []


@pytest.mark.timeout(600)
def test_twenty_unclean_stops_with_everything_in_hand_condemn_no_good_message(
    installation: Installation, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    rng = random.Random(5)
    others = good(1_500)
    assert set(publishing().publish(others)) == {Fate.CONFIRMED}
    for stop in range(20):
        running = installation.start()
        wait_until_ready(running)
        # Most of them so soon that whatever comes first is in hand each time; some about when a
        # message is tried again.
        again = stop % 3 == 0 and rows(installation, "SELECT 1 FROM attempt")
        time.sleep(rng.uniform(0.9, 1.1) if again else rng.uniform(0.0, 0.1))
        running.process.kill()
        running.process.wait()
    wait_until(lambda: ready(vhost) > 300, "the stops hit something")
    running = installation.start()
    wait_until(lambda: at_rest(installation, 1_500), "everything is taken", 300)
    # What was stored and not acknowledged by a service that was killed comes again.
    wait_until_empty(vhost.url, EVENTS)
    running.wait_until_idle()
    assert running.stop()[0] == 0
    assert ready(vhost) == 0
    assert len(stored(installation)) == len(set(stored(installation))) == 1_500
    assert installation.rows("dead", "list") == []
    assert rows(installation, "SELECT * FROM attempt") == []
