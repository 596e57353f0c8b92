"""What is done to a world, and when: a schedule drawn from a seed before anything begins.

A kill is a SIGKILL of a service, the process that sends letters, the broker, the database's server
or one of its processes; around the kills connections are dropped and stalled, processes paused,
disks filled.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from support.proxy import Proxy

from .databases import Cluster
from .secrets import ALARM, FROZEN
from .world import POSTGRESQL, World

_BROKER_SHARE = 0.1
"""A broker takes 8 s to come back, a service one: of ten kills one is the broker's."""
_DATABASE_SHARE = 0.3
_MAIL_SHARE = 0.2
_DISTURBED_SHARE = 0.4
_SECRETS_SHARE = 0.02
"""Of either kind: half a minute each."""
_LEAST_WITH_SECRETS = 20
"""A run of fewer rounds has none with secrets: each takes a minute, and test_late_publications.py
makes the same on purpose."""
_MOST_SECONDS = 2.5
BROKER_ALARM = "broker alarm"


@dataclass(frozen=True)
class Round:
    """One kill: of what, after how much of the round's events, and what disturbs before."""

    kill: str
    after: float
    """The part of the round's events that HSCV has confirmed by then."""
    disturbance: str | None
    instance: int
    lasts: float
    ready: bool
    """Whether to wait until what was killed is at work again before the next round."""
    secrets: str | None = None
    """What is under way before all else while documents become secret (secrets.py)."""


def schedule(rng: random.Random, rounds: int, kind: str, instances: int) -> list[Round]:
    """Which kills happen in which order; the same for the same seed."""
    broker = max(1, round(rounds * _BROKER_SHARE))
    database = round(rounds * _DATABASE_SHARE) if kind == POSTGRESQL else 0
    kills = ["broker"] * broker + ["database"] * (database - database // 3)
    kills += ["database process"] * (database // 3)
    kills += ["mail"] * max(1, round(rounds * _MAIL_SHARE))
    kills += ["service"] * (rounds - len(kills))
    rng.shuffle(kills)
    disturbances = ["drop broker", "stall broker", "pause service", "pause broker", "full disk"]
    disturbances += [BROKER_ALARM]
    if kind == POSTGRESQL:
        disturbances += ["drop database", "stall database", "pause database"]
    drawn = [
        Round(
            kill=kill,
            after=rng.uniform(0.0, 0.9),
            disturbance=rng.choice(disturbances) if rng.random() < _DISTURBED_SHARE else None,
            instance=rng.randrange(instances),
            lasts=rng.uniform(0.2, _MOST_SECONDS),
            ready=rng.random() < 0.8,
        )
        for kill in kills
    ]
    each_kind = max(1, round(rounds * _SECRETS_SHARE)) if rounds >= _LEAST_WITH_SECRETS else 0
    chosen = rng.sample(range(rounds), min(rounds, 2 * each_kind))
    for position, at in enumerate(chosen):
        drawn[at] = replace(drawn[at], secrets=ALARM if position % 2 else FROZEN)
    return drawn


def disturb(world: World, each: Round, rng: random.Random) -> None:
    """Do what disturbs a round, and undo it."""
    match each.disturbance:
        case "drop broker":
            world.network.drop()
        case "stall broker":
            _stall(world.network, each.lasts, rng)
        case "drop database":
            _network_of_database(world).drop()
        case "stall database":
            _stall(_network_of_database(world), each.lasts, rng)
        case "pause service":
            _pause(world.services[each.instance].process.pid, each.lasts)
        case "pause broker":
            _pause(world.broker.pid, each.lasts)
        case "pause database":
            _hold(each.lasts, world.database.pause, world.database.resume)
        case "broker alarm":
            _hold(each.lasts, lambda: world.alarm(on=True), lambda: world.alarm(on=False))
        case "full disk":
            _hold(each.lasts, world.database.quota.fill, world.database.quota.free)


def kill(world: World, each: Round, rng: random.Random) -> None:
    """Kill what the round kills, and start it again."""
    match each.kill:
        case "service":
            world.kill_service(each.instance)
        case "mail":
            world.kill_mail()
        case "broker":
            world.broker.kill()
            world.broker.start()
        case "database":
            world.database.kill()
            time.sleep(rng.uniform(0.0, 1.0))
        case "database process":
            assert isinstance(world.database, Cluster)
            world.database.kill_one(rng)
    world.revive()


def _network_of_database(world: World) -> Proxy:
    assert world.database.proxy is not None
    return world.database.proxy


def _stall(proxy: Proxy, seconds: float, rng: random.Random) -> None:
    """Nothing goes through for a while; then everything does, or the connections are gone."""
    _hold(seconds, proxy.stall, proxy.drop if rng.random() < 0.5 else proxy.resume)
    proxy.resume()


def _pause(pid: int, seconds: float) -> None:
    def send(number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    _hold(seconds, lambda: send(signal.SIGSTOP), lambda: send(signal.SIGCONT))


def _hold(seconds: float, begin: Callable[[], None], end: Callable[[], None]) -> None:
    begin()
    try:
        time.sleep(seconds)
    finally:
        end()
