"""Publishing on a real node: confirms, returns, lost answers, a blocked broker."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from dondoc.connector.transport import (
    Client,
    Fate,
    Publisher,
    has_mark,
    parse_address,
)
from dondoc.connector.transport import publisher as publisher_module
from dondoc.connector.transport.topology import Exchange, Topology
from support.proxy import Proxy
from support.rabbitmq import VirtualHost, wait_until
from support.transport import (
    EVENTS,
    TOPOLOGY,
    HeldAnswers,
    StartConsumer,
    StartPublisher,
    all_confirmed,
    messages,
    take,
)


def test_every_message_is_confirmed_and_kept_on_disk(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    assert all_confirmed(publishing().publish(messages(500)))
    with Client(parse_address(vhost.url)) as client:
        wait_until(lambda: client.depth(EVENTS) == 500, "all are in the queue")


def test_a_message_that_no_queue_takes_is_returned_and_its_neighbours_are_confirmed(
    publishing: StartPublisher,
) -> None:
    wanted = Topology((*TOPOLOGY.exchanges, Exchange("lonely", "topic")), TOPOLOGY.queues, ())
    lonely = messages(1, exchange="lonely", first=100)
    outcomes = publishing(wanted=wanted).publish(
        [*messages(3, exchange="", key=EVENTS), *lonely, *messages(3, exchange="", key=EVENTS)]
    )
    assert outcomes == (
        *[Fate.CONFIRMED] * 3,
        Fate.RETURNED,
        *[Fate.CONFIRMED] * 3,
    )


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
        assert set(publisher.publish(messages(5))) == {Fate.UNKNOWN}
        proxy.resume()
        assert all_confirmed(publisher.publish(messages(5)))


@pytest.mark.parametrize("lost", [1, 20])
def test_a_broker_that_forgot_its_answers_is_connected_to_anew(
    publishing: StartPublisher, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """As one that was killed sometimes does; with as many as may be on their way nothing would
    go out any more."""
    with monkeypatch.context() as forgetful:
        forgetful.setattr(Publisher, "_answered", lambda self, frame: None)
        publisher = publishing(unanswered=20, answer_within=2.0)
        first = publisher.connection(10.0)
        assert set(publisher.publish(messages(lost), timeout=0.7)) == {Fate.UNKNOWN}
        assert publisher.answered() == (first, False)
    wait_until(lambda: publisher.answered()[0] not in (None, first), "there is another", 10)
    assert publisher.answered()[1]
    assert all_confirmed(publisher.publish(messages(30)))


def test_a_process_that_stood_still_reads_its_answers_before_it_connects_anew(
    publishing: StartPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To connect anew would leave what it had sent open, and send it again."""
    frozen = 0.0
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + frozen)
    monkeypatch.setattr(publisher_module, "time", clock)
    held = HeldAnswers(monkeypatch)
    publisher = publishing(answer_within=6.0)
    first = publisher.connection(10.0)
    assert publisher.publish(messages(1), timeout=0.7) == (Fate.UNKNOWN,)
    wait_until(lambda: held.answers, "it is answered, which nobody has read")
    frozen = 1000.0
    time.sleep(3.3)  # it has looked once, after three seconds
    held.release()
    assert publisher.answered() == (first, True)
    assert all_confirmed(publisher.publish(messages(1)))


def test_a_broker_that_is_blocked_is_waited_for_on_the_same_connection(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publisher = publishing(answer_within=2.0)
    first = publisher.connection(10.0)
    assert all_confirmed(publisher.publish(messages(1)))
    vhost.broker.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        publisher.publish(messages(1), timeout=1.0)
        wait_until(lambda: publisher.state.blocked, "it is blocked", 10)
        time.sleep(4.5)  # it would look for answers each second
        assert publisher.answered()[0] == first
    finally:
        vhost.broker.ctl("set_vm_memory_high_watermark", "0.4")
    wait_until(lambda: publisher.answered() == (first, True), "it answers", 10)
    assert all_confirmed(publisher.publish(messages(3)))


def test_stopping_a_publisher_ends_a_call_that_waits_for_the_broker(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    absent = Proxy(vhost.broker.port)
    publisher = publishing(vhost.url.replace(str(vhost.broker.port), str(absent.port)))
    threading.Timer(0.3, publisher.stop).start()
    began = time.monotonic()
    assert publisher.publish(messages(1), timeout=30.0) == (Fate.UNKNOWN,)
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
    assert publisher.publish(reminder) == (Fate.UNKNOWN,)
    assert publisher.publish(reminder) == (Fate.CONFIRMED,)


def test_a_blocked_broker_is_told_and_publishing_goes_on_when_it_is_no_longer(
    consume: StartConsumer, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    consumer, publisher = consume(), publishing()
    assert all_confirmed(publisher.publish(messages(5)))
    vhost.broker.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        # The broker blocks a connection when it publishes, so this message is on its way.
        assert publisher.publish(messages(1, first=5), timeout=2.0) == (Fate.UNKNOWN,)
        assert publisher.state.blocked
        assert "memory or disk alarm" in str(publisher.trouble)
        assert publisher.publish(messages(1, first=6), timeout=0.3) == (Fate.UNKNOWN,)
        # Taking messages needs no publishing and goes on.
        assert len(take(consumer, 5)) == 5
    finally:
        vhost.broker.ctl("set_vm_memory_high_watermark", "0.4")
    assert all_confirmed(publisher.publish(messages(1, first=7)))
    assert publisher.trouble is None
    # What was not sent while it was blocked, the sixth, is not sent behind the caller's back.
    assert [int(each.body) for each in take(consumer, 2)] == [5, 7]


def test_no_more_is_on_its_way_to_a_blocked_broker_than_may_be_unanswered(
    consume: StartConsumer, vhost: VirtualHost
) -> None:
    publisher = Publisher(parse_address(vhost.url), TOPOLOGY, unanswered=3)
    publisher.start()
    assert all_confirmed(publisher.publish(messages(10))), "by and by"
    vhost.broker.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        assert set(publisher.publish(messages(10, first=10), timeout=2.0)) == {Fate.UNKNOWN}
        assert publisher.connection(0.1) is None
        assert publisher.answered()[1] is False
    finally:
        vhost.broker.ctl("set_vm_memory_high_watermark", "0.4")
    assert all_confirmed(publisher.publish(messages(1, first=20)))
    assert publisher.answered()[1] is True
    publisher.stop()
    came = [int(each.body) for each in take(consume(), 14)]
    assert came == [*range(10), 10, 11, 12, 20]


def test_nothing_is_sent_after_its_time_or_on_another_connection(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publisher = publishing()
    first = publisher.connection(10.0)
    assert first is not None
    assert publisher.publish(messages(1), 5.0, first, time.monotonic()) == (Fate.UNKNOWN,)
    assert publisher.publish(messages(1), 5.0, first) == (Fate.CONFIRMED,)
    vhost.close_connections()
    wait_until(lambda: publisher.connection(10.0) not in (first, None), "it is connected again")
    assert publisher.publish(messages(1), 5.0, first) == (Fate.UNKNOWN,)
    with Client(parse_address(vhost.url)) as client:
        wait_until(lambda: client.depth(EVENTS) == 1, "the one is in the queue")


def test_the_broker_says_whether_a_connection_is_still_there(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    publisher = publishing()
    name = publisher.connection(10.0)
    assert name is not None
    assert has_mark(name)
    with Client(parse_address(vhost.url)) as client:
        assert client.exists(name)
        publisher.stop()
        wait_until(lambda: not client.exists(name), "it is gone with the connection")
