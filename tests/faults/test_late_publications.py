"""What was on its way to the broker when its subject became secret: nothing of it comes out once
`erased_at` is set, be the broker blocked, a relay frozen for any time, or killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dondoc.connector.handover import IN_FLIGHT
from dondoc.connector.transport import Client, Outgoing, parse_address
from dondoc.storage.database import Store, open_store
from dondoc.storage.publications import still_open
from dondoc.storage.secrecy.first_stage import redactions
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation, Running
from support.postgres import new_cluster
from support.proxy import Proxy
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed

CANARY = "CANARY-muon"
DOCUMENTS = 40
SECONDS = 60.0


def documents() -> list[dict[str, Any]]:
    """Documents with a task each that is long overdue, a canary in what they say."""
    events = []
    for number in range(DOCUMENTS):
        subject, due = f"VB-{number}", "2026-03-20"
        issued = event("document.issued", id=f"{subject}-i", subject=subject)
        issued["data"] |= {"abstract": f"{CANARY} {number}", "symbol": f"{number}/{CANARY}"}
        task = event("task.assigned", id=f"{subject}-a", subject=subject)
        task["data"] |= {"task_id": f"{subject}-1", "content": CANARY, "due_on": due}
        events += [issued, task]
    return events


class Scene:
    """One installation whose reminders are decided, and a reader of all that comes out."""

    def __init__(self, folder: Path, url: str, direct: str, database: str | None = None) -> None:
        self.service = Installation(folder, url, database)
        self.direct = direct
        self.store: Store = open_store(self.service.database_url)

    def decide(self) -> None:
        """Store the documents and decide reminders of them, with no service running."""
        lines = self.service.folder / "events.jsonl"
        lines.write_bytes(b"\n".join(as_json(each) for each in documents()))
        self.service.run("replay", str(lines))
        lines.unlink()
        self.service.run("remind")
        self.service.run("declare", DONDOC_BROKER_URL=self.direct)

    def purge(self, code: int = 0) -> str:
        """Make all of it secret, by a command that has a way of its own to the broker."""
        rows = [
            {
                "stream": f"document:VB-{number}",
                "level": "mat",
                "redacted_at": datetime.now(UTC).isoformat(),
                "names": [],
            }
            for number in range(DOCUMENTS)
        ]
        listed = self.service.folder / "listed.json"
        listed.write_text(json.dumps(rows), encoding="utf-8")
        return self.service.run(
            "purge",
            "--apply",
            str(listed),
            code=code,
            DONDOC_BROKER_URL=f"{self.direct}?heartbeat=10",
        )

    def purge_as_far_as_possible(self) -> int:
        """As `purge`; gives the exit code, 0 or 3."""
        with suppress(AssertionError):
            self.purge()
            return 0
        return 3

    def purge_until_erased(self) -> None:
        """As its message says: do it again while something is on its way to the broker."""
        wait_until(lambda: self.purge_as_far_as_possible() == 0, "erased", SECONDS)
        assert self.erased()

    def on_their_way(self) -> bool:
        return bool(still_open(self.store))

    def erased(self) -> bool:
        found = self.store.read(redactions)
        return bool(found) and all(each.erased_at is not None for each in found)

    def held(self, *queues: str) -> list[bytes]:
        """Bodies with a canary in the queues that dondoc can reach, which stay there."""
        with Client(parse_address(self.direct)) as client:
            return [
                delivery.body
                for queue in queues or ("dondoc.unrouted", "dondoc.dead")
                for delivery in client.get(queue, 2000)
                if CANARY.encode() in delivery.body
            ]


@pytest.fixture
def kill_at_the_end() -> Iterator[Callable[[Scene], Scene]]:
    made: list[Scene] = []

    def keep(scene: Scene) -> Scene:
        made.append(scene)
        return scene

    yield keep
    for each in made:
        each.service.end_what_is_left()
        each.store.close()


Keep = Callable[[Scene], Scene]


@contextmanager
def alarm(vhost: VirtualHost) -> Iterator[Callable[[], None]]:
    """The broker is out of memory until what is given is called, or the block is left."""

    def clear() -> None:
        vhost.broker.ctl("set_vm_memory_high_watermark", "0.4")

    vhost.broker.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        yield clear
    finally:
        clear()


def wait_says(running: Running, words: str) -> None:
    wait_until(lambda: words in running.log.read_text(encoding="utf-8"), words, SECONDS)


def freeze(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGSTOP)


def thaw(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGCONT)


def nothing_comes(scene: Scene, seconds: float = 6.0) -> None:
    """While the service works on, nothing with a canary is in a queue."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert scene.held() == []
        time.sleep(0.5)


