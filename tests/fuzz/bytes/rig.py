"""A real `dondoc run` on a real broker and database, and what can be seen of it from outside."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pika
from support.installation import Installation, Running
from support.postgres import PostgresCluster, new_cluster

from .messages import Imagined

START_SECONDS = 90.0
_TICKS = 100


class Letter:
    """A dead letter as the broker gave it."""

    def __init__(self, properties: Any, body: bytes) -> None:
        self.body = body
        self.content_type: str | bytes | None = properties.content_type
        self.encoding: str | bytes | None = properties.content_encoding
        self.table: bytes = properties.table
        self.reason: str = properties.reason


class _Properties(pika.BasicProperties):  # type: ignore[misc]
    """Properties that are written as they are given."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__()
        self._pieces = pieces

    def encode(self) -> list[bytes]:
        return self._pieces


class Rig:
    """One service, started anew with an empty queue and database by `begin`."""

    def __init__(self, broker_url: str, database: str, folder: Path) -> None:
        self._url = broker_url
        self._folder = folder
        self._cluster: PostgresCluster | None = None
        if database != "sqlite":
            self._cluster = new_cluster()
            self._cluster.start()
        self._installation: Installation | None = None
        self._database = ""
        self.running: Running | None = None
        self._connection: Any = None

    def begin(self) -> None:
        """Start from nothing."""
        self._end_service()
        own = Path(tempfile.mkdtemp(prefix="bytes-", dir=self._folder))
        self._database = self._cluster.create_database() if self._cluster else ""
        self._installation = Installation(own, self._url, self._database or None)
        self._installation.run("declare")
        for queue in ("dondoc.events", "dondoc.dead", "dondoc.unrouted"):
            self.channel().queue_purge(queue)
        self.running = self._installation.start()
        self._wait_for(lambda: self.connections() == 1, START_SECONDS)

    def close(self) -> None:
        """End everything."""
        self._end_service()
        self._hang_up()
        if self._cluster is not None:
            self._cluster.stop()

    def publish(self, message: Imagined) -> bool:
        """Whether the broker took it."""
        try:
            self.channel().basic_publish(
                "hscv.events", "x", message.body, _Properties(message.properties())
            )
        except pika.exceptions.AMQPError:
            self._hang_up()
            return False
        return True

    def letters(self) -> Iterable[Letter]:
        """The dead letters that are there, which are taken."""
        while True:
            method, properties, body = self.channel().basic_get("dondoc.dead", auto_ack=True)
            if method is None:
                return
            yield Letter(properties, body)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query of the database gives."""
        if self._database:
            import psycopg

            with psycopg.connect(self._database) as server:
                return server.execute(sql.encode()).fetchall()
        assert self._installation is not None
        file = self._installation.folder / "dondoc.db"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(sql).fetchall()

    def stored(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Which of the events *ids* are stored, with their bodies."""
        listed = ", ".join(f"'{each}'" for each in ids)
        found = self.rows(f"SELECT event_id, body FROM event WHERE event_id IN ({listed})")
        return {id_: bytes(body or b"") for id_, body in found}

    def alive(self) -> bool:
        """Whether the service still runs."""
        return self.running is not None and self.running.process.poll() is None

    def log(self) -> str:
        """What the service has said."""
        return self.running.log.read_text(encoding="utf-8") if self.running else ""

    def connections(self) -> int:
        """How often the consumer has connected."""
        return self.log().count("dondoc consumer: connected")

    def seconds(self) -> float:
        """Of the processor, used by the service so far."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def megabytes(self) -> int:
        """The most memory that the service has ever had."""
        (line,) = [x for x in self._proc("status").splitlines() if x.startswith("VmHWM")]
        return int(line.split()[1]) // 1024

    def channel(self) -> Any:
        """A channel that has confirms on."""
        if self._connection is None or self._connection.is_closed:
            self._connection = pika.BlockingConnection(pika.URLParameters(self._url))
            self._open = self._connection.channel()
            self._open.confirm_delivery()
        return self._open

    def _proc(self, name: str) -> str:
        assert self.running is not None
        return Path(f"/proc/{self.running.process.pid}/{name}").read_text()

    def _hang_up(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self._connection.close()
        self._connection = None

    def _end_service(self) -> None:
        if self._installation is None:
            return
        self._installation.end_what_is_left()
        shutil.rmtree(self._installation.folder, ignore_errors=True)

    def _wait_for(self, holds: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if not self.alive() or time.monotonic() > deadline:
                raise subprocess.SubprocessError(f"the service did not start:\n{self.log()}")
            time.sleep(0.05)
