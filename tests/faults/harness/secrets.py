"""Documents that become secret while reminders of them are on their way to the broker.

Their reminders go to a body of their own, so that a queue bound for it counts them: what is in it
once they are called erased must be all that ever comes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from dondoc.storage.database import open_store
from dondoc.storage.engines.errors import StorageError
from dondoc.storage.publications import still_open
from support.hscv import as_json, event
from support.installation import COMMAND

from .hscv import bind_queue, depth
from .world import World

CANARY = "CANARY-bimat"
BODY = "CANARYBODY"
QUEUE = "canaries"
ALARM, FROZEN = "secrets under alarm", "secrets in frozen relays"

_DOCUMENTS = 3
_LONGER_THAN_A_LEASE = 32.0
_TRIES = 6
_LOOK_SECONDS = 15.0


@dataclass
class Kept:
    """What is known of the rounds with secrets."""

    rounds: int = 0
    held: int = 0
    """Of them, those in which reminders were on their way when they became secret."""
    erased_meanwhile: int = 0
    """Of them, those that were erased before the relays were thawed or the alarm was over."""
    lost: list[str] = field(default_factory=list)


class Secrets:
    """The rounds with secrets of one run in *world*."""

    def __init__(self, world: World) -> None:
        self.kept = Kept()
        self._world = world
        self._came = 0
        self._between: str | None = None
        bind_queue(world.broker.url(), QUEUE, f"reminder.{BODY}.#")

    def round(self, kind: str, lasts: float) -> None:
        """Do one round; an alarm goes on for *lasts* seconds once the documents are secret."""
        self.still_none()
        self.kept.rounds += 1
        number = self.kept.rounds
        subjects = [f"{CANARY}-{number}-{each}" for each in range(_DOCUMENTS)]
        if kind == ALARM:
            self._under_alarm(subjects, lasts)
        else:
            self._with_frozen_relays(subjects)
        self._came = depth(self._world.broker.url(), QUEUE)
        self._between = f"round {number} with secrets, {kind}"

    def still_none(self) -> None:
        """Nothing has come of what was erased before."""
        now = depth(self._world.broker.url(), QUEUE)
        if self._between is not None and now != self._came:
            more = now - self._came
            self.kept.lost.append(f"{more} reminders came after their erasure: {self._between}")

    def _under_alarm(self, subjects: Sequence[str], lasts: float) -> None:
        over = threading.Event()

        def end() -> None:
            self._world.alarm(on=False)
            over.set()

        self._world.alarm(on=True)
        timer = threading.Timer(lasts, end)
        try:
            self._send_reminders(subjects)
            timer.start()
            erased = self._purge(subjects)
            self.kept.erased_meanwhile += erased and not over.is_set()
        finally:
            timer.cancel()
            if timer.ident is not None:
                timer.join()
            if not over.is_set():
                end()
        self._erase(subjects, erased)

    def _with_frozen_relays(self, subjects: Sequence[str]) -> None:
        self._world.network.stall()
        try:
            self._send_reminders(subjects)
            self._signal(signal.SIGSTOP)
            begun = time.monotonic()
            erased = self._purge(subjects)
            self.kept.erased_meanwhile += erased
            time.sleep(max(0.0, begun + _LONGER_THAN_A_LEASE - time.monotonic()))
        finally:
            self._world.network.resume()
            self._signal(signal.SIGCONT)
        self._erase(subjects, erased)

    def _send_reminders(self, subjects: Sequence[str]) -> None:
        """Documents that are overdue come in, and reminders of them are on their way."""
        lines = self._world.installation.folder / "canaries.jsonl"
        lines.write_bytes(b"\n".join(as_json(each) for each in _events(subjects)))
        # An outage of the database, as the rounds have them, may be about; the next try helps.
        for _ in range(_TRIES):
            if self._command("replay", str(lines)) == 0 and self._command("remind") == 0:
                break
        lines.unlink()
        deadline = time.monotonic() + _LOOK_SECONDS
        while not (held := self._on_their_way()) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.kept.held += held

    def _erase(self, subjects: Sequence[str], erased: bool) -> None:
        """Go on until it is done; now nothing holds anybody up any more."""
        for _ in range(_TRIES):
            if erased or (erased := self._purge(subjects)):
                return
        self.kept.lost.append(f"{subjects[0]} could not be erased")

    def _purge(self, subjects: Sequence[str]) -> bool:
        """Make them secret, by a command that has its own way to the broker; whether all is
        erased."""
        at = "2026-03-02T08:00:00+07:00"
        rows = [
            {"stream": f"document:{each}", "level": "mat", "redacted_at": at, "names": []}
            for each in subjects
        ]
        listed = self._world.installation.folder / "canaries.json"
        listed.write_text(json.dumps(rows), encoding="utf-8")
        return self._command("purge", "--apply", str(listed)) == 0

    def _command(self, *arguments: str) -> int:
        direct = {
            "DONDOC_BROKER_URL": self._world.broker.url(),
            "DONDOC_DATABASE_URL": self._world.database.direct,
        }
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self._world.installation.folder,
            env={k: v for k, v in os.environ.items() if not k.startswith("DONDOC_")} | direct,
            capture_output=True,
            timeout=240,
            check=False,
        )
        return done.returncode

    def _on_their_way(self) -> bool:
        store = open_store(self._world.database.direct)
        try:
            return bool(still_open(store))
        except StorageError:
            return False
        finally:
            store.close()

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._world.service_pids():
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _events(subjects: Sequence[str]) -> list[dict[str, Any]]:
    events = []
    for subject in subjects:
        issued = event("document.issued", id=f"{subject}-i", subject=subject)
        issued["data"] |= {"abstract": CANARY, "symbol": f"{subject}/CT"}
        task = event("task.assigned", id=f"{subject}-a", subject=subject)
        task["data"] |= {"task_id": f"{subject}-1", "content": CANARY, "due_on": "2026-03-20"}
        task["data"] |= {"lead": [BODY], "coordinating": []}
        events += [issued, task]
    return events
