"""One installation of dondoc as an administrator has it: a settings file and the real command."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from dondoc.storage.database import open_store
from support.ready_commands import ReadyCommands

COMMAND: tuple[str, ...] = (str(Path(sys.executable).parent / "dondoc"),)
START_SECONDS = 30.0
NOTHING: Mapping[str, str] = {}
_LONGEST_SECONDS = 240.0
_READY = ReadyCommands(COMMAND[0])


class Running:
    """A `dondoc run` of the installation; ended by signals, as an init system would."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log

    def address(self) -> str:
        """Where its metrics are, once it says so."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            found = re.search(r"metrics at (http://\S+)", self.log.read_text(encoding="utf-8"))
            if found:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the service did not start:\n{self.log.read_text(encoding='utf-8')}")

    def metrics(self) -> dict[str, float]:
        """Every sample of its metrics by its name with labels."""
        with urllib.request.urlopen(self.address(), timeout=10) as answer:
            text = answer.read().decode()
        return {
            name: float(value)
            for name, _, value in (
                line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")
            )
        }

    def events_in(self) -> int:
        """How many events it has acknowledged."""
        counted = self.metrics()
        return int(sum(v for name, v in counted.items() if name.startswith("dondoc_events_total")))

    def wait_until_idle(self) -> None:
        """Wait until what was delivered is also handled: no more is counted for a while."""
        before, unchanged = -1, 0
        while unchanged < 3:  # a batch can take seconds where the machine is busy
            now = self.events_in()
            unchanged = unchanged + 1 if now == before else 0
            before = now
            time.sleep(1.0)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """End it with a signal; gives its exit code and how many seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        return code, time.monotonic() - begun


class Installation:
    """A folder with dondoc.toml, in which commands are run; *since*: `tracking.since`."""

    def __init__(
        self,
        folder: Path,
        broker_url: str,
        database_url: str | None = None,
        since: date = date(2026, 1, 1),
    ) -> None:
        self.folder, self.since = folder, since
        self.started: list[subprocess.Popen[str]] = []
        self.service = COMMAND
        """What stands before `run`; a test may wrap the command."""
        self.database_url = database_url or f"sqlite:///{folder / 'dondoc.db'}"
        policy = files("dondoc.rules").joinpath("policies", "demo.toml")
        folder.joinpath("dondoc.toml").write_text(
            f'[broker]\nurl = "{broker_url}"\n'
            f'[database]\nurl = "{self.database_url}"\n'
            '[metrics]\nlisten = "127.0.0.1:0"\n'
            f'[tracking]\nsince = {since}\nbodies = "sample"\nreminders = "{policy}"\n'
            # Reminders one by one, at once: most tests have a past and no time to wait.
            '[reminders]\ncatch_up = "all"\n',
            encoding="utf-8",
        )

    def with_mail(self, port: int, **settings: str | int | list[str]) -> Installation:
        """The same, with a mail server on *port* of this machine that takes letters in clear."""
        told: dict[str, str | int | list[str]] = {
            "host": "127.0.0.1",
            "port": port,
            "tls": "off",
            "sender": "don-doc@yenlam.example",
            "at": "00:00",
            "per_minute": 10_000,
            **settings,
        }
        with self.folder.joinpath("dondoc.toml").open("a", encoding="utf-8") as file:
            file.write("[mail]\n")
            file.writelines(f"{key} = {json.dumps(said)}\n" for key, said in told.items())
        return self

    def with_tables(self) -> Installation:
        """The same, with a database that is there and empty."""
        store = open_store(self.database_url)
        store.migrate(self.since)
        store.close()
        return self

    def run(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """What a command prints; it must end with *code* and without a traceback."""
        ended, out, err = self.ended(arguments, environment)
        assert "Traceback" not in err, err
        assert ended == code, (ended, out, err)
        return out if code == 0 else err or out

    def said(self, *arguments: str, code: int) -> str:
        """What a command says on both streams; it must end with *code*."""
        ended, out, err = self.ended(arguments, {})
        assert ended == code, (ended, out, err)
        return out + err

    def ended(
        self, arguments: Sequence[str], environment: Mapping[str, str] = NOTHING
    ) -> tuple[int, str, str]:
        """With which code a command ends, and what it says on its output and as errors."""
        # What else the environment says may be read while the program starts.
        if all(name.startswith("DONDOC_") for name in environment):
            told = {**_environment(), **environment}
            ready = _READY.run(arguments, self.folder, told, _LONGEST_SECONDS)
            if ready is not None:
                return ready
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env={**_environment(), **environment},
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """The rows that a command gives as JSON."""
        rows: list[dict[str, Any]] = json.loads(self.run(*arguments, "--format", "json"))
        return rows

    def start(self, *words: str) -> Running:
        """Start the service, or what *words* say."""
        log = self.folder / f"run-{time.monotonic_ns()}.log"
        with log.open("w", encoding="utf-8") as target:
            process = subprocess.Popen(
                [*self.service, *(words or ("run",))],
                cwd=self.folder,
                env=_environment(),
                stdout=target,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.started.append(process)
        return Running(process, log)

    def end_what_is_left(self) -> None:
        """Kill what a test that failed half way has left running."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()


def _environment() -> dict[str, str]:
    """The environment without settings of whoever runs the tests, or of their terminal."""
    theirs = ("DONDOC_", "COLUMNS", "LINES")
    return {name: value for name, value in os.environ.items() if not name.startswith(theirs)}


def sample_size(ending: date, scale: int = 1) -> int:
    """How many messages the sample has."""
    from dondoc.sample.generator import generate

    return sum(1 for _ in generate(ending, scale))
