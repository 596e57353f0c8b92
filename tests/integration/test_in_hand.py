"""A bound on the bytes in hand, on a real node: messages of any size, workers of any pace."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dondoc.connector.lines import to_line
from dondoc.connector.transport import Client, Consumer, Outgoing, link, parse_address
from dondoc.connector.transport.topology import Queue, Topology
from dondoc.sample.generator import generate
from support.certificates import Certificates
from support.installation import Installation
from support.rabbitmq import VirtualHost, wait_until
from support.transport import (
    EVENTS,
    StartConsumer,
    StartPublisher,
    all_confirmed,
    messages,
    ready,
    take,
    wait_until_empty,
)

KIB = 1024
MIB = 1024 * KIB
SINCE = date(2026, 3, 31)


def sized(count: int, size: int, first: int = 0) -> list[Outgoing]:
    """Messages whose bodies are their numbers and so many bytes long."""
    return [replace(each, body=each.body.ljust(size)) for each in messages(count, first=first)]


def grown(consumer: Consumer, bound: int) -> None:
    """Wait until as much is in hand as may be."""
    wait_until(lambda: consumer.in_hand_bytes >= bound, f"{bound} bytes are in hand", 20)


@pytest.mark.parametrize("scheme", ["amqp", "amqps"])
def test_no_more_bytes_are_in_hand_than_the_bound_and_the_connection_lives_on_however_long_it_takes(
    scheme: str,
    consume: StartConsumer,
    publishing: StartPublisher,
    vhost: VirtualHost,
    certificates: Certificates,
) -> None:
    url = f"{vhost.url}?heartbeat=1"
    if scheme == "amqps":
        files = f"cacertfile={certificates.ca}&certfile={certificates.client}"
        files += f"&keyfile={certificates.client_key}&heartbeat=1"
        url = f"amqps://guest:guest@localhost:{vhost.broker.tls_port}/{vhost.name}?{files}"
    assert all_confirmed(publishing().publish([*sized(30, 10), *sized(300, 100 * KIB, 30)]))
    consumer = consume(url, in_hand_bytes=2 * MIB)
    grown(consumer, 2 * MIB)
    # Two sips in a heartbeat are all that is read meanwhile; pika gives up after heartbeat + 5 s.
    time.sleep(15)
    assert consumer.in_hand_bytes <= 2 * MIB + 40 * (100 if scheme == "amqp" else 200) * KIB
    assert (consumer.state.up, consumer.state.epoch) == (True, 1)
    taken = take(consumer, 330)
    assert [int(each.body) for each in taken] == list(range(330))
    assert not any(each.redelivered for each in taken)
    assert consumer.state.epoch == 1
    wait_until(lambda: consumer.in_hand_bytes == 0, "nothing is in hand")
    consumer.stop()
    assert ready(vhost.url) == 0


def test_a_message_larger_than_the_bound_is_taken_alone(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    sizes = [10, 10, 3 * MIB, 10, 5 * MIB, 3 * MIB, 10, 10]
    sent = [each for n, size in enumerate(sizes) for each in sized(1, size, n)]
    assert all_confirmed(publishing().publish(sent))
    consumer = consume(in_hand_bytes=MIB, batch_wait=0.5)
    found: list[list[int]] = []
    while sum(map(len, found)) < len(sizes):
        batch = consumer.batches(10.0)
        assert batch is not None
        found.append([int(each.body) for each in batch.deliveries])
        consumer.acknowledge(batch)
    assert [n for batch in found for n in batch] == list(range(len(sizes)))
    for large in (2, 4, 5):
        assert [large] in found


def test_headers_count_as_bodies_do(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    headers = {f"h{n:05}": "v" * 16 for n in range(3_500)}
    sent = [replace(each, headers=headers) for each in messages(200)]
    assert all_confirmed(publishing().publish(sent))
    consumer = consume(in_hand_bytes=MIB)
    grown(consumer, MIB)
    batch = consumer.batches(10.0)
    assert batch is not None
    assert len(batch.deliveries) < 5, "a batch has an eighth of it"
    consumer.acknowledge(batch)
    assert len(take(consumer, 200 - len(batch.deliveries))) == 200 - len(batch.deliveries)
    wait_until(lambda: consumer.in_hand_bytes == 0, "nothing is in hand")


def test_a_second_queue_is_subscribed_to_however_long_what_the_first_sent_ahead_is_in_hand(
    consume: StartConsumer,
    publishing: StartPublisher,
    vhost: VirtualHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the broker says of the second subscription stands behind the messages of the first."""
    monkeypatch.setattr(link, "READY_SECONDS", 5.0)
    # Of classic queues, which send all they have at once.
    names = ["first", "second"]
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((), tuple(Queue(each, {}, keeps_all=False) for each in names), ()))
    sent = [*sized(300, 200 * KIB), *messages(3)]
    to = [replace(each, exchange="", routing_key=names[at // 300]) for at, each in enumerate(sent)]
    assert all_confirmed(publishing().publish(to))
    consumer = consume(queues=names, in_hand_bytes=MIB)
    grown(consumer, MIB)
    time.sleep(11)
    assert (consumer.state.epoch, consumer.state.error) == (1, None)
    assert consumer.waits_for == "what it has in hand to be done"
    taken = take(consumer, 303)
    assert not any(each.redelivered for each in taken)
    assert sum(each.queue == "second" for each in taken) == 3
    assert (consumer.state.up, consumer.state.epoch, consumer.waits_for) == (True, 1, "")


def test_small_messages_after_large_ones_come_as_many_at_once_as_ever(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publisher = publishing()
    assert all_confirmed(publisher.publish(sized(40, 500 * KIB)))
    consumer = consume(prefetch=60, batch_size=30, in_hand_bytes=2 * MIB)
    take(consumer, 40)
    assert all_confirmed(publisher.publish(messages(100)))
    assert len(take(consumer, 60, acknowledge=False)) == 60
    wait_until(lambda: ready(vhost.url) == 40, "the others are in the queue")


def test_stopping_while_reading_is_held_is_quick_and_loses_nothing(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    assert all_confirmed(publishing().publish(sized(300, 100 * KIB)))
    consumer = consume(in_hand_bytes=2 * MIB)
    first = consumer.batches(10.0)
    assert first is not None
    grown(consumer, 2 * MIB)
    consumer.acknowledge(first)
    begun = time.monotonic()
    consumer.stop()
    assert time.monotonic() - begun < 5
    left = 300 - len(first.deliveries)
    wait_until(lambda: ready(vhost.url) == left, "what was not acknowledged is in the queue")


def test_a_connection_that_is_cut_while_reading_is_held_is_noticed_and_opened_again(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    assert all_confirmed(publishing().publish(sized(100, 100 * KIB)))
    consumer = consume(in_hand_bytes=MIB)
    grown(consumer, MIB)
    vhost.close_connections()
    wait_until(lambda: consumer.state.epoch > 1 and consumer.state.up, "it is connected again", 30)
    grown(consumer, MIB)
    assert len({each.tag for each in take(consumer, 100)}) == 100


def test_the_service_killed_amid_large_and_small_messages_loses_none_and_stays_small(
    tmp_path: Path, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    installation = Installation(tmp_path, vhost.url).with_tables()
    installation.run("declare")
    pattern = next(e for e in map(json.loads, map(to_line, generate(SINCE))) if opens(e))
    sent = []
    for n in range(400):
        event = pattern | {"id": f"e-{n}", "subject": f"s-{n}"}
        if n % 2:
            event["data"] = event["data"] | {"padding": "x" * (900 * KIB)}
        body = json.dumps(event, ensure_ascii=False).encode()
        sent.append(Outgoing("hscv.events", "e", body, "application/cloudevents+json", ""))
    for at in range(0, len(sent), 50):
        assert all_confirmed(publishing().publish(sent[at : at + 50]))
    running = installation.start()
    wait_until(lambda: running.events_in() > 20, "some are worked off", 60)
    peak = peak_mib(running.process.pid)
    running.stop(signal.SIGKILL)
    running = installation.start()
    wait_until_empty(vhost.url, EVENTS, seconds=240)
    running.wait_until_idle()
    assert running.metrics()["dondoc_in_hand_bytes"] == 0
    assert max(peak, peak_mib(running.process.pid)) < 200
    assert running.stop()[0] == 0
    with closing(sqlite3.connect(tmp_path / "dondoc.db")) as database:
        ((stored,),) = database.execute("SELECT count(*) FROM event")
    assert stored == 400


def opens(event: dict[str, Any]) -> bool:
    """Whether *event* is a new document."""
    return bool(event["type"].endswith("document.issued"))


def peak_mib(pid: int) -> float:
    """The most memory that a process has held so far."""
    (line,) = [
        each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmHWM" in each
    ]
    return int(line.split()[1]) / 1024
