"""No thread of the service ends without the service ending, or a connection coming back."""

from __future__ import annotations

import resource
from datetime import datetime
from pathlib import Path

from dondoc.connector.transport import Address, parse_address
from dondoc.connector.transport.link import Backoff, Link
from dondoc.metrics.snapshot import Snapshots
from dondoc.storage.database import open_store
from support.hscv import as_json, event
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.raw_amqp import publish
from support.stories import law


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_a_service_that_runs_out_of_descriptors_takes_events_again_when_there_are_some(
    tmp_path: Path, vhost: VirtualHost
) -> None:
    installation = Installation(tmp_path, vhost.url)
    installation.run("declare")
    running = installation.start()
    wait_until(
        lambda: running.log.read_text().count(": connected to") >= 3, "all are connected", 60
    )
    pid = running.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    # What the connections give back is not enough for one of them to be opened again.
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (5, hard))
    vhost.close_connections()
    wait_until(lambda: "Too many open files" in running.log.read_text(), "they have run out", 30)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))
    publish(vhost.url, as_json(event()))
    wait_until(lambda: running.events_in() == 1, "the event is taken", 60)
    assert running.metrics()["dondoc_consumer_up"] == 1
    assert running.stop()[0] == 0


def test_a_link_comes_back_whatever_its_listeners_raise() -> None:
    lost: list[int] = []

    def fail_once() -> None:
        lost.append(1)
        if len(lost) == 1:
            raise RuntimeError

    nowhere: Address = parse_address("amqp://127.0.0.1:1/")
    link = Link(
        nowhere, "test", backoff=Backoff(0.01, 0.01), on_open=lambda _: None, on_lost=fail_once
    )
    link.start()
    wait_until(lambda: len(lost) >= 3, "it tries again")
    link.stop(10)


class Ended(BaseException):
    """What no thread expects."""


def test_the_end_of_the_thread_that_reads_the_figures_is_told(tmp_path: Path) -> None:
    def ends() -> datetime:
        raise Ended

    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    told: list[BaseException] = []
    snapshots = Snapshots(store, law(), ends, every=60, failed=told.append)
    snapshots.start()
    wait_until(lambda: told, "the end is told")
    assert isinstance(told[0], Ended)
    snapshots.stop(10)
