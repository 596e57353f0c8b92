"""The process that answers scrapes: killed, frozen, and left behind by a service that is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.installation import Installation, Running
from support.rabbitmq import wait_until


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A service whose broker is away."""
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/").with_tables()
    started = installation.start()
    wait_until(lambda: status(started) == 200, "scrapes are answered", 30)
    yield started
    for process in installation.started:
        process.send_signal(signal.SIGCONT)
    installation.end_what_is_left()


def status(running: Running, path: str = "/metrics") -> int:
    """How a request is answered; 0: not at all."""
    address = running.address().removesuffix("/metrics")
    try:
        with urllib.request.urlopen(f"{address}{path}", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def answering(running: Running) -> int:
    """The id of the process that answers."""
    service = running.process.pid
    children = Path(f"/proc/{service}/task/{service}/children").parent.parent.glob("*/children")
    (child,) = {int(each) for path in children for each in path.read_text().split()}
    return child


def is_gone(pid: int) -> bool:
    """Whether a process has ended, be it waited for or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_that_is_killed_or_frozen_is_replaced_and_the_address_stays(
    running: Running, number: signal.Signals
) -> None:
    before = answering(running)
    os.kill(before, number)
    wait_until(lambda: is_gone(before), "it has ended", 60)
    wait_until(lambda: status(running) == 200, "another answers", 30)
    assert answering(running) != before
    how = "SIGKILL" if number is signal.SIGKILL else "it had to be killed"
    assert f"has ended ({how}); another in 1 s" in running.log.read_text("utf-8")
    assert running.stop()[0] == 0


def test_nothing_where_the_service_was_started_is_taken_for_a_module_of_it(
    tmp_path: Path,
) -> None:
    installation = Installation(tmp_path, "amqp://127.0.0.1:1/").with_tables()
    (tmp_path / "socketserver.py").write_text("raise SystemExit('taken')\n", "utf-8")
    (tmp_path / "dondoc").mkdir()
    started = installation.start()
    try:
        wait_until(lambda: status(started) == 200, "scrapes are answered", 30)
    finally:
        installation.end_what_is_left()


def test_where_it_can_answer_no_more_it_ends_and_says_why() -> None:
    """A thread that ends alone would leave a process that takes every scrape and answers none."""
    failing = """
import sys
from dondoc.metrics import front
def get_request(self):
    raise MemoryError
front.Server.get_request = get_request
front.main(int(sys.argv[1]), int(sys.argv[2]))
"""
    ours, theirs = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as listener, ours, theirs:
        numbers = (listener.fileno(), theirs.fileno())
        command = [sys.executable, "-P", "-c", failing, *map(str, numbers)]
        process = subprocess.Popen(command, pass_fds=numbers, stderr=subprocess.PIPE, text=True)
        with socket.create_connection(listener.getsockname()):
            _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "scrapes can be answered no more: a fault of dondoc itself" in said


def test_it_ends_with_a_service_that_is_killed_and_frees_the_address(running: Running) -> None:
    child, address = answering(running), running.address()
    running.stop(signal.SIGKILL)
    wait_until(lambda: is_gone(child), "it has ended too", 20)
    host, _, port = address.removeprefix("http://").removesuffix("/metrics").partition(":")

    def is_free() -> bool:
        # Threads of it may still be ending, and hold the socket until then.
        try:
            socket.create_server((host, int(port))).close()
        except OSError:
            return False
        return True

    wait_until(is_free, "its address is free", 20)


def test_it_answers_until_the_service_has_drained_though_asked_to_end_with_it(
    running: Running,
) -> None:
    child = answering(running)
    os.kill(child, signal.SIGTERM)
    os.kill(child, signal.SIGINT)
    assert status(running) == 200
    assert answering(running) == child
    assert running.stop()[0] == 0
    assert is_gone(child)


def test_a_service_that_is_frozen_is_neither_well_nor_has_figures(running: Running) -> None:
    assert status(running, "/healthz") == 200
    running.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: status(running, "/healthz") == 503, "it is hung", 40)
    assert status(running) == status(running, "/readyz") == 503
    running.process.send_signal(signal.SIGCONT)
    wait_until(lambda: status(running, "/healthz") == status(running) == 200, "it is well", 20)
