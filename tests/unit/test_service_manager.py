"""What systemd is told: nothing where it did not ask, and never that a hung loop is alive."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dondoc.commands.assembly.service_manager import ServiceManager
from dondoc.connector.transport import Condition, Stopping, loops
from support.manager import Manager
from support.rabbitmq import wait_until

BRIEF = "30000"
"""Microseconds: a watchdog that wants to be fed a hundred times in a second."""


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    name = str(tmp_path / "notify") if request.param == "path" else f"@dondoc/{tmp_path.name}"
    with Manager(name) as listening:
        yield listening


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Manager]:
    with Manager.at(tmp_path) as listening:
        yield listening


def telling(manager: Manager, **environment: str) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": manager.name, **environment})


def test_a_process_is_ready_once_it_works_and_says_what_it_waits_for_until_then(
    manager: Manager,
) -> None:
    condition = Condition(waits_for="broker b: nobody listens\nthere")
    told = telling(manager, WATCHDOG_USEC=BRIEF, WATCHDOG_PID=str(os.getpid()))
    told.begin()
    assert "STATUS=starts" in manager.listen(5, until="STATUS=")
    told.watch(lambda: condition, "works")
    said = manager.listen(5, until="STATUS=waits for")
    assert "STATUS=waits for broker b: nobody listens there" in said
    said = manager.listen(0.3)
    assert said.count("WATCHDOG=1") > 3
    assert "EXTEND_TIMEOUT_USEC=60000000" in said
    assert "READY=1" not in manager.heard
    condition = Condition()
    assert "STATUS=works" in manager.listen(5, until="READY=1")
    said = manager.listen(0.3)
    assert not [line for line in said if line.startswith(("READY", "EXTEND"))]
    told.stops()
    assert manager.listen(5, until="STOPPING=1")
    assert "STATUS=works" not in manager.listen(0.2)


def test_a_loop_that_hangs_starves_the_watchdog_and_is_named(here: Manager) -> None:
    condition = Condition()
    told = telling(here, WATCHDOG_USEC=BRIEF)
    told.watch(lambda: condition, "works")
    told.begin()
    assert here.listen(5, until="READY=1")
    condition = Condition(hung="schedule")
    assert here.listen(5, until="STATUS=hung: schedule")
    assert here.listen(0.3) == []
    condition = Condition()
    assert here.listen(5, until="WATCHDOG=1")


@pytest.mark.parametrize(
    "environment",
    [
        {"WATCHDOG_USEC": BRIEF, "WATCHDOG_PID": "1"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "-5"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": ""},
        {},
    ],
)
def test_a_watchdog_that_waits_for_nobody_here_is_not_fed(
    environment: dict[str, str], here: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dondoc.commands.assembly.service_manager.TURN_SECONDS", 0.01)
    told = telling(here, **environment)
    told.watch(Condition, "works")
    told.begin()
    assert here.listen(5, until="READY=1")
    here.listen(0.2)
    assert "WATCHDOG=1" not in here.heard


def test_a_watchdog_of_days_is_fed_every_second(here: Manager) -> None:
    told = telling(here, WATCHDOG_USEC=str(10**18))
    told.watch(Condition, "works")
    told.begin()
    assert here.listen(5, until="READY=1")
    assert here.listen(5, until="WATCHDOG=1")


@pytest.mark.parametrize("name", ["/nowhere/notify", "vsock:2:3", "@" + "x" * 300, "/tmp", "a\0b"])
def test_a_socket_that_cannot_be_reached_is_told_once_and_keeps_nobody_waiting(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    begun = time.monotonic()
    told = ServiceManager({"NOTIFY_SOCKET": name})
    for number in range(3):
        told.status(f"works {number}")
    told.stops()
    assert time.monotonic() - begun < 1
    (line,) = caplog.messages
    assert line.startswith("systemd cannot be told at NOTIFY_SOCKET ")


def test_without_a_manager_nothing_is_told_and_no_thread_is_started() -> None:
    before = threading.active_count()
    told = ServiceManager({"WATCHDOG_USEC": BRIEF})
    told.begin()
    told.watch(Condition, "works")
    told.stops()
    assert threading.active_count() == before


def test_a_manager_that_does_not_read_keeps_nobody_waiting_and_hears_it_again(
    here: Manager,
) -> None:
    told = telling(here, WATCHDOG_USEC=BRIEF)
    begun = time.monotonic()
    for number in range(1000):
        told.status(f"works {number}")
    assert time.monotonic() - begun < 5
    told.watch(Condition, "works")
    told.begin()
    assert here.listen(5, until="READY=1")


def test_that_it_stops_is_said_again_until_a_manager_that_is_behind_has_heard_it(
    here: Manager,
) -> None:
    told = telling(here, WATCHDOG_USEC=BRIEF)
    told.watch(Condition, "works")
    for number in range(1000):
        told.status(f"works {number}")
    told.stops()
    told.begin()
    assert here.listen(5, until="STOPPING=1")
    assert not [line for line in here.listen(0.3) if line.startswith("STOPPING")]


def test_a_status_is_one_line_of_bounded_length(here: Manager) -> None:
    telling(here).status("a\nREADY=1\n" + "ế" * 5000)
    (line,) = here.listen(0.2)
    assert line.startswith("STATUS=a READY=1 ếế")
    assert len(line) < 600


# Which loops move


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "PATIENCE_SECONDS", 0.2)


@pytest.mark.usefixtures("impatient")
def test_a_loop_that_looks_whether_it_is_to_end_moves_and_one_that_does_not_hangs() -> None:
    stopping, frozen = Stopping(), threading.Event()

    def work() -> None:
        with stopping.loop("work"):
            for _ in range(10):
                stopping.wait(0.05)
            frozen.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.4)
    assert stopping.hung() == []
    wait_until(lambda: stopping.hung() == ["work"], "it is seen to hang")
    frozen.set()
    thread.join(10)
    assert stopping.hung() == []


@pytest.mark.usefixtures("impatient")
def test_what_waits_or_may_take_longer_does_not_hang() -> None:
    stopping, over = Stopping(), threading.Event()

    def wait_long() -> None:
        with stopping.loop("waiting"):
            stopping.wait(5)

    def work_long() -> None:
        with stopping.loop("erasing"), stopping.longer(60):
            stopping.is_set()
            over.wait(5)

    threads = [threading.Thread(target=each) for each in (wait_long, work_long)]
    for thread in threads:
        thread.start()
    time.sleep(0.6)
    assert stopping.hung() == []
    stopping.set()
    over.set()
    for thread in threads:
        thread.join(10)


def test_what_a_loop_waits_for_is_told_until_it_is_there() -> None:
    stopping = Stopping()
    with stopping.loop("work"):
        assert not stopping.wait(0, away="database d: it is away")
        assert not stopping.is_set()
        assert stopping.away() == "database d: it is away"
        stopping.found()
        assert stopping.away() == ""
        stopping.wait(0, away="database d: it is away")
    assert stopping.away() == ""


def test_a_thread_that_is_no_loop_may_look_as_well() -> None:
    stopping = Stopping()
    with stopping.longer(5):
        assert not stopping.wait(0, away="nothing")
    assert (stopping.away(), stopping.hung()) == ("", [])
    stopping.set()
    assert stopping.is_set()
