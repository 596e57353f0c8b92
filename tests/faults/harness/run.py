"""One run: events flow while everything is killed; then everything is counted.

outcome = run(Plan(rounds=30, seed=7, database="sqlite"), folder, print)
assert not outcome.lost
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from dondoc.commands.assembly.clock import today
from dondoc.storage.database import DatabaseUnavailable, open_store

from .audit import Stored, look, lost_events, lost_reminders, repeats
from .faults import BROKER_ALARM, Round, disturb, kill, schedule
from .flow import AS_OF, first_differences, neighbours, quiet_run, sample
from .hscv import READER_QUEUE, Hscv, bind_reader, depth, read_all
from .letters import disturb_mail, hurry, letters_again, look_at_mail, lost_letters
from .secrets import ALARM, CANARY, Kept, Secrets
from .world import World, world

EVENTS = "dondoc.events"
DEAD = "dondoc.dead"
UNROUTED = "dondoc.unrouted"
MAIL = "dondoc.mail"
STATISTICS_SECONDS = 6.0
"""A little longer than the broker takes to renew the figures of a queue."""
SETTLE_SECONDS = 600.0
"""A broker that hangs in a channel (docs/broker.md) costs a minute or two, and what is left is
worked off beside the quiet run."""
_FEWEST_EVENTS = 2_600
_EVENTS_OF_A_ROUND = 60
_LONGEST_ROUND = 5.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """*rounds* kills of a world of *instances* services, drawn from *seed*."""

    rounds: int
    seed: int
    database: str
    instances: int = 1
    mutant: str | None = None
    """A promise that the services break, so that the run must find it (mutants.py)."""

    @property
    def events(self) -> int:
        """How many are published: enough that every round has something to hit."""
        return max(_FEWEST_EVENTS, self.rounds * _EVENTS_OF_A_ROUND)


@dataclass
class Fate:
    """What happened in a run. `lost` names everything that is lost, twice or untrue."""

    plan: Plan
    lost: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    disturbances: Counter[str] = field(default_factory=Counter)
    hits: int = 0
    """Kills while events were being published or waiting."""
    confirmed: int = 0
    published_again: int = 0
    stored: int = 0
    obligations: int = 0
    reminders: int = 0
    reminders_again: int = 0
    letters: int = 0
    letters_again: int = 0
    seconds: float = 0.0
    quota: str = ""
    secrets: Counter[str] = field(default_factory=Counter)
    kept: Kept = field(default_factory=Kept)

    @property
    def alarms(self) -> int:
        """Rounds in which the broker was out of memory."""
        return self.disturbances[BROKER_ALARM] + self.secrets[ALARM]

    def told(self) -> str:
        """The figures, in a few lines."""
        plan = self.plan
        lines = [
            (
                f"{plan.rounds} rounds on {plan.database}, instances: {plan.instances},"
                f" seed {plan.seed}: {self.seconds:.0f} s"
            ),
            (
                f"kills: {self.kills.total()} ({_listed(self.kills)}), {self.hits} of them while"
                " events were being published or waiting"
            ),
            (
                f"disturbances: {self.disturbances.total()} ({_listed(self.disturbances)};"
                f" disk: {self.quota})"
            ),
            (
                f"rounds under an alarm of the broker: {self.alarms}; rounds with secrets:"
                f" {self.kept.rounds} ({_listed(self.secrets)}), in {self.kept.held} of them"
                " reminders were on their way when they became secret, in"
                f" {self.kept.erased_meanwhile} they were erased before the end of it"
            ),
            (
                f"events confirmed to HSCV: {self.confirmed}, published again without a confirm:"
                f" {self.published_again}; stored: {self.stored}; obligations: {self.obligations}"
            ),
            f"reminders decided: {self.reminders}; came once more: {self.reminders_again}",
            (
                f"letters taken by the mail server: {self.letters}; came once more, as the same:"
                f" {self.letters_again}"
            ),
            f"lost, twice or untrue: {len(self.lost)}",
        ]
        return "\n".join(lines + [f"  seed {plan.seed}: {line}" for line in self.lost[:20]])


def run(plan: Plan, folder: Path, say: Say = lambda line: None) -> Fate:
    """Do it in *folder*. Gives what was found; raises AssertionError where the world did not
    come to rest at all. *say* is told each round."""
    begun = time.monotonic()
    outcome = Fate(plan)
    messages = neighbours(sample(plan.events))
    rng = random.Random(plan.seed)
    rounds = schedule(rng, plan.rounds, plan.database, plan.instances)
    say(f"seed {plan.seed}: {len(messages)} events, {len(rounds)} kills")
    with world(folder, plan.database, plan.instances, plan.mutant) as there:
        outcome.quota = there.database.quota.kind
        there.declare()
        bind_reader(there.broker.url())
        there.start()
        secrets = Secrets(there)
        outcome.kept = secrets.kept
        hscv = Hscv(there.broker.url())
        hscv.start()
        for number, each in enumerate(rounds):
            share = slice(
                number * len(messages) // len(rounds), (number + 1) * len(messages) // len(rounds)
            )
            hscv.send(messages[share])
            if each.secrets is not None:
                secrets.round(each.secrets, each.lasts)
                outcome.secrets[each.secrets] += 1
            _round(there, each, rng, hscv, outcome)
            done = ", ".join(filter(None, (each.secrets, each.disturbance))) or "-"
            say(f"{number + 1}/{len(rounds)} {done} / {each.kill}")
        hscv.finish(SETTLE_SECONDS)
        say("waiting until everything is at rest")
        with ThreadPoolExecutor(1) as aside:
            # A lease of a relay that was killed has to run out meanwhile.
            quiet = aside.submit(quiet_run, plan.events)
            stored = _settle(there)
        say("counting")
        secrets.still_none()
        _judge(outcome, there, hscv, stored, quiet.result())
    outcome.seconds = time.monotonic() - begun
    return outcome


def _round(there: World, each: Round, rng: random.Random, hscv: Hscv, outcome: Fate) -> None:
    left = int(hscv.unconfirmed * (1.0 - each.after))
    disturb_mail(there.mailbox, rng)
    if each.disturbance is not None:
        disturb(there, each, rng)
        outcome.disturbances[each.disturbance] += 1
        there.revive()
    _wait_for(lambda: hscv.unconfirmed <= left)
    outcome.hits += hscv.unconfirmed > 0 or depth(there.broker.url(), EVENTS) > 0
    kill(there, each, rng)
    outcome.kills[each.kill] += 1
    if each.kill == "service" and each.ready:
        there.wait_until_ready(there.services[each.instance])


def _settle(there: World) -> Stored:
    """Wait until every event is taken, every reminder decided and published; then stop."""
    _until(there, lambda: _none_left(there), "every event is acknowledged")
    # Once more from the start: the scheduler's first pass then sees all events.
    there.stop_services()
    there.start()
    url = there.database.direct
    _until(there, lambda: _at_rest(url), "every reminder is decided and published")
    there.mailbox.to_letter.clear()
    _until(there, lambda: _mail_at_rest(there), "every letter is sent")
    there.stop_services()
    assert _left(there) == 0, "events are in the queue after all"
    return look(there.database.direct)


def _none_left(there: World) -> bool:
    """Whether nothing is left, twice: what a quorum queue says of itself can be seconds old, after
    a restart of the broker above all."""
    if _left(there):
        return False
    time.sleep(STATISTICS_SECONDS)
    return _left(there) == 0


def _left(there: World) -> int:
    """Events that are in the queue or in a service's hands."""
    if depth(there.broker.url(), EVENTS):
        return 1
    for line in there.broker.ctl("list_queues", "name", "messages").splitlines():
        name, _, messages = line.partition("\t")
        if name == EVENTS:
            return int(messages)
    raise AssertionError("the queue is not there")