@pytest.mark.timeout(900)
def test_what_a_blocked_broker_holds_keeps_an_erasure_open_and_is_searched_for_after_it(
    tmp_path: Path, vhost: VirtualHost, kill_at_the_end: Keep
) -> None:
    scene = kill_at_the_end(Scene(tmp_path, vhost.url, vhost.url))
    scene.decide()
    with alarm(vhost) as clear:
        running = scene.service.start()
        wait_says(running, "dondoc reminders: blocked by broker")
        assert scene.on_their_way()
        assert "on their way to the broker" in scene.purge(code=3)
        assert not scene.erased()
        clear()
        # What the broker had in hand comes out now, or never did where the connection was given
        # up; the service may be the first to look for it.
        assert len(scene.held()) <= IN_FLIGHT
        wait_until(lambda: scene.erased() or scene.purge_as_far_as_possible() == 0, "erased", 180)
        assert scene.erased()
        nothing_comes(scene)


@pytest.mark.timeout(900)
def test_what_a_relay_sent_before_it_was_killed_does_not_come_out_of_a_blocked_broker_later(
    tmp_path: Path, vhost: VirtualHost, kill_at_the_end: Keep
) -> None:
    scene = kill_at_the_end(Scene(tmp_path, vhost.url, vhost.url))
    scene.decide()
    with alarm(vhost) as clear:
        running = scene.service.start()
        wait_says(running, "dondoc reminders: blocked by broker")
        running.process.kill()
        running.process.wait()
        assert scene.on_their_way()
        # Its heartbeats may tell the broker that nobody is there, or may not in this time.
        code = scene.purge_as_far_as_possible()
        assert scene.erased() == (code == 0)
        clear()
        if code != 0:
            scene.purge()
        assert scene.erased()
        nothing_comes(scene)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_relay_that_was_frozen_past_the_purge_sends_nothing_when_it_wakes(
    database: str, tmp_path: Path, vhost: VirtualHost, kill_at_the_end: Keep
) -> None:
    cluster = new_cluster({"wal_recycle": "off"}) if database == "postgresql" else None
    if cluster is not None:
        cluster.start()
    try:
        with Proxy(vhost.broker.port) as proxy:
            url = vhost.url.replace(str(vhost.broker.port), str(proxy.port))
            place = cluster.create_database() if cluster else None
            scene = kill_at_the_end(Scene(tmp_path, f"{url}?heartbeat=3", vhost.url, place))
            frozen = with_reminders_in_hand(scene, proxy)
            if cluster is not None:
                # Another, that goes on meanwhile and has its own way.
                scene.service.run("migrate")
                other = Installation(made(tmp_path / "other"), vhost.url, place)
                wait_says(other.start(), "dondoc reminders: connected")
                kill_at_the_end(scene_of(other, vhost.url))
            scene.purge()
            assert scene.erased()
            thaw(frozen)
            proxy.resume()
            wait_until(
                lambda: frozen.log.read_text().count("dondoc reminders: connected") > 1,
                "the one that was frozen works again",
                SECONDS,
            )
            nothing_comes(scene)
    finally:
        if cluster is not None:
            cluster.stop()


@pytest.mark.timeout(900)
def test_a_relay_that_is_frozen_and_still_connected_keeps_an_erasure_open(
    tmp_path: Path, vhost: VirtualHost, kill_at_the_end: Keep
) -> None:
    with Proxy(vhost.broker.port) as proxy:
        url = vhost.url.replace(str(vhost.broker.port), str(proxy.port))
        scene = kill_at_the_end(Scene(tmp_path, f"{url}?heartbeat=300", vhost.url))
        frozen = with_reminders_in_hand(scene, proxy)
        assert "continue or end whatever dondoc is frozen" in scene.purge(code=3)
        assert not scene.erased()
        thaw(frozen)
        proxy.resume()
        scene.purge_until_erased()
        nothing_comes(scene)


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def scene_of(installation: Installation, direct: str) -> Scene:
    scene = Scene.__new__(Scene)
    scene.service, scene.direct = installation, direct
    scene.store = open_store(installation.database_url)
    return scene


