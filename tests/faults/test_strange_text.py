"""Text that Unicode allows and nobody writes: no message stops the service or a purge by it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from dondoc.connector.transport import Client, parse_address
from dondoc.connector.transport.topology import topology
from support.hscv import DATA, as_json, event
from support.installation import Installation, Running
from support.rabbitmq import VirtualHost, wait_until
from support.raw_amqp import publish, text

HALF = "\ud800"
NORMAL = text(b"secrecy", b"normal")
MARKS = "\u0301\u0323" * 85_000
"""340 KB: normalised as they are, they outlast the broker's patience."""


@pytest.fixture
def installation(tmp_path: Path, vhost: VirtualHost, database_url: str) -> Installation:
    with Client(parse_address(vhost.url)) as client:
        client.declare(topology())
    return Installation(tmp_path, vhost.url, database_url)


@pytest.fixture
def running(installation: Installation) -> Running:
    return installation.start()


def feedback(id_: str, **said: str) -> bytes:
    """An event, its text escaped where UTF-8 has none for it."""
    data = {**DATA["feedback.received"], **said}
    return json.dumps(event("feedback.received", id=id_, subject="PA-1", data=data)).encode()


def purge(installation: Installation) -> None:
    """Make VB-1 secret; nothing remains but what a server that tests share keeps of its WAL."""
    sqlite = installation.database_url.startswith("sqlite")
    said = installation.run("purge", "VB-1", code=0 if sqlite else 3)
    assert sqlite or said.splitlines() == [each for each in said.splitlines() if "WAL" in each]


def test_half_a_surrogate_is_ignored_where_it_is_not_listed_and_stops_no_purge(
    installation: Installation, running: Running, vhost: VirtualHost
) -> None:
    publish(vhost.url, as_json(event("document.issued", id="doc")))
    publish(vhost.url, feedback("unlisted", x=HALF, **{HALF: "x"}))
    publish(vhost.url, feedback("listed", content=HALF), NORMAL)
    publish(vhost.url, json.dumps(event(id="subject", subject=HALF)).encode(), NORMAL)
    publish(vhost.url, json.dumps(event(id="nul", subject="a\0b")).encode(), NORMAL)
    wait_until(lambda: running.events_in() == 5, "everything is taken", 30)
    assert "unlisted" in installation.run("show", "PA-1")
    dead = {letter["event_id"] for letter in installation.rows("dead", "list")}
    assert dead == {"listed", "subject", "nul"}
    for letter in installation.rows("dead", "list"):
        installation.run("dead", "show", letter["letter"])
    purge(installation)
    assert running.process.poll() is None
    assert running.stop()[0] == 0


def test_a_letter_with_half_a_surrogate_keeps_no_erasure_waiting(
    installation: Installation, running: Running, vhost: VirtualHost
) -> None:
    publish(vhost.url, feedback("before", content=f"về VB-1 {HALF}"), NORMAL)
    publish(vhost.url, as_json(event("document.issued", id="doc")))
    wait_until(lambda: running.events_in() == 2, "everything is taken", 30)
    purge(installation)
    assert installation.rows("dead", "list") == []
    assert running.stop()[0] == 0


@pytest.mark.parametrize("place", ["content", "x"])
def test_after_a_run_of_marks_the_next_event_is_stored_within_a_second(
    installation: Installation, running: Running, vhost: VirtualHost, place: str
) -> None:
    publish(vhost.url, as_json(event("document.issued", id="first")))
    wait_until(lambda: running.events_in() == 1, "it is at work", 30)
    marked = event(id="marks", data={**DATA["task.assigned"], place: f"a{MARKS}"})
    publish(vhost.url, as_json(marked))
    publish(vhost.url, as_json(event(id="marked", x=1)), text(b"x", MARKS[:20_000].encode()))
    begun = time.monotonic()
    publish(vhost.url, as_json(event(id="next")))
    wait_until(lambda: running.events_in() == 4, "the next is taken", 30)
    assert time.monotonic() - begun < 15  # a second, on a machine that is its own
    letters = {each["event_id"]: each["path"] for each in installation.rows("dead", "list")}
    assert letters == {"marks": "body", "marked": "headers"}
    assert running.stop()[0] == 0
