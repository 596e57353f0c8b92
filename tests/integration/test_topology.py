"""Exchanges, queues, permissions and TLS on a real node."""

from __future__ import annotations

import pytest
from dondoc.connector.transport import (
    BrokerUnavailable,
    Client,
    Publisher,
    TopologyError,
    parse_address,
)
from dondoc.connector.transport.topology import BrokerNames, Exchange, Queue, Topology, topology
from private_broker import PrivateBroker
from support.certificates import Certificates
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
    names = BrokerNames(source="hs", events="e", dead="d", reminders="r", unrouted="u")
    with Client(parse_address(vhost.url)) as client:
        declared = {each.split()[1] for each in client.declare(topology(names))}
    assert declared == {"hs", "e", "d", "r", "u"}


def test_mail_has_a_queue_only_where_somebody_reads_it(
    publishing: StartPublisher, vhost: VirtualHost
) -> None:
    wanted = topology(BrokerNames(), mail=True)
    with Client(parse_address(vhost.url)) as client:
        client.declare(TOPOLOGY)
        assert not client.exists("dondoc.mail")
        assert client.declare(wanted) == ("queue dondoc.mail",)
        assert client.inspect(wanted) == ()
    keys = ("reminder.VP.execution.overdue", "digest.VP.catch_up", "other.VP")
    for key in keys:
        publishing().publish(messages(1, exchange="dondoc.reminders", key=key))
    wait_until(lambda: ready(vhost.url, "dondoc.mail") == 2, "reminders and digests are there")
    wait_until(lambda: ready(vhost.url, "dondoc.unrouted") == 1, "nobody reads the other")


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
    with Client(parse_address(url)) as client:
        whose = r"exchange hscv\.events .* it is HSCV's: .* `dondoc declare --as`"
        with pytest.raises(TopologyError, match=whose):
            client.declare(TOPOLOGY)
        with Client(parse_address(vhost.url)) as administrator:
            administrator.declare(Topology(TOPOLOGY.exchanges[:1], (), ()))
        with pytest.raises(TopologyError, match=r"dondoc\.unrouted .* `configure` on it"):
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
