"""Canaries in every place that a message has: afterwards every byte is searched for them.

A round tells some documents that become secret and one that does not, with what others say of them;
makes them secret in one of many ways; and as soon as `dondoc purge` says that nothing is left, no
byte of theirs may be found in the database, its logs and statistics, the queues, the output and the
logs, and no reminder of them may come out any more.
"""

from __future__ import annotations

import random
import time
from collections import ChainMap, Counter
from contextlib import nullcontext
from datetime import UTC, datetime

from fuzz.canaries.places import NORMAL, SECRET, Canaries
from fuzz.canaries.stories import Sent, Story
from fuzz.canaries.system import ERASED, System
from fuzz.rounds import Found, Plan

MODES = ("event", "event first", "in between", "purge", "analyse", "backup", "frozen", "blocked")
HELD = ("frozen", "blocked")
"""Ways in which reminders are still in somebody's hands when the documents become secret."""
DOCUMENTS, DOCUMENTS_HELD = 6, 24
_PATIENCE = 240.0
_LATE_SECONDS = 6.0
"""How long reminders that were held back have to come out, once nothing holds them any more."""


def make(plan: Plan) -> CanaryRounds:
    """Rounds on one running system."""
    return CanaryRounds(plan)


class CanaryRounds:
    """See `make`. ``modes``: the ways that rounds choose from."""

    def __init__(self, plan: Plan, modes: tuple[str, ...] = MODES) -> None:
        self._plan = plan
        self.modes = modes
        self._system = System(plan)
        self._told = 0

    def round(self, chance: random.Random) -> Counter[str]:
        """One way of becoming secret, for some documents at once."""
        mode = chance.choice(self.modes)
        self._told += 1
        number = DOCUMENTS_HELD if mode in HELD else DOCUMENTS
        secret = [self._story(SECRET, each, chance) for each in range(number)]
        kept = self._story(NORMAL, number, chance)
        self._system.take([*kept.own(), *kept.others()])
        if mode in HELD:
            messages = self._held(mode, secret)
        elif mode in ("purge", "analyse", "backup"):
            messages = self._purged(mode, secret)
        else:
            messages = self._by_event(mode, secret, chance)
        self._system.look(secret[0].subject, chance)
        self._search(mode, secret)
        placed = sum(len(story.canaries.places) for story in secret)
        return Counter({mode: 1, "messages": messages, "canaries": placed})

    def close(self) -> None:
        """End the system."""
        self._system.close()

    def _story(self, begins: str, number: int, chance: random.Random) -> Story:
        tag = f"{self._plan.first + self._told}D{number}"
        now = datetime.now(UTC)
        return Story(f"VB{tag}", Canaries(f"{begins}R{tag}"), chance, now)

    def _by_event(self, mode: str, secret: list[Story], chance: random.Random) -> int:
        sent: list[Sent] = []
        for story in secret:
            told = [*story.own(), *story.others()]
            chance.shuffle(told)
            at = {"event": len(told), "event first": 0}.get(mode, len(told) // 2)
            told.insert(at, story.made_secret())
            sent += told
        self._system.take(sent)
        self._finish()
        return len(sent)

    def _purged(self, mode: str, secret: list[Story]) -> int:
        sent = [each for story in secret for each in (*story.own(), *story.others())]
        self._system.take(sent)
        if mode == "analyse":
            self._system.analyse()
        if mode == "backup":
            self._system.backup(searched=False)
        self._system.purge([story.subject for story in secret])
        self._finish()
        if mode == "analyse":
            self._system.analyse()
        if mode == "backup":
            self._system.backup(searched=True)
        return len(sent)

    def _held(self, mode: str, secret: list[Story]) -> int:
        """What was told is decided about when the service starts, and would go out at once."""
        system = self._system
        sent = [each for story in secret for each in story.own()]
        system.stop()
        system.take(sent)
        system.stop()
        hold = system.frozen_relay if mode == "frozen" else system.blocked_broker
        # On a busy machine the scheduler may have come before the stop, and all of it is out.
        with hold() if system.has_reminders_to_come() else nullcontext():
            code = system.purge([story.subject for story in secret])
            if code == ERASED:
                system.read_reminders()
        if code != ERASED:
            self._finish()
            system.read_reminders()
        time.sleep(_LATE_SECONDS)
        late = system.read_reminders().decode(errors="replace")
        if SECRET in late:
            raise Found(f"{mode}: {late.count(SECRET)} canaries in reminders after all was erased")
        return len(sent)

    def _finish(self) -> None:
        """Purge until it says that nothing is left."""
        deadline = time.monotonic() + _PATIENCE
        while (code := self._system.purge([])) != ERASED:
            if time.monotonic() > deadline:
                raise Found(f"nothing holds anything back, and purge still ends with {code}")
            time.sleep(1)

    def _search(self, mode: str, secret: list[Story]) -> None:
        found = self._system.found(SECRET)
        if not self._system.found(NORMAL):
            raise AssertionError("what is not secret is not found either: this proves nothing")
        if found:
            places = ChainMap(*(story.canaries.places for story in secret))
            by_file = Counter(line.partition(": ")[0] for line in found)
            examples = {line.partition(": ")[0]: line.partition(": ")[2] for line in found}
            told = "; ".join(
                f"{number} in {file}, as {examples[file]} ({places.get(examples[file].upper())})"
                for file, number in by_file.items()
            )
            kept = self._system.keep(self._plan.folder)
            raise Found(f"{mode}: {len(found)} canaries left: {told}", kept)
        self._system.forget()
