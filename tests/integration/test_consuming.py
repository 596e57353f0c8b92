"""Taking messages in, on a real node: batches, acknowledgements, stopping."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from dondoc.connector.transport import (
    Batch,
    Outgoing,
)
from dondoc.connector.transport.link import Link
from support.proxy import Proxy
from support.rabbitmq import VirtualHost, wait_until
from support.transport import (
    StartConsumer,
    StartPublisher,
    all_confirmed,
    messages,
    ready,
    take,
)


def bodies(batch: Batch | None) -> list[int]:
    assert batch is not None, "no batch came in time"
    return [int(each.body) for each in batch.deliveries]


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


def test_one_consumer_takes_from_several_queues_and_each_delivery_tells_its_own(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publisher = publishing()
    second = [replace(each, exchange="", routing_key="dondoc.dead") for each in messages(40)]
    assert all_confirmed(publisher.publish([*messages(60), *second]))
    consumer = consume(queues=["dondoc.events", "dondoc.dead"], prefetch=40, batch_size=20)
    found: dict[str, list[int]] = {"dondoc.events": [], "dondoc.dead": []}
    while sum(map(len, found.values())) < 100:
        batch = consumer.batches(5.0)
        assert batch is not None, found
        assert len(batch.deliveries) <= 20
        for each in batch.deliveries:
            found[each.queue].append(int(each.body))
        consumer.acknowledge(batch)
    assert found == {"dondoc.events": list(range(60)), "dondoc.dead": list(range(40))}
    wait_until(lambda: not ready(vhost.url, "dondoc.dead"), "nothing is left")


def test_a_single_delivery_is_handed_over_without_waiting_for_a_full_batch(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    consumer, publisher = consume(), publishing()
    wait_until(lambda: consumer.state.up, "the consumer is up")
    publisher.publish(messages(1))
    began = time.monotonic()
    batch = consumer.batches(5.0)
    assert bodies(batch) == [0]
    assert time.monotonic() - began < 4


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
    wait_until(lambda: ready(vhost.url) == 70, "the others are in the queue")


def test_one_acknowledgement_covers_the_batch(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publishing().publish(messages(200))
    consumer = consume(prefetch=200, batch_size=100, batch_wait=1.0)
    first = consumer.batches(5.0)
    assert first is not None
    consumer.acknowledge(first)
    consumer.stop()
    wait_until(lambda: ready(vhost.url) == 100, "the other batch is in the queue")


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
    wait_until(lambda: ready(vhost.url) == 6, "the others are in the queue")


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
    wait_until(lambda: ready(vhost.url) == 5, "all are in the queue")


def test_stop_waits_for_the_acknowledgement_of_what_a_worker_holds(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    assert all_confirmed(publishing().publish(messages(100)))
    # On a busy machine a batch of ten takes longer than a batch usually waits.
    consumer = consume(prefetch=100, batch_size=10, batch_wait=5.0)
    held = consumer.batches(5.0)
    assert held is not None
    with ThreadPoolExecutor(1) as another:
        stopped = another.submit(consumer.stop, 5.0)
        time.sleep(0.5)
        assert not stopped.done()
        consumer.acknowledge(held)
        stopped.result(timeout=5.0)
    assert consumer.batches(5.0) is None
    wait_until(lambda: ready(vhost.url) == 90, "all but what was acknowledged is in the queue")


def test_an_acknowledgement_leaves_before_the_connection_of_a_stop_that_waited_for_it(
    consume: StartConsumer,
    publishing: StartPublisher,
    vhost: VirtualHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publishing().publish(messages(10))
    consumer = consume(prefetch=10, batch_size=10, batch_wait=5.0)
    held = consumer.batches(5.0)
    assert held is not None
    call = Link.call

    def held_up(link: Link, work: Callable[[], None]) -> bool:
        """The worker loses the processor just before it hands its acknowledgement over."""
        if threading.current_thread() is threading.main_thread():
            time.sleep(0.5)
        return call(link, work)

    monkeypatch.setattr(Link, "call", held_up)
    with ThreadPoolExecutor(1) as another:
        stopped = another.submit(consumer.stop, 5.0)
        time.sleep(0.2)
        consumer.acknowledge(held)
        stopped.result(timeout=5.0)
    time.sleep(0.5)
    assert ready(vhost.url) == 0


def test_stop_returns_in_time_when_a_worker_never_acknowledges(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    publishing().publish(messages(1))
    consumer = consume()
    assert consumer.batches(5.0) is not None
    began = time.monotonic()
    with ThreadPoolExecutor(1) as another:
        another.submit(consumer.stop, 1.0).result()
    assert 0.9 < time.monotonic() - began < 4


def test_a_worker_that_stops_the_consumer_itself_does_not_wait_for_itself(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    publishing().publish(messages(1))
    consumer = consume()
    assert consumer.batches(5.0) is not None
    began = time.monotonic()
    consumer.stop(20.0)
    assert time.monotonic() - began < 10


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


def test_a_worker_that_is_behind_gets_small_batches_together(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    consumer = consume(batch_wait=0.0)
    publisher = publishing()
    for number in range(30):
        publisher.publish(messages(1, first=number))
    wait_until(lambda: consumer.in_hand_bytes == 50, "all came")
    batch = consumer.batches(5.0)
    assert bodies(batch) == list(range(30))
    assert batch is not None
    consumer.acknowledge(batch)


def test_redelivered_messages_are_never_in_one_batch_with_new_ones(
    consume: StartConsumer, publishing: StartPublisher
) -> None:
    publisher = publishing()
    publisher.publish(messages(5))
    first = consume(prefetch=5, batch_size=5)
    take(first, 5, acknowledge=False)
    first.stop(0.1)
    publisher.publish(messages(5, first=5))
    second = consume(batch_wait=0.5)
    batches = [second.batches(10.0), second.batches(10.0)]
    assert [bodies(batch) for batch in batches] == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    for batch, again in zip(batches, (True, False), strict=True):
        assert batch is not None
        assert {each.redelivered for each in batch.deliveries} == {again}