def with_reminders_in_hand(scene: Scene, proxy: Proxy) -> Running:
    """A service that is frozen while what it has just sent is on the network."""
    running = scene.service.start()
    wait_says(running, "dondoc reminders: connected")
    proxy.stall()
    scene.decide()
    wait_until(scene.on_their_way, "reminders are on their way", SECONDS)
    time.sleep(1.0)
    wait_until(
        lambda: frozen_at_rest(running, scene.service.database_url),
        "it is frozen in no transaction",
        SECONDS,
    )
    assert scene.on_their_way()
    return running


def frozen_at_rest(running: Running, database_url: str) -> bool:
    """Freeze it; let it go on where that has left a transaction open, as no erasure could
    complete then."""
    freeze(running)
    time.sleep(0.2)  # until the database has done what it was asked just before
    if not in_transaction(database_url):
        return True
    thaw(running)
    time.sleep(0.2)
    return False


def in_transaction(database_url: str) -> bool:
    """Whether any other process is in a transaction."""
    if database_url.startswith("sqlite"):
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=0.2)) as database:
            ((busy, _, _),) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return bool(busy)
    with psycopg.connect(database_url) as connection:
        others = connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return bool(others.fetchall())


@pytest.mark.timeout(900)
def test_a_dead_letter_about_what_became_secret_while_the_broker_was_blocked_goes_nowhere(
    tmp_path: Path, vhost: VirtualHost, publishing: StartPublisher, kill_at_the_end: Keep
) -> None:
    scene = kill_at_the_end(Scene(tmp_path, vhost.url, vhost.url))
    scene.service.run("declare")
    letters = [
        Outgoing(
            "hscv.events",
            "x",
            as_json(event("task.accepted", id=f"bad-{number}", subject="VB-0", data={"x": CANARY})),
            STRUCTURED,
            "",
        )
        for number in range(2 * IN_FLIGHT)
    ]
    assert all_confirmed(publishing().publish(letters))
    with alarm(vhost) as clear:
        running = scene.service.start()
        wait_says(running, "dondoc dead letters: blocked by broker")
        wait_says(running, "dead letters were not confirmed")
        assert "on their way to the broker" in scene.purge(code=3)
        clear()
        scene.purge_until_erased()
        nothing_comes(scene)
        wait_until(lambda: running.events_in() == len(letters), "all are acknowledged", SECONDS)
        assert scene.held() == []


def test_open_publications_name_no_subject(
    tmp_path: Path, vhost: VirtualHost, kill_at_the_end: Keep
) -> None:
    scene = kill_at_the_end(Scene(tmp_path, vhost.url, vhost.url))
    scene.decide()
    with alarm(vhost):
        running = scene.service.start()
        wait_says(running, "dondoc reminders: blocked by broker")
        rows = scene.store.read(lambda tx: tx.rows("SELECT * FROM publication"))
    assert rows
    assert "VB-" not in repr(rows)
    wait_until(lambda: not scene.on_their_way(), "they are answered, and forgotten", SECONDS)


def test_a_connection_without_a_mark_counts_as_done_with_only_after_a_while(
    tmp_path: Path, vhost: VirtualHost, kill_at_the_end: Keep
) -> None:
    """The user may not declare the queue that says whether a connection is there."""
    user = f"poor-{vhost.name}"
    url = vhost.add_user(user, "p")
    scene = kill_at_the_end(Scene(tmp_path, url, vhost.url))
    scene.decide()
    vhost.permit(user, configure="^$", write=".*", read=".*")
    running = scene.service.start()
    wait_until(scene.held, "reminders go out all the same", SECONDS)
    wait_until(lambda: not scene.on_their_way(), "and are answered", SECONDS)
    scene.purge()
    assert scene.erased()
    assert running.process.poll() is None
