"""What the whole service does when its broker or its database misbehaves: what it says in the
log, what its metrics show, and that it goes on by itself (docs/broker.md, Faults)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dondoc.connector.transport import Client, Outgoing, parse_address
from dondoc.sample.generator import generate
from support.installation import Installation, Running
from support.postgres import PostgresCluster
from support.proxy import Proxy
from support.rabbitmq import VirtualHost, wait_until
from support.transport import StartPublisher, all_confirmed, wait_until_empty

EVENTS = "dondoc.events"
SECONDS = 60.0
Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path, vhost: VirtualHost) -> Iterator[Start]:
    """Start services, each in a folder of its own, that are ended after the test."""
    started: list[Running] = []

    def begin(url: str = "", database: str | None = None, *, history: bool = False) -> Running:
        folder = tmp_path / f"installation-{len(started)}"
        folder.mkdir()
        installation = Installation(folder, url or vhost.url, database)
        if history:
            lines = [each.body.decode() for each in sample(300) if not each.headers]
            (folder / "events.jsonl").write_text("\n".join(lines), encoding="utf-8")
            installation.run("replay", "events.jsonl")
            # Decided by now, so that the first look at the figures finds reminders waiting.
            installation.run("remind")
        running = installation.start()
        started.append(running)
        return running

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()


def up(running: Running) -> bool:
    return running.metrics()["dondoc_consumer_up"] == 1


def says(running: Running, words: str) -> bool:
    return words in running.log.read_text(encoding="utf-8")


def wait_up(running: Running) -> None:
    wait_until(lambda: up(running), "dondoc_consumer_up is 1", SECONDS)


def wait_says(running: Running, words: str) -> None:
    wait_until(lambda: says(running, words), f"the log says {words!r}", SECONDS)


def sample(count: int, first: int = 0) -> list[Outgoing]:
    valid = [each for each in generate() if each.label == "valid"][first : first + count]
    return [
        Outgoing("hscv.events", each.routing_key, each.body, each.content_type, "", each.headers)
        for each in valid
    ]


def is_taken(running: Running, publishing: StartPublisher, first: int = 0) -> None:
    """The service takes what is published now."""
    before = running.events_in()
    assert all_confirmed(publishing().publish(sample(20, first)))
    wait_until(lambda: running.events_in() >= before + 20, "20 events are taken", SECONDS)
    assert running.process.poll() is None


def ends_well(running: Running) -> None:
    code, seconds = running.stop()
    assert code == 0, running.log.read_text(encoding="utf-8")[-2000:]
    assert seconds < 10
    assert "Traceback" not in running.log.read_text(encoding="utf-8")


def test_a_broker_that_is_absent_at_the_start_is_waited_for(
    start: Start, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    proxy = Proxy(vhost.broker.port)
    running = start(vhost.url.replace(str(vhost.broker.port), str(proxy.port)))
    wait_says(running, "nothing listens there: start RabbitMQ")
    assert not up(running)
    with proxy:
        wait_up(running)
        is_taken(running, publishing)
        ends_well(running)


def test_a_database_that_is_absent_at_the_start_is_waited_for(
    start: Start, vhost: VirtualHost, publishing: StartPublisher, postgres_cluster: PostgresCluster
) -> None:
    proxy = Proxy(postgres_cluster.port)
    database = postgres_cluster.create_schema().replace(str(postgres_cluster.port), str(proxy.port))
    running = start(vhost.url, database)
    wait_says(running, "trying again")
    assert running.process.poll() is None
    with proxy:
        wait_up(running)
        is_taken(running, publishing)
        ends_well(running)


def test_a_wait_for_a_database_ends_when_it_is_asked_to(
    start: Start, postgres_cluster: PostgresCluster
) -> None:
    proxy = Proxy(postgres_cluster.port)
    database = postgres_cluster.create_schema().replace(str(postgres_cluster.port), str(proxy.port))
    running = start(database=database)
    wait_says(running, "trying again")
    ends_well(running)
    assert says(running, "stopped before the database answered")


def test_a_database_that_waiting_does_not_mend_is_told_in_one_line_at_the_start(
    tmp_path: Path, vhost: VirtualHost, postgres_cluster: PostgresCluster
) -> None:
    server = f"127.0.0.1:{postgres_cluster.port}"
    root = postgres_cluster.url().rpartition("/")[0]
    for url, words in (
        (f"postgresql://nobody-known:canary@{server}/postgres", 'role "nobody-known"'),
        (f"{root}/no_such_database", 'database "no_such_database"'),
        (f"{root}/dondoc?sslmode=sometimes", "invalid sslmode"),
        (f"sqlite:///{tmp_path}/no/dondoc.db", "create it"),
    ):
        refusal = Installation(tmp_path, vhost.url, url).run("run", code=1)
        assert words in refusal
        assert refusal.strip().count("\n") == 0
        assert "canary" not in refusal


def test_a_broker_that_is_frozen_at_an_orderly_stop_keeps_nobody_waiting_long(
    start: Start, vhost: VirtualHost
) -> None:
    with Proxy(vhost.broker.port) as proxy:
        running = start(vhost.url.replace(str(vhost.broker.port), str(proxy.port)))
        wait_up(running)
        for name in ("reminders", "dead letters", "command"):
            wait_says(running, f"dondoc {name}: connected to broker")
        proxy.stall()
        code, seconds = running.stop()
        assert code == 0
        assert seconds < 6.5, "each of the connections was closed after the other"


def test_a_memory_alarm_holds_reminders_back_and_nothing_else(
    start: Start, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    assert all_confirmed(publishing().publish(sample(20)))
    broker = vhost.broker
    broker.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        running = start(history=True)
        wait_says(running, "dondoc reminders: blocked by broker")
        wait_until(lambda: running.events_in() >= 20, "events are taken all the same", SECONDS)
        assert up(running)
        wait_until(
            lambda: running.metrics().get("dondoc_outbox_pending", 0) > 0, "reminders wait", SECONDS
        )
    finally:
        broker.ctl("set_vm_memory_high_watermark", "0.4")
    wait_says(running, "dondoc reminders: no longer blocked")
    with Client(parse_address(vhost.url)) as client:
        wait_until(lambda: client.depth("dondoc.unrouted") > 0, "reminders go out", SECONDS)
    ends_well(running)


def test_a_database_that_hangs_for_many_heartbeats_does_not_cost_the_connection(
    start: Start, vhost: VirtualHost, publishing: StartPublisher, postgres_cluster: PostgresCluster
) -> None:
    """In proportion: a heartbeat of 1 s and a database that hangs for 4 are as one of 20, the
    default, and a database that hangs for 80; the broker gives up after two heartbeats."""
    with Proxy(postgres_cluster.port) as proxy:
        url = postgres_cluster.create_schema()
        database = url.replace(str(postgres_cluster.port), str(proxy.port))
        running = start(f"{vhost.url}?heartbeat=1", database)
        wait_up(running)
        proxy.stall()
        assert all_confirmed(publishing().publish(sample(50)))
        with pytest.raises(pytest.fail.Exception):
            wait_until(lambda: "lost" in running.log.read_text(), "nothing is lost", 4.0)
        assert up(running)
        assert running.events_in() == 0
        proxy.resume()
        wait_until(lambda: running.events_in() == 50, "the events are taken", SECONDS)
        assert running.log.read_text().count("dondoc consumer: connected") == 1
        ends_well(running)


def test_a_database_that_hangs_longer_than_the_broker_waits_costs_the_channel_and_nothing_else(
    start: Start, vhost: VirtualHost, publishing: StartPublisher, postgres_cluster: PostgresCluster
) -> None:
    """The broker closes the channel with a failed precondition when an acknowledgement takes
    longer than its consumer_timeout: 30 minutes, here 1 s."""
    broker = vhost.broker
    _set_consumer_timeout(vhost, 1_000, 500)
    try:
        with Proxy(postgres_cluster.port) as proxy:
            url = postgres_cluster.create_schema()
            database = url.replace(str(postgres_cluster.port), str(proxy.port))
            running = start(vhost.url, database)
            wait_up(running)
            proxy.stall()
            assert all_confirmed(publishing().publish(sample(50)))
            wait_says(running, "PRECONDITION_FAILED - delivery acknowledgement")
            proxy.resume()
            wait_until_empty(vhost.url, EVENTS)
            wait_until(lambda: running.events_in() >= 50, "each is taken", SECONDS)
            wait_up(running)
            ends_well(running)
    finally:
        _set_consumer_timeout(vhost, 1_800_000, 60_000)
    assert broker.pid


def _set_consumer_timeout(vhost: VirtualHost, timeout: int, looks_every: int) -> None:
    """In milliseconds; for channels that are opened from now on."""
    for name, value in (("consumer_timeout", timeout), ("channel_tick_interval", looks_every)):
        vhost.broker.ctl("eval", f"application:set_env(rabbit, {name}, {value}).")


def test_a_queue_that_is_deleted_under_the_consumer_is_declared_again(
    start: Start, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    running = start()
    wait_up(running)
    vhost.delete_queue(EVENTS)
    wait_says(running, "the broker cancelled the consumer of dondoc.events; was it deleted?")
    wait_says(running, "declared on the broker, where it was missing: queue dondoc.events")
    wait_up(running)
    is_taken(running, publishing)
    ends_well(running)


def test_an_exchange_that_is_missing_is_declared_and_bound_at_the_next_connection(
    start: Start, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    running = start()
    wait_up(running)
    for exchange in ("hscv.events", "dondoc.reminders", "dondoc.unrouted"):
        vhost.delete_exchange(exchange)
    vhost.close_connections()
    wait_says(running, "declared on the broker, where it was missing: exchange hscv.events")
    wait_up(running)
    is_taken(running, publishing)
    ends_well(running)


def test_credentials_that_are_revoked_are_told_and_used_again_when_they_are_back(
    start: Start, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    user = f"dondoc-{vhost.name}"
    url = vhost.add_user(user, "first-canary")
    vhost.permit(user)
    running = start(url)
    wait_up(running)
    vhost.add_user(user, "second")
    vhost.close_connections()
    wait_says(running, "login refused: mend the user or the password in the broker URL")
    wait_until(lambda: not up(running), "dondoc_consumer_up is 0", SECONDS)
    vhost.add_user(user, "first-canary")
    wait_up(running)
    is_taken(running, publishing)
    ends_well(running)
    assert "canary" not in running.log.read_text(encoding="utf-8")


def test_permissions_that_are_revoked_are_named_and_used_again_when_they_are_back(
    start: Start, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    user = f"dondoc-{vhost.name}"
    url = vhost.add_user(user, "secret")
    vhost.permit(user)
    running = start(url)
    wait_up(running)
    vhost.permit(user, read="^$")
    vhost.close_connections()
    wait_says(running, "grant the user `write` on the queue and `read` on the exchange")
    wait_until(lambda: not up(running), "dondoc_consumer_up is 0", SECONDS)
    vhost.permit(user)
    wait_up(running)
    is_taken(running, publishing)
    ends_well(running)


def test_a_database_that_is_away_at_an_orderly_stop_keeps_nobody_waiting_and_loses_nothing(
    start: Start, vhost: VirtualHost, publishing: StartPublisher, postgres_cluster: PostgresCluster
) -> None:
    proxy = Proxy(postgres_cluster.port)
    proxy.accept()
    database = postgres_cluster.create_schema().replace(str(postgres_cluster.port), str(proxy.port))
    running = start(vhost.url, database)
    wait_up(running)
    proxy.refuse()
    assert all_confirmed(publishing().publish(sample(50)))
    wait_says(running, "trying again")
    ends_well(running)
    with Client(parse_address(vhost.url)) as client:
        wait_until(lambda: client.depth(EVENTS) == 50, "the queue has them again", SECONDS)


def test_a_network_that_stalls_is_noticed_by_its_heartbeat(
    start: Start, vhost: VirtualHost, publishing: StartPublisher
) -> None:
    with Proxy(vhost.broker.port) as proxy:
        url = vhost.url.replace(str(vhost.broker.port), str(proxy.port))
        running = start(f"{url}?heartbeat=1")
        wait_up(running)
        proxy.stall()
        wait_says(running, "silent for longer than the heartbeat allows")
        wait_until(lambda: not up(running), "dondoc_consumer_up is 0", SECONDS)
        proxy.drop()
        proxy.resume()
        wait_up(running)
        is_taken(running, publishing)
        ends_well(running)
