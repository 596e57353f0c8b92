"""dondoc under measurement: its real command, in a folder of its own, on one database.

Everything is the way an administrator has it, but for the free port of the metrics. It must
never be told anything that `dondoc run` in an office is not.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from dondoc.sample.generator import since

from .events import today

QUEUE = "dondoc.events"
COMMAND = str(Path(sys.executable).parent / "dondoc")


class Service:
    """One running `dondoc run`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("w", encoding="utf-8") as target:
            self.process = subprocess.Popen(
                [COMMAND, "run"], cwd=folder, env=environment(), stdout=target, stderr=target
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def address(self) -> str | None:
        """Where its metrics are; None before it says so."""
        if self.process.poll() is not None:
            raise RuntimeError(f"dondoc ended:\n{self.log.read_text(encoding='utf-8')}")
        found = re.search(r"metrics at (http://\S+)", self.log.read_text(encoding="utf-8"))
        return found[1] if found else None

    def metrics(self) -> str:
        """What a scrape gives; nothing before the endpoint is there."""
        address = self.address()
        if address is None:
            return ""
        with urllib.request.urlopen(address, timeout=30) as answer:
            text: str = answer.read().decode()
        return text

    def done(self) -> int:
        """How many events it has acknowledged since its start."""
        return int(self.total("dondoc_events_total"))

    def total(self, name: str) -> float:
        """The sum over all labels of one metric."""
        lines = self.metrics().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    def end(self) -> None:
        """Drain it and wait for its end."""
        self.process.terminate()
        self.process.wait(timeout=60)


class Office:
    """A folder with dondoc.toml, its queue declared, where there is a broker, and its database
    migrated. *bodies*: a file with the directory, or the sample's."""

    def __init__(
        self,
        folder: Path,
        broker_url: str | None,
        database_url: str | None = None,
        bodies: Path | str = "sample",
    ) -> None:
        self.folder = folder
        self.database = folder / "dondoc.db"
        self.bodies = bodies
        folder.mkdir(parents=True)
        self.database_url = database_url or f"sqlite:///{self.database}"
        folder.joinpath("dondoc.toml").write_text(
            (f'[broker]\nurl = "{broker_url}"\n' if broker_url else "")
            + f'[database]\nurl = "{self.database_url}"\n'
            '[metrics]\nlisten = "127.0.0.1:0"\n'
            f'[tracking]\nsince = {since(today())}\nbodies = "{bodies}"\n'
            # One by one: what is measured is each reminder's way.
            '[reminders]\ncatch_up = "all"\n',
            encoding="utf-8",
        )
        if broker_url:
            self.run("declare")
        self.run("migrate")

    def run(self, *arguments: str) -> float:
        """Run a command to its end; gives the seconds it took. Raises CalledProcessError."""
        begun = time.monotonic()
        subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
        )
        return time.monotonic() - begun

    @contextlib.contextmanager
    def running(self, instances: int = 1) -> Iterator[list[Service]]:
        """So many services at work, ended with the block."""
        services = [Service(self.folder, f"run-{number}") for number in range(instances)]
        try:
            yield services
        finally:
            for service in services:
                service.end()


def environment() -> dict[str, str]:
    """The environment without settings of whoever measures."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")}
