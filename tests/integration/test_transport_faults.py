"""What ends a subscription, on a real node: each is a fault that mends itself."""

from __future__ import annotations

import time

from dondoc.connector.transport import (
    Backoff,
    Consumer,
    Delivery,
    Fate,
    Publisher,
    parse_address,
)
from private_broker import PrivateBroker
from support.proxy import Proxy
from support.rabbitmq import VirtualHost, wait_until
from support.transport import (
    EVENTS,
    TOPOLOGY,
    StartConsumer,
    StartPublisher,
    all_confirmed,
    messages,
    ready,
    take,
)


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
    assert publisher.publish(messages(1), timeout=0.3) == (Fate.UNKNOWN,)
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


def test_a_broker_that_is_killed_loses_nothing_that_it_had_confirmed(
    private_broker: PrivateBroker,
) -> None:
    private_broker.start()
    address = parse_address(private_broker.url())
    publisher = Publisher(address, TOPOLOGY, backoff=Backoff(0.05, 0.2))
    consumer = Consumer(address, TOPOLOGY, [EVENTS], backoff=Backoff(0.05, 0.2))
    publisher.start()
    assert all_confirmed(publisher.publish(messages(500)))
    consumer.start()
    taken = {int(each.body) for each in take(consumer, 100)}
    private_broker.kill()
    wait_until(lambda: not consumer.state.up, "the loss is noticed")
    private_broker.start()
    while taken != set(range(500)):
        taken |= {int(each.body) for each in take(consumer, 1)}
    assert all_confirmed(publisher.publish(messages(1)))
    consumer.stop()
    publisher.stop()