def _at_rest(url: str) -> bool:
    store = open_store(url)
    try:
        ((waiting,),) = store.read(
            lambda tx: tx.rows(
                "SELECT (SELECT COUNT(*) FROM outbox WHERE published_at IS NULL)"
                " + (SELECT COUNT(*) FROM obligation WHERE next_reminder_on <= %s)"
                " + (SELECT COUNT(*) FROM stream WHERE next_opening <= %s)",
                _today(),
                _today(),
            )
        )
    except DatabaseUnavailable:
        return False
    else:
        return int(waiting) == 0
    finally:
        store.close()


def _mail_at_rest(there: World) -> bool:
    """Whether the queue of mail is empty and every letter has ended; what waits is tried now."""
    return hurry(there.database.direct) and depth(there.broker.url(), MAIL) == 0


def _today() -> str:
    return today().isoformat()


def _judge(outcome: Fate, there: World, hscv: Hscv, stored: Stored, quiet: str) -> None:
    url = there.broker.url()
    seen = read_all(url, READER_QUEUE)
    dead = read_all(url, DEAD)
    outcome.confirmed, outcome.published_again = len(hscv.confirmed), hscv.again
    outcome.stored = stored.events.total()
    outcome.reminders, outcome.reminders_again = len(stored.decided), repeats(seen)
    outcome.lost += lost_events(hscv.confirmed, stored, dead)
    unrouted = read_all(url, UNROUTED)
    outcome.lost += lost_reminders(stored, seen, unrouted)
    mailed = look_at_mail(there.database.direct, today())
    outcome.letters = len({each.message_id for each in there.mailbox.letters})
    outcome.letters_again = letters_again(there.mailbox.letters)
    outcome.lost += lost_letters(mailed, there.mailbox.letters, stored.arrivals)
    outcome.lost += outcome.kept.lost
    held = [body for body, _ in [*dead, *unrouted] if CANARY.encode() in body]
    if held:
        outcome.lost.append(f"{len(held)} messages about what was erased are in dondoc's queues")
    obligations = there.installation.run(
        "--database", there.database.direct, "list", "--format", "json", *AS_OF
    )
    outcome.obligations = len(json.loads(obligations))
    if obligations != quiet:
        outcome.lost += first_differences(obligations, quiet)


def _wait_for(holds: Callable[[], bool]) -> None:
    """Wait for a while; a round goes on in any case, since HSCV may be cut off in it."""
    deadline = time.monotonic() + _LONGEST_ROUND
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.005)


def _until(there: World, holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not holds():
        there.revive()
        late = time.monotonic() > deadline
        assert not late, f"not within {SETTLE_SECONDS:.0f} s: {what}; {_queues(there)}"
        time.sleep(0.3)


def _queues(there: World) -> str:
    """What is in the queues: how many messages are ready, and how many in somebody's hands."""
    told = there.broker.ctl("list_queues", "name", "messages_ready", "messages_unacknowledged")
    rows = (line.split("\t") for line in told.splitlines())
    return ", ".join(f"{name} {ready}+{held}" for name, ready, held in rows if ready + held != "00")


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items())) or "none"
