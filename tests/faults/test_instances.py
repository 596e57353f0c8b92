"""Two whole services on one queue and one PostgreSQL: what they make together is what one makes.

How much faster two are depends on the cores; here they only must not be grossly slower.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import psycopg
from dondoc.connector.contract.guard import Admitted, Message
from dondoc.connector.transport import Client, Outgoing, parse_address
from dondoc.sample.generator import generate
from dondoc.sample.messages import SampleMessage
from support.hscv import verdict
from support.installation import Installation, Running
from support.postgres import PostgresCluster
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed

SEED = 44
EVENTS = 1_500
REPEATED = 150
AS_OF = ("--as-of", "2026-03-31", "--format", "json")
SECONDS = 90.0


def by_subject(messages: Iterable[SampleMessage]) -> dict[str, list[Outgoing]]:
    """Messages to publish, by what they are about."""
    subjects: dict[str, list[Outgoing]] = defaultdict(list)
    for each in messages:
        said = verdict(Message(each.body, each.content_type, each.headers))
        assert isinstance(said, Admitted)
        subjects[said.subject].append(
            Outgoing(
                "hscv.events", each.routing_key, each.body, each.content_type, "", each.headers
            )
        )
    return subjects


def in_pairs() -> list[Outgoing]:
    """Valid events of the sample, some of them twice, so that each two neighbours are of one
    subject: the broker gives them to its two consumers in turn."""
    rng = random.Random(SEED)
    valid = [each for each in generate() if each.label == "valid"][:EVENTS]
    subjects = by_subject([*valid, *rng.sample(valid, REPEATED)])
    pairs: list[list[Outgoing]] = []
    single: list[Outgoing] = []
    for events in subjects.values():
        rng.shuffle(events)
        if len(events) % 2:
            single.append(events.pop())
        pairs += [events[at : at + 2] for at in range(0, len(events), 2)]
    rng.shuffle(pairs)
    return [*single, *chain.from_iterable(pairs)]


def services(folder: Path, vhost: VirtualHost, database: str, number: int) -> list[Running]:
    """*number* services that are subscribed, each in a folder of its own."""
    started = []
    for at in range(number):
        own = folder / str(at)
        own.mkdir()
        started.append(Installation(own, vhost.url, database).start())
    for running in started:
        running.address()
        wait_until(lambda one=running: one.metrics()["dondoc_consumer_up"] == 1, "up", SECONDS)  # type: ignore[misc]
    return started


def deadlocks(connection: psycopg.Connection[tuple[object, ...]]) -> object:
    sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return connection.execute(sql).fetchall()


def taken(
    folder: Path,
    vhost: VirtualHost,
    database: str,
    number: int,
    publishing: StartPublisher,
    events: Sequence[Outgoing],
) -> tuple[list[int], float, str]:
    """What *number* services do with *events*: how many each took, the seconds from the first
    to the last, and the obligations."""
    folder = folder / str(number)
    folder.mkdir()
    started = services(folder, vhost, database, number)
    try:
        assert all_confirmed(publishing().publish(events, timeout=SECONDS))
        wait_until(
            lambda: sum(each.events_in() for each in started) == EVENTS + REPEATED,
            "all are taken",
            SECONDS,
        )
        shares = [running.events_in() for running in started]
        with Client(parse_address(vhost.url)) as client:
            assert client.depth("dondoc.events") == 0
        for running in started:
            code, took = running.stop()
            assert code == 0
            assert took < 10
            assert "Traceback" not in running.log.read_text(encoding="utf-8")
    finally:
        for running in started:
            if running.process.poll() is None:
                running.process.kill()
                running.process.wait()
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT COUNT(*), MAX(received_at) - MIN(received_at) FROM event"
        )
        ((stored, microseconds),) = found.fetchall()
    assert stored == len({each.body for each in events})
    listed = Installation(folder, vhost.url, database).run("list", *AS_OF)
    return shares, microseconds / 1e6, listed


def test_two_instances_that_get_events_of_the_same_subjects_at_once_do_what_one_does(
    tmp_path: Path,
    vhost: VirtualHost,
    publishing: StartPublisher,
    postgres_cluster: PostgresCluster,
) -> None:
    events = in_pairs()
    databases = [postgres_cluster.create_schema() for _ in range(2)]
    _, alone, obligations = taken(tmp_path, vhost, databases[0], 1, publishing, events)
    with psycopg.connect(databases[1]) as connection:
        before = deadlocks(connection)
    shares, together, same = taken(tmp_path, vhost, databases[1], 2, publishing, events)
    print(f"seed {SEED}: one instance {alone:.1f} s, two {together:.1f} s, shares {shares}")
    assert min(shares) > EVENTS / 10, "one of them did nothing: the test proves nothing"
    assert len(obligations) > 50_000
    assert same == obligations
    with psycopg.connect(databases[1]) as connection:
        assert deadlocks(connection) == before
    assert together < 5 * alone + 10, "two are grossly slower than one"
