"""Canaries through the real service: afterwards every byte is searched for every secret one."""

from __future__ import annotations

import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from dondoc.connector.transport import Client, Outgoing, parse_address
from support.hscv import STRUCTURED, as_json, event
from support.installation import Installation
from support.postgres import PostgresCluster, new_cluster
from support.rabbitmq import VirtualHost, wait_until
from support.secret_corpus import (
    NORMAL,
    SECRET,
    Sent,
    never_established,
    redacted_stories,
    story,
)
from support.transport import StartPublisher, all_confirmed

CORPUS = [*never_established(), *redacted_stories()]
CONTROL = story("VBN1", f"{NORMAL}-VBN1")
INVALID = Sent("invalid", as_json(event("task.accepted", id="bad", data={"x": f"{NORMAL}-dead"})))
ENOUGH = 60


@pytest.fixture
def cluster() -> Iterator[PostgresCluster]:
    """A cluster of its own that lets go of its WAL."""
    own = new_cluster()
    try:
        own.start()
        with psycopg.connect(own.url(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET wal_recycle = off")
            connection.execute("SELECT pg_reload_conf()")
        yield own
    finally:
        own.stop()


def outgoing(sent: Sent, queue: str | None = None) -> Outgoing:
    exchange, key = ("hscv.events", "x") if queue is None else ("", queue)
    return Outgoing(exchange, key, sent.body, sent.content_type, "", sent.headers)


def files_with(folder: Path, text: str) -> list[str]:
    """Where *text* is found, each file with what follows it."""
    command = ["grep", "-raohE", "--with-filename", f"{text}[-A-Za-z0-9]*", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return sorted(set(done.stdout.split()))


def test_the_corpus_is_large_enough_and_each_message_holds_a_canary() -> None:
    assert len(CORPUS) >= ENOUGH
    for sent in CORPUS:
        text = sent.body.replace(b"\0", b"").decode(errors="replace") + repr(sent.headers)
        assert SECRET in text, sent.name


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_byte_of_a_secret_is_left_anywhere(
    kind: str,
    tmp_path: Path,
    vhost: VirtualHost,
    publishing: StartPublisher,
    request: pytest.FixtureRequest,
) -> None:
    searched, url = [tmp_path], None
    if kind == "postgresql":
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        searched.append(cluster.directory)
        url = cluster.create_database()
    installation = Installation(tmp_path, vhost.url, url)
    installation.run("declare")
    publisher = publishing()
    letters = [*CORPUS[:3], *CORPUS[-3:]]
    sent = [*CONTROL, INVALID, *CORPUS]
    assert all_confirmed(publisher.publish([outgoing(each) for each in sent]))
    # Secrets that a former version took for normal, and now tries again.
    assert all_confirmed(publisher.publish([outgoing(each, "dondoc.dead") for each in letters]))
    running = installation.start()
    wait_until(lambda: running.events_in() >= len(sent), "all are taken", 90)
    retried = installation.run("dead", "retry", "--all", "--format", "json", code=3)
    assert retried.count("handed over") >= len(letters) - 1
    running.wait_until_idle()
    with urllib.request.urlopen(running.address(), timeout=10) as answer:
        metrics = answer.read().decode()
    replayed = tmp_path / "replay.jsonl"
    replayed.write_bytes(
        b"\n".join(
            each.body.replace(b"\n", b" ")
            for each in CORPUS
            if each.content_type == STRUCTURED and not each.headers
        )
    )
    output = [metrics, retried, installation.run("replay", str(replayed), code=3)]
    replayed.unlink()

    # Whatever is not erased everywhere yet is, together with what is named.
    output.append(installation.run("purge", "nothing-else", code=3))
    if kind == "sqlite":
        output.append(installation.run("backup", "backup.db"))
    as_of = ("--as-of", "2026-03-19T09:00:00+07:00")
    for command in (
        *(("status", *as_of), ("list", *as_of), ("remind", *as_of), ("dead", "list")),
        *(("dead", "show", "1"), ("check",), ("reprocess", "--all"), ("show", "VBN1")),
    ):
        output.append(installation.run(*command))
    (tmp_path / "output.txt").write_text("\n".join(output), encoding="utf-8")
    assert running.stop()[0] == 0
    with Client(parse_address(vhost.url)) as client, (tmp_path / "queues.bin").open("wb") as kept:
        for queue in ("dondoc.events", "dondoc.dead", "dondoc.unrouted"):
            for delivery in client.get(queue, 1000):
                kept.write(delivery.body + repr(delivery.headers).encode() + b"\n")

    found = {
        text: [f for folder in searched for f in files_with(folder, text)]
        for text in (SECRET, NORMAL)
    }
    assert found[SECRET] == [], "\n".join(found[SECRET])
    where = {Path(line.partition(":")[0]).name for line in found[NORMAL]}
    assert {"output.txt", "queues.bin"} <= where
    assert len(where) >= 3, where
    assert files_with(tmp_path, f"{NORMAL}-dead"), "the dead letter of a normal event is kept"
