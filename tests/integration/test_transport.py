"""The transport's promises, on a real node: batches, acknowledgements, faults, confirms."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from dondoc.connector.topology import Exchange, Names, Queue, Topology, topology
from dondoc.connector.transport import (
    Backoff,
    Batch,
    BrokerUnavailable,
    Client,
    Consumer,
    Delivery,
    Outcome,
    Outgoing,
    Publisher,
    TopologyError,
    parse_address,
)
from private_broker import PrivateBroker
from support.certificates import Certificates
from support.proxy import Proxy
from support.rabbitmq import VirtualHost, wait_until

EVENTS = "dondoc.events"
TOPOLOGY = topology()

StartConsumer = Callable[..., Consumer]
StartPublisher = Callable[..., Publisher]


@pytest.fixture
def consume(vhost: VirtualHost) -> Iterator[StartConsumer]:
    """Start consumers of `dondoc.events` that are stopped after the test."""
    started: list[Consumer] = []

    def start(url: str = "", **settings: object) -> Consumer:
        consumer = Consumer(
            parse_address(url or vhost.url),
            TOPOLOGY,
            EVENTS,
            backoff=Backoff(0.05, 0.2),
            **settings,  # type: ignore[arg-type]
        )
        started.append(consumer)
        consumer.start()
        return consumer

    yield start
    for each in started:
        each.stop(1.0)


@pytest.fixture
def publishing(vhost: VirtualHost) -> Iterator[StartPublisher]:
    """Start publishers that are stopped after the test."""
    started: list[Publisher] = []

    def start(url: str = "", wanted: Topology = TOPOLOGY) -> Publisher:
        address = parse_address(url or vhost.url)
        publisher = Publisher(address, wanted, backoff=Backoff(0.05, 0.2))
        started.append(publisher)
        publisher.start()
        return publisher

    yield start
    for each in started:
        each.stop(1.0)


def messages(
    count: int, *, exchange: str = "hscv.events", key: str = "document.issued", first: int = 0
) -> list[Outgoing]:
    """`count` small messages whose bodies are their numbers."""
    return [
        Outgoing(exchange, key, str(n).encode(), "application/cloudevents+json", f"m{n}")
        for n in range(first, first + count)
    ]


def bodies(batch: Batch | None) -> list[int]:
    assert batch is not None, "no batch came in time"
    return [int(each.body) for each in batch.deliveries]


def take(consumer: Consumer, count: int, *, acknowledge: bool = True) -> list[Delivery]:
    """The next `count` deliveries, acknowledged batch by batch."""
    taken: list[Delivery] = []
    while len(taken) < count:
        batch = consumer.batches(10.0)
        assert batch is not None, f"only {len(taken)} of {count} came: {consumer.state}"
        taken.extend(batch.deliveries)
        if acknowledge:
            consumer.acknowledge(batch)
    return taken


def ready(url: str, queue: str = EVENTS) -> int:
    """Messages that nobody has in hand."""
    with Client(parse_address(url)) as client:
        return client.depth(queue)


def all_confirmed(outcomes: Sequence[Outcome]) -> bool:
    return set(outcomes) == {Outcome.CONFIRMED}


# Batches


def test_deliveries_come_in_whole_batches_in_the_order_of_the_queue(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    assert all_confirmed(publishing().publish(messages(250)))
    consumer = consume(prefetch=300, batch_size=100, batch_wait=0.5)
    sizes: list[int] = []
    order: list[int] = []
    while len(order) < 250:
        batch = consumer.batches(5.0)
        order += bodies(batch)
        assert batch is not None
        sizes.append(len(batch.deliveries))
        consumer.acknowledge(batch)
    assert sizes == [100, 100, 50]
    assert order == list(range(250))


def test_a_single_delivery_is_handed_over_without_waiting_for_a_full_batch(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    consumer, publisher = consume(), publishing()
    wait_until(lambda: consumer.state.up, "the consumer is up")
    publisher.publish(messages(1))
    began = time.monotonic()
    batch = consumer.batches(5.0)
    assert bodies(batch) == [0]
    assert time.monotonic() - began < 0.5


def test_a_delivery_carries_what_the_publisher_wrote(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    headers = {"cloudEvents_id": "văn bản 15", "secrecy": "normal", "attempts": 2}
    sent = Outgoing("hscv.events", "task.assigned", b"{}", "application/json", "m", headers)
    publishing().publish([sent])
    (delivery,) = take(consume(), 1)
    assert delivery.body == b"{}"
    assert delivery.content_type == "application/json"
    assert delivery.routing_key == "task.assigned"
    assert {name: delivery.headers[name] for name in headers} == headers
    assert not delivery.redelivered


def test_no_more_is_in_hand_than_the_prefetch_allows(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(100))
    consumer = consume(prefetch=30, batch_size=10)
    held = take(consumer, 30, acknowledge=False)
    assert consumer.batches(0.5) is None
    assert len(held) == 30
    assert ready(vhost.url) == 70


# Acknowledgements


def test_one_acknowledgement_covers_the_batch(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(200))
    consumer = consume(prefetch=200, batch_size=100, batch_wait=1.0)
    first = consumer.batches(5.0)
    assert first is not None
    consumer.acknowledge(first)
    consumer.stop()
    assert ready(vhost.url) == 100


def test_a_batch_may_be_acknowledged_message_by_message(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(10))
    consumer = consume(prefetch=10, batch_size=10, batch_wait=1.0)
    batch = consumer.batches(5.0)
    assert batch is not None
    for delivery in batch.deliveries[:4]:
        consumer.acknowledge(batch, through=delivery)
    consumer.stop(0.5)
    assert ready(vhost.url) == 6


def test_batches_cannot_be_acknowledged_out_of_order(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    publishing().publish(messages(20))
    consumer = consume(batch_size=10)
    first, second = consumer.batches(5.0), consumer.batches(5.0)
    assert first is not None
    assert second is not None
    with pytest.raises(RuntimeError, match="order"):
        consumer.acknowledge(second)


def test_an_acknowledgement_of_an_earlier_connection_is_dropped(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(5))
    consumer = consume(batch_size=5, batch_wait=1.0)
    old = consumer.batches(5.0)
    assert old is not None
    vhost.close_connections()
    new = consumer.batches(10.0)
    assert new is not None
    assert new.epoch != old.epoch
    consumer.acknowledge(old)
    assert consumer.batches(0.3) is None
    # The old tags exist on the new channel too: an acknowledgement that got through would
    # have emptied the queue.
    consumer.stop(0.3)
    assert ready(vhost.url) == 5


# Faults of the subscription


def test_what_was_not_acknowledged_comes_again_after_the_connection_is_lost(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(50))
    consumer = consume(batch_size=50, batch_wait=1.0)
    assert not any(each.redelivered for each in take(consumer, 50, acknowledge=False))
    vhost.close_connections()
    again = take(consumer, 50)
    assert sorted(int(each.body) for each in again) == list(range(50))
    assert all(each.redelivered for each in again)
    assert consumer.state.up


def test_batches_of_a_lost_connection_that_nobody_took_are_not_handed_over(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(100))
    consumer = consume(prefetch=100, batch_size=10)
    wait_until(lambda: consumer.last_delivery, "deliveries arrived")
    epoch = consumer.state.epoch
    vhost.close_connections()
    wait_until(lambda: consumer.state.up and consumer.state.epoch > epoch, "connected again")
    assert len({int(each.body) for each in take(consumer, 100)}) == 100
    assert consumer.batches(0.3) is None


def test_a_deleted_queue_is_declared_again_and_consumed(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    errors: list[str] = []
    consumer = consume(on_state=lambda state: errors.append(state.error or ""))
    publisher = publishing()
    wait_until(lambda: consumer.state.up, "the consumer is up")
    epoch = consumer.state.epoch
    vhost.delete_queue(EVENTS)
    wait_until(lambda: consumer.state.up and consumer.state.epoch > epoch, "subscribed again")
    assert any("cancelled the consumer of dondoc.events" in each for each in errors)
    publisher.publish(messages(3))
    assert sorted(int(each.body) for each in take(consumer, 3)) == [0, 1, 2]


def test_a_deleted_exchange_is_declared_and_bound_again_without_being_noticed_by_the_broker(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    consumer = consume(redeclare_every=0.2)
    wait_until(lambda: consumer.state.up, "the consumer is up")
    vhost.delete_exchange("hscv.events")
    time.sleep(0.5)
    assert all_confirmed(publishing().publish(messages(2)))
    assert len(take(consumer, 2)) == 2


def test_a_channel_closed_by_a_failed_precondition_is_a_fault_that_mends_itself(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    errors: list[str] = []
    consumer = consume(on_state=lambda state: errors.append(state.error or ""), batch_size=1)
    publishing().publish(messages(1))
    batch = consumer.batches(5.0)
    assert batch is not None
    unknown = Delivery(999, b"", None, {}, redelivered=False, routing_key="", received=0.0)
    consumer.acknowledge(batch, through=unknown)
    wait_until(lambda: any("PRECONDITION_FAILED" in each for each in errors), "the fault is told")
    assert [int(each.body) for each in take(consumer, 1)] == [0]


def test_heartbeats_are_answered_while_a_worker_hangs(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(1))
    # The broker gives up on a connection that is silent for twice its heartbeat.
    consumer = consume(f"{vhost.url}?heartbeat=1")
    batch = consumer.batches(5.0)
    assert batch is not None
    time.sleep(5.0)
    consumer.acknowledge(batch)
    consumer.stop()
    assert consumer.state.epoch == 1
    assert ready(vhost.url) == 0


def test_a_connection_that_is_cut_is_opened_again(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    with Proxy(vhost.broker.port) as proxy:
        consumer = consume(vhost.url.replace(str(vhost.broker.port), str(proxy.port)))
        publisher = publishing()
        for first in (0, 10, 20):
            publisher.publish(messages(10, first=first))
            wanted = set(range(first, first + 10))
            while wanted:
                wanted -= {int(each.body) for each in take(consumer, 1)}
            # What was acknowledged may not have reached the broker and may come again.
            proxy.drop()
        assert consumer.state.epoch >= 3


def test_a_connection_that_is_stalled_is_noticed_by_its_heartbeat_and_opened_again(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    with Proxy(vhost.broker.port) as proxy:
        url = vhost.url.replace(str(vhost.broker.port), str(proxy.port))
        errors: list[str] = []
        consumer = consume(
            f"{url}?heartbeat=1", on_state=lambda state: errors.append(state.error or "")
        )
        wait_until(lambda: consumer.state.up, "the consumer is up")
        proxy.stall()
        wait_until(lambda: not consumer.state.up, "the silence is noticed", 20.0)
        assert any("silent" in each for each in errors)
        proxy.drop()
        proxy.resume()
        publishing().publish(messages(3))
        assert len(take(consumer, 3)) == 3


def test_a_broker_that_is_absent_at_start_is_used_when_it_appears(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    proxy = Proxy(vhost.broker.port)
    url = vhost.url.replace(str(vhost.broker.port), str(proxy.port))
    consumer, publisher = consume(url), publishing(url)
    wait_until(lambda: consumer.state.error, "the consumer says why it is not up")
    assert "nothing listens there: start RabbitMQ" in str(consumer.state.error)
    assert publisher.publish(messages(1), timeout=0.3) == (Outcome.UNKNOWN,)
    assert "nothing listens there" in str(publisher.trouble)
    with proxy:
        assert all_confirmed(publisher.publish(messages(4)))
        assert len(take(consumer, 4)) == 4
        consumer.stop()
        publisher.stop()


def test_revoked_credentials_are_told_and_used_again_when_they_are_back(
    consume: StartConsumer, vhost: VirtualHost
) -> None:
    user = f"u{vhost.name}"
    url = vhost.add_user(user, "s3cret-pa55word")
    vhost.permit(user)
    consumer = consume(url)
    wait_until(lambda: consumer.state.up, "the consumer is up")
    vhost.http("DELETE", f"users/{user}")
    vhost.close_connections()
    wait_until(lambda: "login refused" in str(consumer.state.error), "the refusal is told")
    assert user in str(consumer.state.error)
    assert "s3cret" not in str(consumer.state.error)
    vhost.add_user(user, "s3cret-pa55word")
    vhost.permit(user)
    wait_until(lambda: consumer.state.up, "the consumer is up again")


# Stopping


def test_stop_waits_for_the_acknowledgement_of_what_a_worker_holds(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(100))
    consumer = consume(prefetch=100, batch_size=10)
    held = consumer.batches(5.0)
    assert held is not None
    with ThreadPoolExecutor(1) as another:
        stopped = another.submit(consumer.stop, 5.0)
        time.sleep(0.5)
        assert not stopped.done()
        consumer.acknowledge(held)
        stopped.result(timeout=2.0)
    assert consumer.batches(5.0) is None
    assert ready(vhost.url) == 90


def test_stop_returns_in_time_when_a_worker_never_acknowledges(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    publishing().publish(messages(1))
    consumer = consume()
    assert consumer.batches(5.0) is not None
    began = time.monotonic()
    with ThreadPoolExecutor(1) as another:
        another.submit(consumer.stop, 1.0).result()
    assert 0.9 < time.monotonic() - began < 2.0


def test_a_worker_that_stops_the_consumer_itself_does_not_wait_for_itself(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    publishing().publish(messages(1))
    consumer = consume()
    assert consumer.batches(5.0) is not None
    began = time.monotonic()
    consumer.stop(5.0)
    assert time.monotonic() - began < 1.0


def test_a_listener_that_fails_does_not_end_the_connection(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    consumer = consume(on_state=lambda state: 1 / 0)
    publisher = publishing()
    for first in (0, 1):
        publisher.publish(messages(1, first=first))
        assert [int(each.body) for each in take(consumer, 1)] == [first]
        consumer_epoch = consumer.state.epoch
        vhost.close_connections()
        wait_until(lambda: consumer.state.epoch > consumer_epoch, "connecting again")  # noqa: B023


def test_stop_returns_in_time_when_the_network_is_stalled(
    consume: StartConsumer, vhost: VirtualHost
) -> None:
    with Proxy(vhost.broker.port) as proxy:
        consumer = consume(vhost.url.replace(str(vhost.broker.port), str(proxy.port)))
        wait_until(lambda: consumer.state.up, "the consumer is up")
        proxy.stall()
        began = time.monotonic()
        consumer.stop(5.0)
        assert time.monotonic() - began < 5.0


# Publishing


def test_every_message_is_confirmed_and_kept_on_disk(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    assert all_confirmed(publishing().publish(messages(500)))
    with Client(parse_address(vhost.url)) as client:
        assert client.depth(EVENTS) == 500


def test_a_message_that_no_queue_takes_is_returned_and_its_neighbours_are_confirmed(
    publishing: StartPublisher,
) -> None:
    wanted = Topology((*TOPOLOGY.exchanges, Exchange("lonely", "topic")), TOPOLOGY.queues, ())
    lonely = messages(1, exchange="lonely", first=100)
    outcomes = publishing(wanted=wanted).publish(
        [*messages(3, exchange="", key=EVENTS), *lonely, *messages(3, exchange="", key=EVENTS)]
    )
    assert outcomes == (*[Outcome.CONFIRMED] * 3, Outcome.RETURNED, *[Outcome.CONFIRMED] * 3)


def test_a_reminder_that_nobody_has_bound_a_queue_for_is_kept_as_unrouted(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    reminder = messages(1, exchange="dondoc.reminders", key="reminder.pnv.review.overdue")
    assert all_confirmed(publishing().publish(reminder))
    with Client(parse_address(vhost.url)) as client:
        (kept,) = client.get("dondoc.unrouted", 10)
        assert kept.routing_key == "reminder.pnv.review.overdue"
        queue = client.temporary_queue("dondoc.reminders", "reminder.pnv.#")
        assert all_confirmed(publishing().publish(reminder))
        assert len(client.get(queue, 10)) == 1
        assert client.depth("dondoc.unrouted") == 0


def test_messages_without_an_answer_are_unknown_when_the_connection_is_lost(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    with Proxy(vhost.broker.port) as proxy:
        publisher = publishing(vhost.url.replace(str(vhost.broker.port), str(proxy.port)))
        assert all_confirmed(publisher.publish(messages(1)))
        proxy.stall()
        threading.Timer(0.5, proxy.drop).start()
        assert set(publisher.publish(messages(5))) == {Outcome.UNKNOWN}
        proxy.resume()
        assert all_confirmed(publisher.publish(messages(5)))


def test_stopping_a_publisher_ends_a_call_that_waits_for_the_broker(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    absent = Proxy(vhost.broker.port)
    publisher = publishing(vhost.url.replace(str(vhost.broker.port), str(absent.port)))
    threading.Timer(0.3, publisher.stop).start()
    began = time.monotonic()
    assert publisher.publish(messages(1), timeout=30.0) == (Outcome.UNKNOWN,)
    assert time.monotonic() - began < 5.0


def test_several_threads_may_publish_at_once(publishing: StartPublisher) -> None:
    publisher = publishing()
    with ThreadPoolExecutor(4) as pool:
        outcomes = pool.map(lambda n: publisher.publish(messages(200, first=1000 * n)), range(8))
        assert all(all_confirmed(each) for each in outcomes)


def test_a_publisher_declares_an_exchange_that_was_deleted(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publisher = publishing()
    assert all_confirmed(publisher.publish(messages(1)))
    vhost.delete_exchange("dondoc.reminders")
    reminder = messages(1, exchange="dondoc.reminders", key="reminder.pnv.review.overdue")
    assert publisher.publish(reminder) == (Outcome.UNKNOWN,)
    assert publisher.publish(reminder) == (Outcome.CONFIRMED,)


def test_a_blocked_broker_is_told_and_publishing_goes_on_when_it_is_no_longer(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    consumer, publisher = consume(), publishing()
    assert all_confirmed(publisher.publish(messages(5)))
    vhost.broker.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        # The broker blocks a connection when it publishes, so this message is on its way.
        assert publisher.publish(messages(1, first=5), timeout=2.0) == (Outcome.UNKNOWN,)
        assert publisher.state.blocked
        assert "memory or disk alarm" in str(publisher.trouble)
        assert publisher.publish(messages(1, first=6), timeout=0.3) == (Outcome.UNKNOWN,)
        # Taking messages needs no publishing and goes on.
        assert len(take(consumer, 5)) == 5
    finally:
        vhost.broker.ctl("set_vm_memory_high_watermark", "0.4")
    assert all_confirmed(publisher.publish(messages(1, first=7)))
    assert publisher.trouble is None
    # What was not sent while it was blocked, the sixth, is not sent behind the caller's back.
    assert [int(each.body) for each in take(consumer, 2)] == [5, 7]


# Topology


def test_declaring_twice_declares_nothing_the_second_time(vhost: VirtualHost) -> None:
    with Client(parse_address(vhost.url)) as client:
        assert set(client.declare(TOPOLOGY)) == {
            "exchange hscv.events",
            "exchange dondoc.reminders",
            "exchange dondoc.unrouted",
            "queue dondoc.events",
            "queue dondoc.dead",
            "queue dondoc.unrouted",
        }
        assert client.declare(TOPOLOGY) == ()
        assert client.inspect(TOPOLOGY) == ()


def test_an_exchange_that_somebody_declared_otherwise_is_used_as_it_is(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    vhost.http("PUT", f"exchanges/{vhost.name}/hscv.events", {"type": "fanout", "durable": True})
    consumer = consume()
    assert all_confirmed(publishing().publish(messages(2)))
    assert len(take(consumer, 2)) == 2


def test_names_can_be_changed(vhost: VirtualHost) -> None:
    names = Names(source="hs", events="e", dead="d", reminders="r", unrouted="u")
    with Client(parse_address(vhost.url)) as client:
        declared = {each.split()[1] for each in client.declare(topology(names))}
    assert declared == {"hs", "e", "d", "r", "u"}


def test_the_unrouted_queue_is_bounded_and_drops_the_oldest(vhost: VirtualHost) -> None:
    (unrouted,) = (each for each in TOPOLOGY.queues if each.name == "dondoc.unrouted")
    small = Queue("small", {**unrouted.arguments, "x-max-length": 10}, keeps_all=False)
    short = Queue("short", {**unrouted.arguments, "x-message-ttl": 200}, keeps_all=False)
    publisher = Publisher(parse_address(vhost.url), Topology((), (small, short), ()))
    publisher.start()
    publisher.publish(messages(25, exchange="", key="small"))
    publisher.publish(messages(5, exchange="", key="short"))
    publisher.stop()
    wait_until(lambda: ready(vhost.url, "small") == 10, "the oldest were dropped")
    wait_until(lambda: ready(vhost.url, "short") == 0, "the old were dropped")
    with Client(parse_address(vhost.url)) as client:
        assert int(client.get("small", 1)[0].body) == 15


def test_looking_at_dead_letters_never_removes_them(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(20, exchange="", key="dondoc.dead"))
    # RabbitMQ 4 drops a message after 20 returns unless the queue says otherwise.
    for _ in range(22):
        with Client(parse_address(vhost.url)) as client:
            assert len(client.get("dondoc.dead", 100)) == 20
    with Client(parse_address(vhost.url)) as client:
        client.acknowledge(client.get("dondoc.dead", 1)[0])
    wait_until(lambda: ready(vhost.url, "dondoc.dead") == 19, "19 are left")


def test_inspection_names_what_differs(vhost: VirtualHost) -> None:
    limited: dict[str, str | int] = {"x-queue-type": "quorum", "x-delivery-limit": 5}
    leaking = {**TOPOLOGY.queues[1].arguments, "x-dead-letter-exchange": "elsewhere"}
    queues = (Queue(EVENTS, limited, True), Queue("dondoc.dead", leaking, True))
    with Client(parse_address(vhost.url)) as client:
        client.declare(Topology((Exchange("hscv.events", "fanout"),), queues, ()))
        problems = {each.object: each.text for each in client.inspect(TOPOLOGY)}
    assert "type" in problems["exchange hscv.events"]
    assert "x-delivery-limit" in problems["queue dondoc.events"]
    assert "x-dead-letter-exchange" in problems["queue dondoc.dead"]
    assert "is missing" in problems["exchange dondoc.reminders"]


# Permissions and TLS


def test_the_documented_permissions_are_enough(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    user = f"u{vhost.name}"
    url = vhost.add_user(user, "p")
    vhost.permit(
        user,
        configure=r"^dondoc\.",
        write=r"^(dondoc\..*|amq\.default)$",
        read=r"^(dondoc\..*|hscv\.events)$",
    )
    with Client(parse_address(vhost.url)) as administrator:
        administrator.declare(Topology((Exchange("hscv.events", "topic"),), (), ()))
    consumer, publisher = consume(url), publishing(url)
    assert all_confirmed(publishing().publish(messages(1)))
    assert len(take(consumer, 1)) == 1
    assert all_confirmed(
        publisher.publish(
            [
                *messages(1, exchange="", key="dondoc.dead"),
                *messages(1, exchange="dondoc.reminders", key="reminder.pnv.review.overdue"),
            ]
        )
    )


def test_without_configure_what_an_administrator_declared_is_used(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    user = f"u{vhost.name}"
    url = vhost.add_user(user, "p")
    vhost.permit(user, configure="^$")
    with Client(parse_address(vhost.url)) as administrator:
        administrator.declare(TOPOLOGY)
    assert all_confirmed(publishing(url).publish(messages(1)))
    assert len(take(consume(url), 1)) == 1


def test_a_missing_object_that_may_not_be_declared_is_named(vhost: VirtualHost) -> None:
    user = f"u{vhost.name}"
    url = vhost.add_user(user, "p")
    vhost.permit(user, configure="^$")
    with (
        Client(parse_address(url)) as client,
        pytest.raises(TopologyError, match=r"exchange hscv\.events .* grant .* `configure`"),
    ):
        client.declare(TOPOLOGY)


def test_a_virtual_host_that_does_not_exist_is_named(rabbitmq: PrivateBroker) -> None:
    with (
        pytest.raises(BrokerUnavailable, match="virtual host nowhere"),
        Client(parse_address(rabbitmq.url("nowhere"))),
    ):
        pass


def test_a_queue_that_does_not_exist_is_named(vhost: VirtualHost) -> None:
    with (
        Client(parse_address(vhost.url)) as client,
        pytest.raises(TopologyError, match=r"dondoc\.dead does not exist: run `dondoc declare`"),
    ):
        client.get("dondoc.dead", 1)


def test_the_broker_is_reached_over_tls_with_a_certificate_of_ones_own(
    vhost: VirtualHost, certificates: Certificates
) -> None:
    base = f"amqps://guest:guest@127.0.0.1:{vhost.broker.tls_port}/{vhost.name}"
    ours = f"certfile={certificates.client}&keyfile={certificates.client_key}"
    trusted = f"cacertfile={certificates.ca}"
    with Client(parse_address(f"{base}?{trusted}&{ours}")) as client:
        client.declare(TOPOLOGY)
    for options, what in ((trusted, "TLS failed"), (ours, "not trusted")):
        with (
            pytest.raises(BrokerUnavailable, match=what),
            Client(parse_address(f"{base}?{options}")),
        ):
            pass
