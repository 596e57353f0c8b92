"""Canaries in every dialect: what is secret, doubtful or broken is found nowhere afterwards.

A round tells documents in every dialect: one that stays normal, one that becomes secret by a
message of its dialect, with invalid messages about both; and one message for every way of being
refused, with canaries in keys, values, attributes, headers, routing keys and properties. Then every
byte of the database, the queues, the log, the metrics and what commands print is searched.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence

import pika
from fuzz.canaries.places import NORMAL, SECRET, Canaries
from fuzz.canaries.system import ERASED, QUEUES, System
from fuzz.dialects.refused import BESIDE, refused
from fuzz.dialects.spoken import DOCS, EDXML, SPEECHES, Spoken, documents
from fuzz.rounds import Found, Plan

DIALECTS = (*(each.dialect for each in SPEECHES), EDXML)
_PATIENCE = 120.0
_COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("status",), ("list",), ("check",), ("export",), ("dead", "list")),
    *(("rejections", "list"), ("reprocess", "--all"), ("dead", "show", "1")),
)


def make(plan: Plan) -> DialectRounds:
    """Rounds on one running system with a broker of its own."""
    return DialectRounds(plan)


class DialectRounds:
    """See `make`; *at*: the address of a broker that is there."""

    def __init__(self, plan: Plan, at: str = "") -> None:
        self._plan = plan
        files = [DOCS / f"{name}.toml" for name in DIALECTS]
        self._system = System(plan, at, "".join(map(_source, DIALECTS)), files)
        self._system.queues = (*QUEUES, *map(_queue, DIALECTS))
        self._told = 0

    def round(self, chance: random.Random) -> Counter[str]:
        """Everything in every dialect, once."""
        self._told += 1
        number = (self._plan.first + self._told) * 20 + 1000
        secret = Canaries(f"{SECRET}R{number}")
        normal = Canaries(f"{NORMAL}R{number}")
        stays = list(documents(number, normal, chance))
        becomes = list(documents(number + 10, secret, chance))
        told = [each for one in (*stays, *becomes) for each in one.told]
        never = refused(secret, chance)
        chance.shuffle(never)
        first, rest = never[::2], never[1::2]
        self._take(_among(told, first, chance))
        self._take([*rest, *(one.made_secret for one in becomes)])
        self._take(chance.sample([*told, *never], 40))
        self._run("dead", "retry", "--all")
        self._wait_until_taken()
        for arguments in (*_COMMANDS, *self._tried([*never, *stays[0].told])):
            self._run(*arguments)
        self._finish()
        self._search(secret)
        return Counter({"refused": len(never), "told": len(told), "canaries": len(secret.places)})

    def close(self) -> None:
        """End the system."""
        self._system.close()

    def _take(self, sent: Sequence[Spoken]) -> None:
        """Publish messages as HSCV does, and wait until the service has taken all of them."""
        with self._system.channel() as channel:
            channel.confirm_delivery()
            for each in sent:
                properties = pika.BasicProperties(
                    headers=dict(each.headers), delivery_mode=2, **each.beside
                )
                exchange = f"from.{each.dialect}"
                channel.basic_publish(exchange, each.routing_key, each.body, properties)
        self._wait_until_taken()

    def _wait_until_taken(self) -> None:
        """Wait until nothing is in any queue or in the hands of the service, which then ends."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            self._wait_until_handled(deadline)
            self._keep_metrics()
            self._system.stop()
            # What it had in hand and did not finish is in the queue again.
            if not self._waiting():
                return

    def _wait_until_handled(self, deadline: float) -> None:
        running, before = self._system.start(), -1
        while self._waiting() or running.events_in() != before:
            if time.monotonic() > deadline:
                raise Found("the service does not go on")
            before = running.events_in()
            time.sleep(0.5)

    def _waiting(self) -> int:
        """How many messages nobody has in hand."""
        with self._system.channel() as channel:
            declared = [channel.queue_declare(_queue(each), passive=True) for each in DIALECTS]
        return sum(each.method.message_count for each in declared)

    def _keep_metrics(self) -> None:
        running = self._system.start()
        page = "\n".join(f"{name} {value}" for name, value in running.metrics().items())
        with (self._system.kept / "metrics.txt").open("a", encoding="utf-8") as file:
            file.write(page)

    def _run(self, *arguments: str) -> None:
        """Have a command show what it shows, and keep that."""
        code, out, err = self._system.installation.ended(arguments)
        assert "Traceback" not in err, err
        path = self._system.kept / f"{time.monotonic_ns()}-{arguments[0]}.txt"
        path.write_text(f"{code}\n{out}{err}", encoding="utf-8")

    def _tried(self, never: Sequence[Spoken]) -> list[tuple[str, ...]]:
        """Commands that try what the service refused, from files out of reach of the search."""
        folder = self._system.before
        tried: list[tuple[str, ...]] = []
        for name in DIALECTS:
            bodies = [
                each.body
                for each in never
                if each.dialect == name and not each.way.startswith(BESIDE)
            ]
            if name == EDXML:
                path = folder / f"{name}-{time.monotonic_ns()}"
                path.mkdir()
                for at, body in enumerate(bodies):
                    (path / f"{at}.xml").write_bytes(body)
            else:
                path = folder / f"{name}-{time.monotonic_ns()}.jsonl"
                path.write_bytes(b"\n".join(body for body in bodies if b"\n" not in body))
            tried.append(("dialect", "try", f"{name}.toml", str(path)))
        return tried

    def _finish(self) -> None:
        """Purge until it says that nothing is left."""
        deadline = time.monotonic() + _PATIENCE
        while (code := self._system.purge([])) != ERASED:
            if time.monotonic() > deadline:
                raise Found(f"nothing holds anything back, and purge still ends with {code}")
            time.sleep(1)

    def _search(self, secret: Canaries) -> None:
        found = self._system.found(NORMAL)
        for place in ("queue-dondoc.dead", "-export.txt", "-dialect.txt"):
            if not any(place in line for line in found):
                raise AssertionError(f"what is not secret is not in {place}: this proves nothing")
        left = self._system.found(SECRET)
        if left:
            by_file = Counter(line.partition(": ")[0] for line in left)
            examples = {line.partition(": ")[0]: line.partition(": ")[2] for line in left}
            told = "; ".join(
                f"{number} in {file}, as {examples[file]}"
                f" ({secret.places.get(examples[file].upper())})"
                for file, number in by_file.items()
            )
            kept = self._system.keep(self._plan.folder)
            raise Found(f"{len(left)} canaries left: {told}", kept)
        self._system.forget()


def _queue(dialect: str) -> str:
    return f"hscv.{dialect}"


def _source(dialect: str) -> str:
    return (
        f'\n[[source]]\nqueue = "{_queue(dialect)}"\ndialect = "{dialect}.toml"\n'
        f'exchange = "from.{dialect}"\n'
    )


def _among(told: Sequence[Spoken], others: Sequence[Spoken], chance: random.Random) -> list[Spoken]:
    """*told* in its order, with *others* anywhere among it."""
    places = sorted(chance.choices(range(len(told) + 1), k=len(others)))
    mixed: list[Spoken] = []
    for at, each in enumerate(told):
        while places and places[0] <= at:
            places.pop(0)
            mixed.append(others[len(others) - len(places) - 1])
        mixed.append(each)
    return [*mixed, *others[len(others) - len(places) :]]
