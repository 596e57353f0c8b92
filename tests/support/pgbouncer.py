"""A private PgBouncer before a test's PostgreSQL: on a free port, ended by its own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from loopback import free_ports
from support.postgres import PostgresCluster

_CASE = Path(__file__).parents[1] / "fixtures" / "cases" / "13-pgbouncer.ini"
_SECONDS = 15.0


class Pooler:
    """One PgBouncer, with the settings of the case and *mode* for its pools."""

    def __init__(
        self,
        cluster: PostgresCluster,
        database: str,
        mode: str = "transaction",
        user: str = "dondoc",
    ) -> None:
        (self.port,) = free_ports(1)
        self._database = database
        self._directory = Path(tempfile.mkdtemp(prefix="dondoc-pgbouncer-"))
        self._settings = self._directory / "pgbouncer.ini"
        settings = _CASE.read_text(encoding="utf-8")
        for before, now in (
            (
                "dondoc = host=127.0.0.1 dbname=dondoc",
                f"{database} = host=127.0.0.1 port={cluster.port} user={user}",
            ),
            ("listen_port = 6432", f"listen_port = {self.port}\nunix_socket_dir ="),
            ("pool_mode = transaction", f"pool_mode = {mode}"),
        ):
            assert before in settings
            settings = settings.replace(before, now)
        self._settings.write_text(settings, encoding="utf-8")
        # It refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None
        shutil.chown(self._directory, user=self._user or os.geteuid())
        self._process: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """The URL of the database behind it."""
        return f"postgresql://dondoc@127.0.0.1:{self.port}/{self._database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "PgBouncer is missing: deploy/prepare.sh installs it"
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, str(self._settings)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
            )
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError((self._directory / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it and remove what it kept."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._directory, ignore_errors=True)


@pytest.fixture
def pooled_url(postgres_cluster: PostgresCluster) -> Iterator[str]:
    """The URL of a new empty database behind a pooler of transactions."""
    database = postgres_cluster.create_database().rpartition("/")[2]
    pooler = Pooler(postgres_cluster, database)
    try:
        pooler.start()
        yield pooler.url()
    finally:
        pooler.stop()
