"""`dondoc run` and `dondoc mail run` under a service manager: ready, alive, stopping, or hung."""

from __future__ import annotations

import re
import signal
import sqlite3
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.installation import Installation, Running
from support.manager import Manager
from support.rabbitmq import VirtualHost, wait_until
from support.smtp_server import receiving

FREEZING = """
import sys, threading
from pathlib import Path
from dondoc.cli import main
from dondoc.connector.relay import Relay
from dondoc.connector.transport import link, loops
from dondoc.storage import retrying_transactions
from dondoc.storage.engines import sqlite

loops.PATIENCE_SECONDS = 6.0
link.TURN_SECONDS = 1.0
sqlite.BUSY_SECONDS = 1.0
retrying_transactions.PATIENCE_SECONDS = 0.5
once = Relay.once

def freezing(*arguments):
    if Path("freeze").exists():
        threading.Event().wait()
    return once(*arguments)

Relay.once = freezing
sys.exit(main())
"""
NOWHERE = "amqp://127.0.0.1:1/"


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    with Manager.at(tmp_path) as listening:
        monkeypatch.setenv("NOTIFY_SOCKET", listening.name)
        monkeypatch.setenv("WATCHDOG_USEC", "600000")
        yield listening


MakeOffice = Callable[..., Installation]


@pytest.fixture
def office() -> Iterator[MakeOffice]:
    """Makes an installation, of which nothing is left running."""
    made: list[Installation] = []

    def make(*arguments: Any) -> Installation:
        made.append(Installation(*arguments))
        return made[-1]

    yield make
    for each in made:
        each.end_what_is_left()


def asked(running: Running, path: str) -> tuple[int, str]:
    log = running.log.read_text("utf-8")
    (listens,) = re.findall(r"(?:metrics|health) at (http://[\d.:]+)/", log)
    address = f"{listens}{path}"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_service_is_alive_while_its_database_is_locked_and_not_when_a_loop_hangs(
    office: MakeOffice, vhost: VirtualHost, tmp_path: Path, manager: Manager
) -> None:
    installation = office(tmp_path, vhost.url).with_tables()
    installation.service = (sys.executable, "-c", FREEZING)
    running = installation.start()
    assert "STATUS=takes events from dondoc.events" in manager.listen(30, until="READY=1")
    wait_until(lambda: asked(running, "/readyz") == (200, "dondoc: ready\n"), "it is ready")
    with closing(sqlite3.connect(tmp_path / "dondoc.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        waits = manager.listen(20, until="STATUS=waits for ")
        assert "keeps" in waits[-1]
        assert "locked" in waits[-1]
        assert manager.listen(6).count("WATCHDOG=1") > 10
        assert asked(running, "/readyz")[0] == 503
        assert asked(running, "/healthz") == (200, "dondoc: its loops move\n")
        other.rollback()
    assert manager.listen(20, until="STATUS=takes events")
    tmp_path.joinpath("freeze").touch()
    hung = manager.listen(20, until="STATUS=hung: relay_reminders")
    assert hung
    assert manager.listen(1.5) == []
    assert asked(running, "/healthz") == (503, "dondoc: hung: relay_reminders\n")


def test_a_start_without_a_broker_waits_alive_and_not_ready_and_ends_in_order(
    office: MakeOffice, tmp_path: Path, manager: Manager
) -> None:
    running = office(tmp_path, NOWHERE).start()
    assert manager.listen(30, until="STATUS=waits for broker amqp://127.0.0.1:1"), manager.heard
    said = manager.listen(2)
    assert "WATCHDOG=1" in said
    assert "EXTEND_TIMEOUT_USEC=60000000" in said
    assert asked(running, "/healthz")[0] == 200
    assert asked(running, "/readyz")[0] == 503
    code, _ = running.stop(signal.SIGTERM)
    assert code == 0
    assert manager.listen(5, until="STOPPING=1")
    assert "READY=1" not in manager.heard


def test_a_start_without_a_database_says_that_it_waits_for_it(
    office: MakeOffice, tmp_path: Path, manager: Manager
) -> None:
    away = "postgresql://dondoc@127.0.0.1:1/dondoc"
    running = office(tmp_path, NOWHERE, away).start()
    (line,) = manager.listen(30, until="STATUS=waits for postgresql://")[-1:]
    assert "127.0.0.1:1" in line
    assert "EXTEND_TIMEOUT_USEC=60000000" in manager.listen(3)
    assert running.stop()[0] == 0


def test_mail_is_ready_once_it_takes_reminders_and_tells_that_it_stops(
    office: MakeOffice, vhost: VirtualHost, tmp_path: Path, manager: Manager
) -> None:
    with receiving() as server:
        installation = office(tmp_path, vhost.url).with_mail(server.port, listen="127.0.0.1:0")
        running = installation.start("mail", "run")
        said = "STATUS=takes reminders from dondoc.mail, sends letters"
        assert said in manager.listen(30, until="READY=1")
        assert "WATCHDOG=1" in manager.listen(2)
        assert asked(running, "/healthz") == (200, "dondoc: its loops move\n")
        assert asked(running, "/readyz") == (200, "dondoc: ready\n")
        assert running.stop()[0] == 0
        assert manager.listen(5, until="STOPPING=1")
