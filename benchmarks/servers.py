"""A RabbitMQ node and a PostgreSQL cluster of the benchmark's own, gone with it."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "deploy"), str(ROOT / "tests")]

from private_broker import PrivateBroker  # noqa: E402  (a script, in no package)
from support.distance import far  # noqa: E402
from support.postgres import PostgresCluster, find_binary, missing_parts  # noqa: E402

__all__ = ["broker", "far", "postgres"]


@contextlib.contextmanager
def broker(folder: Path) -> Iterator[PrivateBroker]:
    """A running node that keeps its files in *folder*."""
    _end_in_order()
    node = PrivateBroker(folder)
    node.start()
    try:
        yield node
    finally:
        node.stop()


@contextlib.contextmanager
def postgres() -> Iterator[PostgresCluster | None]:
    """A running, fully durable cluster; None where PostgreSQL is not installed."""
    _end_in_order()
    initdb, server = find_binary("initdb"), find_binary("postgres")
    if missing_parts() or initdb is None or server is None:
        yield None
        return
    cluster = PostgresCluster(initdb, server)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _end_in_order() -> None:
    """Have whoever is asked to end stop what it has started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
