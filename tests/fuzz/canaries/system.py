"""A running installation of which every byte can be searched: broker, database, service, what
commands print, and what a reader of the reminders gets.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pika
from dondoc.rules.events import local_date
from fuzz.canaries.stories import Sent
from fuzz.rounds import POSTGRESQL, Plan
from private_broker import PrivateBroker
from support.installation import COMMAND, Installation, Running
from support.postgres import PostgresCluster, new_cluster

QUEUES = ("dondoc.dead", "dondoc.unrouted")
READER = "reader"
ERASED = 0
_COMMANDS = 3
"""How many commands are looked at in a round: each takes most of a second to start."""
_TAKEN_SECONDS = 240.0
_NO_MEMORY, _MEMORY = "0.00001", "0.6"
_TO_COME = (
    "SELECT (SELECT COUNT(*) FROM outbox WHERE published_at IS NULL)"
    " + (SELECT COUNT(*) FROM obligation WHERE next_reminder_on <= '{today}')"
)
_LEASED = "SELECT COUNT(*) FROM outbox WHERE lease_until IS NOT NULL AND published_at IS NULL"


class System:
    """Broker, database and service of one plan, in folders of their own.

    *at*: the address of a broker that somebody else ends; otherwise one of its own is started.
    *settings*: more of the settings file; *files*: what stands beside it.
    """

    def __init__(
        self, plan: Plan, at: str = "", settings: str = "", files: Sequence[Path] = ()
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dondoc-canaries-"))
        self.kept = self.folder / "kept"
        """What is searched besides the database: everything that commands and queues give."""
        self.kept.mkdir()
        self.queues: Sequence[str] = QUEUES
        self.before = self.folder / "before"
        self.before.mkdir()
        self.cluster: PostgresCluster | None = None
        url = None
        if plan.database == POSTGRESQL:
            self.cluster = new_cluster({"wal_recycle": "off", "autovacuum_naptime": "1s"})
            self.cluster.start()
            url = self.cluster.create_database()
        (self.folder / "broker").mkdir()
        self.broker = PrivateBroker(self.folder / "broker")
        if not at:
            self.broker.start()
        self.url = at or self.broker.url()
        own = self.folder / "installation"
        own.mkdir()
        self.installation = Installation(own, f"{self.url}?heartbeat=20", url)
        with own.joinpath("dondoc.toml").open("a", encoding="utf-8") as told:
            told.write(settings)
        for path in files:
            shutil.copy(path, own)
        self.installation.run("declare")
        self.installation.run("migrate")
        with self.channel() as channel:
            channel.queue_declare(READER, durable=True)
            channel.queue_bind(READER, "dondoc.reminders", "#")
        self.running: Running | None = None
        self._taken = 0
        self._files = 0

    def close(self) -> None:
        """End and remove all of it."""
        self.installation.end_what_is_left()
        if self.url == self.broker.url():
            self.broker.stop()
        if self.cluster is not None:
            self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # The service

    def start(self) -> Running:
        """Start the service, unless it runs."""
        if self.running is None:
            running = self.running = self.installation.start()
            self._wait(lambda: "metrics at" in running.log.read_text(), "the service is there")
            self._taken = 0
        return self.running

    def stop(self) -> None:
        """End the service in order."""
        if self.running is not None:
            code, _ = self.running.stop()
            assert code == 0, self.running.log.read_text(encoding="utf-8")[-2000:]
            self.running = None

    def take(self, sent: Sequence[Sent]) -> None:
        """Publish messages as HSCV does, and wait until the service has taken them."""
        running = self.start()
        with self.channel() as channel:
            channel.confirm_delivery()
            for each in sent:
                properties = pika.BasicProperties(
                    content_type=each.content_type, headers=each.headers, delivery_mode=2
                )
                channel.basic_publish("hscv.events", each.type, each.body, properties)
        self._taken += len(sent)
        self._wait(lambda: running.events_in() >= self._taken, "all messages are taken")

    def has_reminders_to_come(self) -> bool:
        """Whether anything is decided and not published, or still to be decided about today."""
        today = local_date(datetime.now(UTC)).isoformat()
        with self._asking() as ask:
            return bool(ask(_TO_COME.format(today=today))[0][0])

    @contextmanager
    def frozen_relay(self) -> Iterator[None]:
        """The service stands still from the moment it has reminders in its hands."""
        running = self.start()
        with self._asking() as ask:
            self._wait(lambda: ask(_LEASED)[0][0], "the relay has something in hand", 0.0)
        os.kill(running.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(running.process.pid, signal.SIGCONT)

    @contextmanager
    def blocked_broker(self) -> Iterator[None]:
        """The broker takes nothing more from any publisher, for want of memory, and the relay has
        handed over what it had."""
        self.broker.ctl("set_vm_memory_high_watermark", _NO_MEMORY)
        try:
            self.start()
            with self._asking() as ask:
                self._wait(lambda: ask(_LEASED)[0][0], "the relay has something in hand")
            time.sleep(1.0)
            yield
        finally:
            self.broker.ctl("set_vm_memory_high_watermark", _MEMORY)

    # Commands

    def purge(self, subjects: Sequence[str]) -> int:
        """`dondoc purge` for all of *subjects* at once, and whatever else is not erased yet; gives
        its exit code, whatever it is."""
        rows = [
            {
                "stream": f"document:{subject}",
                "level": "purged",
                "redacted_at": datetime.now(UTC).isoformat(),
                "names": [],
            }
            for subject in subjects
        ]
        listed = self.before / "purged.json"
        listed.write_text(json.dumps(rows), encoding="utf-8")
        return self._run("purge", "--apply", str(listed))

    def look(self, subject: str, chance: random.Random) -> None:
        """Have some of the commands that show something show it, and keep what they show."""
        shown = [
            *(("status",), ("list",), ("remind",), ("dead", "list"), ("dead", "show", "1")),
            *(
                ("show", subject),
                ("check",),
                ("status", "--format", "json"),
                ("reprocess", "--all"),
            ),
        ]
        for arguments in chance.sample(shown, _COMMANDS):
            self._run(*arguments)
        self._run("purge", "--export", str(self.kept / f"list-{time.monotonic_ns()}.json"))
        if self.running is not None:
            page = "\n".join(f"{name} {value}" for name, value in self.running.metrics().items())
            (self.kept / "metrics.txt").write_text(page, encoding="utf-8")

    def backup(self, *, searched: bool) -> None:
        """A backup; one made before is out of reach, and not *searched*."""
        if self.cluster is None:
            target = (self.kept if searched else self.before) / f"{time.monotonic_ns()}.db"
            assert self._run("backup", str(target)) == 0

    def analyse(self) -> None:
        """Have the planner look at everything, as it does by itself in time."""
        with self._asking() as ask:
            ask("ANALYZE")

    @contextmanager
    def _asking(self) -> Iterator[Callable[[str], list[Any]]]:
        """The database, as another program on the machine asks it."""
        if self.cluster is not None:
            import psycopg

            with psycopg.connect(self.installation.database_url, autocommit=True) as server:

                def ask(sql: str) -> list[Any]:
                    cursor = server.execute(sql)
                    return cursor.fetchall() if cursor.description else []

                yield ask
        else:
            path = self.installation.folder / "dondoc.db"
            with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as file:
                yield lambda sql: file.execute(sql).fetchall()

    def _run(self, *arguments: str) -> int:
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.installation.folder,
            capture_output=True,
            timeout=300,
            check=False,
        )
        self._files += 1
        said = self.kept / f"{self._files}-{arguments[0]}.txt"
        said.write_bytes(done.stdout + done.stderr)
        return done.returncode

    # What is left

    def read_reminders(self) -> bytes:
        """Every reminder that the reader has got since it last looked."""
        with self.channel() as channel:
            return b"\n".join(_all_of(channel, READER, acknowledge=True))

    def found(self, text: str) -> list[str]:
        """Where *text* is found: file by file and queue by queue, with the canary itself."""
        with self.channel() as channel:
            for queue in self.queues:
                content = b"\n".join(_all_of(channel, queue, acknowledge=False))
                (self.kept / f"queue-{queue}").write_bytes(content)
        folders = [self.kept, self.installation.folder]
        folders += [self.cluster.directory] if self.cluster else []
        return [line for folder in folders for line in _found_in(folder, text)]

    def keep(self, folder: Path) -> Path:
        """Put what commands and queues gave into *folder*, for whoever reads of the finding."""
        shutil.copytree(self.kept, folder / "kept", dirs_exist_ok=True)
        return folder / "kept"

    def forget(self) -> None:
        """Remove what commands have given so far."""
        for folder in (self.kept, self.before):
            shutil.rmtree(folder)
            folder.mkdir()

    @contextmanager
    def channel(self) -> Iterator[Any]:
        """A channel of the broker, for whoever publishes and looks."""
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        try:
            yield connection.channel()
        finally:
            connection.close()

    def _wait(self, holds: Callable[[], object], what: str, pause: float = 0.1) -> None:
        deadline = time.monotonic() + _TAKEN_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {_TAKEN_SECONDS:.0f} s: {what}")
            time.sleep(pause)


def _all_of(channel: Any, queue: str, *, acknowledge: bool) -> Iterator[bytes]:
    """Every message of a queue with its headers; those not acknowledged are back when the
    connection ends."""
    while (got := channel.basic_get(queue, auto_ack=acknowledge))[0] is not None:
        _, properties, body = got
        yield body + json.dumps(properties.headers, default=repr, ensure_ascii=False).encode()


def _found_in(folder: Path, text: str) -> Iterator[str]:
    command = ["grep", "-raoiE", "--with-filename", f"{text}[a-z0-9]*", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in dict.fromkeys(done.stdout.splitlines()):
        path, _, canary = line.rpartition(":")
        yield f"{Path(path).relative_to(folder)}: {canary}"
