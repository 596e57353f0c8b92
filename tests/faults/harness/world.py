"""A whole installation with everything that can be broken: services, broker, database, networks.

Every service is the real command as a process of its own; it reaches broker and database
through proxies. Whatever is started here is stopped here, by its process id.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired

from dondoc.rules.reminding.policy import STEPS
from private_broker import PrivateBroker
from support.installation import Installation, Running
from support.proxy import Proxy
from support.smtp_server import receiving

from .databases import Cluster, Database, SqliteFile
from .mutants import mutated

SQLITE, POSTGRESQL = "sqlite", "postgresql"
READY_SECONDS = 60.0
HEARTBEAT = 5


class World:
    """Broker, database, proxies and *instances* services on them; a mail server, and the process
    that hands it letters."""

    def __init__(self, folder: Path, kind: str, instances: int, mutant: str | None) -> None:
        self.kind = kind
        self.folder = folder
        self.broker = PrivateBroker(folder / "broker")
        self.broker.start()
        self.network = Proxy(self.broker.port)
        self.network.accept()
        self.database: Database = (
            Cluster() if kind == POSTGRESQL else SqliteFile(folder, self.service_pids)
        )
        own = folder / "installation"
        own.mkdir()
        url = f"amqp://guest:guest@127.0.0.1:{self.network.port}/%2F?heartbeat={HEARTBEAT}"
        # Letters of their own, not digests alone: the more there are, the more can be lost.
        self._receiving = ExitStack()
        self.mailbox = self._receiving.enter_context(receiving())
        self.installation = Installation(own, url, self.database.url).with_mail(
            self.mailbox.port, timeout=2, single=list(STEPS), single_limit=20, per_minute=1_200
        )
        if mutant is not None:
            self.installation.service = mutated(mutant)
        self.services: list[Running] = []
        self.mail: Running | None = None
        self._wanted = instances

    def declare(self) -> None:
        """Declare everything. What is to get reminders has to be bound before a service starts:
        periods fall due without any event."""
        self.installation.run("declare")

    def start(self) -> None:
        """Start the services."""
        self.services = [self.installation.start() for _ in range(self._wanted)]
        self.mail = self.installation.start("mail", "run")
        for each in (*self.services, self.mail):
            self.wait_until_ready(each)

    def wait_until_ready(self, running: Running) -> None:
        """Wait until a service is subscribed to its queue; a server that was recovering when one of
        its processes was killed may end only now."""
        wait_until_ready(running, self.database.restart)

    def service_pids(self) -> list[int]:
        """The processes of the services that are there."""
        return [each.process.pid for each in self._running()]

    def _running(self) -> list[Running]:
        mail: Running | None = getattr(self, "mail", None)
        return [*getattr(self, "services", []), *([mail] if mail else [])]

    def kill_service(self, number: int) -> None:
        """kill -9 a service and start another in its place."""
        running = self.services[number]
        running.process.kill()
        running.process.wait()
        self.services[number] = self.installation.start()

    def kill_mail(self) -> None:
        """kill -9 the process that sends letters and start another in its place."""
        assert self.mail is not None
        self.mail.process.kill()
        self.mail.process.wait()
        self.mail = self.installation.start("mail", "run")

    def alarm(self, *, on: bool) -> None:
        """Have the broker run out of memory, or have enough again."""
        for last in (False, False, True):
            try:
                self.broker.ctl("set_vm_memory_high_watermark", "0.00001" if on else "0.4")
            except TimeoutExpired:
                # The tool is slow to start where much else is going on.
                if last:
                    raise
            else:
                return

    def revive(self) -> None:
        """Start a database that has ended. A service must not have ended by itself: told."""
        self.database.restart()
        for each in self._running():
            if each.process.poll() is not None:
                raise ServiceEnded(each.log.read_text(encoding="utf-8")[-3000:])

    def stop_services(self) -> None:
        """Drain and end every service, in order."""
        for each in self._running():
            code, _ = each.stop()
            if code != 0:
                raise ServiceEnded(each.log.read_text(encoding="utf-8")[-3000:])
        self.services, self.mail = [], None

    def close(self) -> None:
        """End everything that is left, and remove the database."""
        for each in self._running():
            with suppress(ProcessLookupError):
                os.kill(each.process.pid, signal.SIGCONT)
            each.process.kill()
            each.process.wait()
        self._receiving.close()
        self.network.refuse()
        self.database.resume()
        self.database.close()
        self.broker.stop()


class ServiceEnded(AssertionError):
    """A service ended by itself; the text is the end of its log."""


@contextmanager
def world(
    folder: Path, kind: str, instances: int = 1, mutant: str | None = None
) -> Iterator[World]:
    """A world that is taken away at the end."""
    made = World(folder, kind, instances, mutant)
    try:
        yield made
    finally:
        made.close()


def wait_until_ready(running: Running, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Wait until a service is subscribed to its queue; *meanwhile* is done again and again."""
    deadline = time.monotonic() + READY_SECONDS
    while "dondoc consumer: connected" not in running.log.read_text(encoding="utf-8"):
        if running.process.poll() is not None:
            raise ServiceEnded(running.log.read_text(encoding="utf-8")[-3000:])
        if time.monotonic() > deadline:
            said = running.log.read_text(encoding="utf-8")[-3000:]
            raise AssertionError(f"a service was not ready within {READY_SECONDS:.0f} s:\n{said}")
        meanwhile()
        time.sleep(0.02)
