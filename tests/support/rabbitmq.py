"""A private RabbitMQ node for the whole test session and a fresh virtual host for each test.

The node itself is `deploy/private_broker.py`. Tests that kill or restart a node start one of
their own. Where RabbitMQ is not installed, tests that need it are skipped and say so.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from private_broker import PrivateBroker, missing
from support.certificates import Certificates, make_certificates


def wait_until(holds: Callable[[], object], what: str, seconds: float = 15.0) -> None:
    """Wait until `holds()` is true; fail saying `what` was waited for."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)


class VirtualHost:
    """A virtual host of the session's node, with what a test may want to break in it."""

    def __init__(self, broker: PrivateBroker, name: str) -> None:
        self.broker = broker
        self.name = name
        self.url = broker.url(name)

    def http(self, method: str, path: str, body: object = None) -> None:
        """Call the node's HTTP API; `path` is what follows /api/."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.broker.http_port}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(b"guest:guest").decode(),
                "Content-Type": "application/json",
            },
        )
        urllib.request.urlopen(request, timeout=20).close()

    def create(self) -> None:
        """Create it and let the user guest do everything in it."""
        self.http("PUT", f"vhosts/{self.name}", {})
        self.permit("guest")

    def delete(self) -> None:
        """Delete it with all its queues and connections."""
        self.http("DELETE", f"vhosts/{self.name}")

    def add_user(self, name: str, password: str, tags: str = "") -> str:
        """Add a user without permissions; gives the URL to log in with."""
        self.http("PUT", f"users/{name}", {"password": password, "tags": tags})
        return self.broker.url(self.name, name, password)

    def permit(
        self, user: str, *, configure: str = ".*", write: str = ".*", read: str = ".*"
    ) -> None:
        """Grant permissions by regular expressions of object names."""
        rights = {"configure": configure, "write": write, "read": read}
        self.http("PUT", f"permissions/{self.name}/{user}", rights)

    def delete_queue(self, queue: str) -> None:
        """Delete a queue under its consumers."""
        self.http("DELETE", f"queues/{self.name}/{urllib.parse.quote(queue, safe='')}")

    def delete_exchange(self, exchange: str) -> None:
        """Delete an exchange and, with it, its bindings."""
        self.http("DELETE", f"exchanges/{self.name}/{urllib.parse.quote(exchange, safe='')}")

    def set_policy(
        self, pattern: str, definition: dict[str, object], name: str = "test", priority: int = 0
    ) -> None:
        """Put a policy on the queues whose names match."""
        body = {"pattern": pattern, "definition": definition, "priority": priority}
        self.http("PUT", f"policies/{self.name}/{name}", body | {"apply-to": "queues"})

    def close_connections(self) -> None:
        """Have the broker close every connection to this virtual host."""
        self.broker.ctl("close_all_connections", "--vhost", self.name, "test")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for TLS, made for this session."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def rabbitmq(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[PrivateBroker]:
    """A running node, the same for the whole session, with TLS and the HTTP API."""
    lack = missing()
    if lack is not None:
        pytest.skip(f"NOT TESTED on RabbitMQ, missing: {lack}")
    broker = PrivateBroker(
        tmp_path_factory.mktemp("rabbitmq"),
        plugins=["rabbitmq_management"],
        certificates=(certificates.ca, certificates.server, certificates.server_key),
    )
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def vhost(rabbitmq: PrivateBroker) -> Iterator[VirtualHost]:
    """An empty virtual host of the test's own."""
    host = VirtualHost(rabbitmq, f"t{uuid.uuid4().hex[:12]}")
    host.create()
    yield host
    host.delete()


@pytest.fixture
def private_broker(tmp_path: Path) -> Iterator[PrivateBroker]:
    """A node of the test's own, not started, for tests that start, kill and restart it."""
    lack = missing()
    if lack is not None:
        pytest.skip(f"NOT TESTED on RabbitMQ, missing: {lack}")
    broker = PrivateBroker(tmp_path / "broker")
    yield broker
    broker.stop()
