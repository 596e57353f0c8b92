"""A private PostgreSQL cluster for tests: its own directory, socket and port, stopped by pid.

Durability is on as in an office's cluster: a test that kills it must mean something. Where the
server's programs are missing, tests that need it are skipped and say which program is missing.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from loopback import free_ports

_START_SECONDS = 180


def find_binary(name: str) -> Path | None:
    """The newest installed *name*, on the path or where Debian keeps PostgreSQL's programs."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    if versions:
        return versions[-1]
    found = shutil.which(name)
    return Path(found) if found else None


class PostgresCluster:
    """One cluster. `start` and `kill` may be called in turns: the data stay.

    *settings* are added to the server's. *directory*: where it is to be, instead of a new one.
    *primary*: the running cluster whose replica it is to be, by a slot.
    """

    def __init__(
        self,
        initdb: Path,
        postgres: Path,
        settings: Mapping[str, object] | None = None,
        directory: Path | None = None,
        primary: PostgresCluster | None = None,
    ) -> None:
        self._postgres = postgres
        self._settings = dict(settings or {})
        # A socket's path may not be longer than about 100 characters, so no nested tmp_path.
        self.directory = directory or Path(tempfile.mkdtemp(prefix="dondoc-pg-"))
        self.data = self.directory / "data"
        self.log = self.directory / "log"
        (self.port,) = free_ports(1)
        self.process: subprocess.Popen[bytes] | None = None
        self._owner: str | None = None
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            self._owner = "postgres" if _has_user("postgres") else "nobody"
            shutil.chown(self.directory, user=self._owner)
        if primary is None:
            options = "-U dondoc -A trust -E UTF8 --locale=C.UTF-8 --no-sync"
            self._run([str(initdb), "-D", str(self.data), *options.split()])
        else:
            options = (
                "--write-recovery-conf --create-slot --slot=replica --checkpoint=fast --no-sync"
            )
            copying = [str(initdb.with_name("pg_basebackup")), "-d", primary.url()]
            self._run([*copying, "-D", str(self.data), *options.split()])

    def url(self, database: str = "postgres") -> str:
        """The URL of *database* over TCP."""
        return f"postgresql://dondoc@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """The URL of a new empty database."""
        import psycopg

        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    @contextlib.contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        """The URL of a new database with all that the one named *template* has, to which nobody
        may be connected; it is gone afterwards."""
        import psycopg

        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url(name)
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def create_schema(self) -> str:
        """The URL of a new empty schema of the database that is always there; much faster."""
        import psycopg

        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.url()}?options=-csearch_path%3D{name}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.directory,
            "shared_buffers": "64MB",
            "max_connections": 60,
            "fsync": "on",
            **self._settings,
        }
        command = [str(self._postgres), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, user=self._owner
            )
        self._wait()

    def stop(self) -> None:
        """Stop the server and remove everything it kept."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def kill(self) -> None:
        """End the server as a power cut would; `start` recovers it."""
        self._end(signal.SIGQUIT)

    def processes(self) -> list[int]:
        """The server and every process of its own; each is a session leader, so that no process
        group holds them."""
        assert self.process is not None
        server = self.process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text()
        return [server, *map(int, children.split())]

    def kill_hard(self) -> None:
        """kill -9 every process of the server, which gets to do nothing any more."""
        self.signal_all(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=_START_SECONDS)
            self.process = None

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to every process of the server, the first one first."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=_START_SECONDS)
            self.process = None

    def _wait(self) -> None:
        import psycopg

        assert self.process is not None
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"PostgreSQL did not start:\n{self.log.read_text()}"
                    ) from None
                time.sleep(0.05)
            else:
                return

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, user=self._owner, cwd="/", check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def missing_parts() -> list[str]:
    """What of a private cluster this machine lacks; empty where nothing."""
    missing = [name for name in ("initdb", "postgres") if find_binary(name) is None]
    try:
        import psycopg  # noqa: F401
    except ImportError:
        missing.append("psycopg (pip install 'dondoc[postgres]')")
    return missing


def new_cluster(
    settings: Mapping[str, object] | None = None,
    directory: Path | None = None,
    primary: PostgresCluster | None = None,
) -> PostgresCluster:
    """A cluster of one's own, not started, or a replica of *primary*; the test that needs it is
    skipped where it cannot be."""
    missing = missing_parts()
    if missing:
        pytest.skip(f"NOT TESTED on PostgreSQL, missing: {', '.join(missing)}")
    initdb, postgres = find_binary("initdb"), find_binary("postgres")
    assert initdb is not None
    assert postgres is not None
    return PostgresCluster(initdb, postgres, settings, directory, primary)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """A running cluster, the same for the whole session."""
    cluster = new_cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def postgres_url(postgres_cluster: PostgresCluster) -> str:
    """The URL of an empty schema of its own."""
    return postgres_cluster.create_schema()
