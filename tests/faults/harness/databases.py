"""The database of a fault run, of either kind, with everything that can be done to it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from support.postgres import PostgresCluster, new_cluster
from support.proxy import Proxy

from .quota import Quota

_RECOVERY_SECONDS = 30.0


class Database(Protocol):
    """What a run needs of a database. ``url`` is the way of the services, ``direct`` ours."""

    url: str
    direct: str
    proxy: Proxy | None
    quota: Quota

    def kill(self) -> None: ...
    def restart(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def close(self) -> None: ...


class SqliteFile:
    """A SQLite file on a disk of its own: there is no server to kill or to pause."""

    def __init__(self, folder: Path, services: Callable[[], Iterable[int]]) -> None:
        self.quota = Quota(folder / "disk", 300, services)
        self.url = self.direct = f"sqlite:///{folder / 'disk' / 'dondoc.db'}"
        self.proxy: Proxy | None = None

    def kill(self) -> None:
        """Nothing: it dies with the service."""

    def restart(self) -> None:
        """Nothing."""

    def pause(self) -> None:
        """Nothing."""

    def resume(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Take its disk away."""
        self.quota.close()


class Cluster:
    """A private PostgreSQL cluster on a disk of its own, behind a proxy."""

    def __init__(self) -> None:
        # Its own path: a socket's path must be short.
        self._directory = Path(tempfile.mkdtemp(prefix="dondoc-pg-"))
        self._server: PostgresCluster | None = None
        self.quota = Quota(self._directory, 600, self._processes)
        # Recycled WAL would keep every erasure from being complete.
        settings = {"max_wal_size": "64MB", "min_wal_size": "32MB", "wal_recycle": "off"}
        self._server = new_cluster(settings, self._directory)
        self._server.start()
        self._paused: list[int] = []
        self.direct = self._server.url()
        self.proxy: Proxy | None = Proxy(self._server.port)
        self.proxy.accept()
        self.url = self.direct.replace(str(self._server.port), str(self.proxy.port))

    def _processes(self) -> Iterable[int]:
        return self._server.processes() if self._server and self._server.process else ()

    def kill(self) -> None:
        """kill -9 the server and all of its processes."""
        assert self._server is not None
        self._server.kill_hard()

    def kill_one(self, rng: random.Random) -> None:
        """kill -9 one process of the server, which then restarts all others by itself."""
        # One that is just recovering from the last kill may have none for a moment.
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while not (children := list(self._processes())[1:]) and time.monotonic() < deadline:
            self.restart()
            time.sleep(0.05)
        assert children, f"PostgreSQL has had no process for {_RECOVERY_SECONDS:.0f} s"
        with contextlib.suppress(ProcessLookupError):
            os.kill(rng.choice(children), signal.SIGKILL)

    def restart(self) -> None:
        """Start the server if it is not there: killed, or ended by itself for want of space."""
        assert self._server is not None
        if self._server.process is not None and self._server.process.poll() is not None:
            self._server.process = None
        if self._server.process is None:
            self._server.start()

    def pause(self) -> None:
        """Stop every process of the server where it stands."""
        self._paused = list(self._processes())
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop the server and remove everything."""
        assert self.proxy is not None
        assert self._server is not None
        self.proxy.refuse()
        self._server.stop()
        self.quota.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._paused:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
