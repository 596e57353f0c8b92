"""How many messages wait in the queues that somebody looks after, as the metrics have it."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import pytest
from dondoc.connector import depths as depths_module
from dondoc.connector.depths import QueueDepths
from dondoc.connector.transport import Client, Outgoing, Stopping, parse_address
from dondoc.connector.transport.topology import BrokerNames
from support.rabbitmq import VirtualHost, wait_until
from support.transport import TOPOLOGY, StartPublisher, all_confirmed


@pytest.fixture
def depths(vhost: VirtualHost, monkeypatch: pytest.MonkeyPatch) -> Iterator[QueueDepths]:
    """Looked up ten times a second; three dead letters wait."""
    monkeypatch.setattr(depths_module, "REFRESH_SECONDS", 0.1)
    monkeypatch.setattr(depths_module, "AGAIN_SECONDS", 0.1)
    address = parse_address(vhost.url)
    with Client(address) as client:
        client.declare(TOPOLOGY)
    looked, stopping = QueueDepths(address, BrokerNames()), Stopping()
    watching = threading.Thread(target=looked.watch, args=(stopping,))
    watching.start()
    yield looked
    stopping.set()
    watching.join(20)
    assert not watching.is_alive()


def test_a_broker_that_says_nought_once_is_not_believed(
    depths: QueueDepths, publishing: StartPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As RabbitMQ does where a queue's leader is slow: an alert would be over, and begin again."""
    letters = [Outgoing("", "dondoc.dead", b"{}", "application/json", "")] * 3
    assert all_confirmed(publishing().publish(letters))
    wait_until(lambda: (depths.dead, depths.unrouted) == (3, 0), "they are counted")
    assert math.isnan(depths.mail)
    told: list[int] = []
    seen: set[float] = set()

    def nought_once(self: Client, queue: str) -> int:
        seen.add(depths.dead)
        if queue == "dondoc.dead" and not told:
            told.append(0)
            return 0
        return 3 if queue == "dondoc.dead" else 0

    monkeypatch.setattr(Client, "depth", nought_once)
    wait_until(lambda: told, "it has said so")
    threading.Event().wait(1.0)
    assert seen == {3.0}


def test_a_queue_that_somebody_has_emptied_is_empty(
    depths: QueueDepths, publishing: StartPublisher, vhost: VirtualHost
) -> None:
    letters = [Outgoing("", "dondoc.dead", b"{}", "application/json", "")]
    assert all_confirmed(publishing().publish(letters))
    wait_until(lambda: depths.dead == 1, "it is counted")
    with Client(parse_address(vhost.url)) as client:
        (letter,) = client.get("dondoc.dead", 1)
        client.acknowledge(letter)
    wait_until(lambda: depths.dead == 0, "there is none any more")
