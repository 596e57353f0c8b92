"""The whole chain, all of it real: service, Prometheus, Alertmanager, and who is told.

The configuration is the example of deploy/prometheus with other addresses and shorter waits; that
the rules themselves wait long enough is for promtool to say (tests/unit/test_alerts.py).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from loopback import free_ports
from private_broker import PrivateBroker
from private_broker import missing as missing_broker
from support.installation import Installation
from support.prometheus import PrivatePrometheus
from support.rabbitmq import wait_until

RULES = Path(__file__).parents[2] / "deploy" / "prometheus"
ALERT = "DonDocMatKetNoi"
FREE = "rabbitmq_disk_space_available"
UNREAD = 'ALERTS{alertname="DonDocKhongDocDuocRabbitMQ"}'


class Told(ThreadingHTTPServer):
    """Takes what Alertmanager sends to a webhook: every alert, in order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listener)
        self.alerts: list[dict[str, Any]] = []

    def has(self, status: str) -> bool:
        return any((a["labels"]["alertname"], a["status"]) == (ALERT, status) for a in self.alerts)


class _Listener(BaseHTTPRequestHandler):
    server: Told

    def do_POST(self) -> None:
        self.server.alerts += json.loads(self.rfile.read(int(self.headers["Content-Length"])))[
            "alerts"
        ]
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base says so
        """Nothing: what is told is in `alerts`."""


@pytest.fixture
def told() -> Iterator[Told]:
    server = Told()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def configure(folder: Path, service: str, broker: int, manager: int) -> None:
    """The shipped example with these addresses, a second for every wait, and both rule files."""
    text = RULES.joinpath("prometheus.yml").read_text(encoding="utf-8")
    for ours, theirs in (("9464", service), ("15692", f"{broker}"), ("9093", f"{manager}")):
        assert f"127.0.0.1:{ours}" in text, ours
        text = text.replace(f"127.0.0.1:{ours}", f"127.0.0.1:{theirs}")
    folder.joinpath("prometheus.yml").write_text(text.replace(": 15s", ": 1s"), encoding="utf-8")
    shutil.copy(RULES / "recording.yml", folder)
    alerts = RULES.joinpath("alerts.yml").read_text(encoding="utf-8")
    folder.joinpath("alerts.yml").write_text(alerts.replace("for: 30s", "for: 3s"), "utf-8")


def route_to(told: Told, folder: Path) -> None:
    """Have Alertmanager tell everything at once."""
    settings = {
        "route": {"receiver": "us", "group_wait": "0s", "group_interval": "1s"},
        "receivers": [
            {
                "name": "us",
                "webhook_configs": [{"url": f"http://127.0.0.1:{told.server_port}/"}],
            }
        ],
    }
    # JSON is YAML.
    folder.joinpath("alertmanager.yml").write_text(json.dumps(settings), encoding="utf-8")


@contextmanager
def started(folder: Path) -> Iterator[PrivatePrometheus]:
    """Prometheus as *folder* configures it, while it is needed."""
    prometheus = PrivatePrometheus(folder, target=None)
    prometheus.start()
    try:
        yield prometheus
    finally:
        prometheus.stop()


@contextmanager
def alertmanager(folder: Path, port: int) -> Iterator[None]:
    """Alertmanager as *folder* configures it, while it is needed; it speaks to no other."""
    with (folder / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(
            [
                "prometheus-alertmanager",
                "--config.file=alertmanager.yml",
                "--storage.path=manager",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def assert_everything_is_scraped(prometheus: PrivatePrometheus) -> None:
    """Wait until the rules say that the service consumes; then every figure of the broker and of
    the service that an alert reads, and that is there without any event, is there."""
    wait_until(
        lambda: prometheus.ask("dondoc:consumer:up == 1"),
        "Prometheus knows that the service consumes",
        30,
    )
    alerts = RULES.joinpath("alerts.yml").read_text(encoding="utf-8")
    assert f"{FREE}_bytes < {FREE}_limit_bytes" in alerts
    # A word with a colon is recorded from one of those without.
    read = set(re.findall(r"\b(?:rabbitmq|dondoc)_[a-z_]+\b(?!:)", alerts))
    read = {name for name in read if name.endswith(("_bytes", "_seconds", "_total"))}
    wait_until(
        lambda: all(prometheus.ask(f"count({name})") for name in read),
        f"Prometheus has all of {sorted(read)}",
        30,
    )
    # As the alert compares them: figures with other labels would give nothing.
    wait_until(
        lambda: prometheus.ask(f"{FREE}_bytes > {FREE}_limit_bytes"),
        "the broker's free disk and its limit can be compared",
        30,
    )
    wait_until(lambda: not prometheus.ask(UNREAD), "nobody misses the broker's figures", 30)


def assert_every_rule_can_be_evaluated(prometheus: PrivatePrometheus) -> None:
    """Wait until each has been once; none has failed."""
    wait_until(
        lambda: all(rule["health"] != "unknown" for rule in prometheus.rules()),
        "every rule has been evaluated",
    )
    failed = [(r["name"], r.get("lastError")) for r in prometheus.rules() if r["health"] != "ok"]
    assert failed == []


def test_a_dead_broker_is_told_and_its_return_too(tmp_path: Path, told: Told) -> None:
    for command in ("prometheus", "prometheus-alertmanager"):
        if shutil.which(command) is None:
            pytest.skip(f"NOT TESTED: the chain of alerts, missing: {command}")
    if (lack := missing_broker()) is not None:
        pytest.skip(f"NOT TESTED: the chain of alerts, missing: {lack}")
    figures, manager = free_ports(2)
    settings = ["prometheus.tcp.ip = 127.0.0.1", f"prometheus.tcp.port = {figures}"]
    with PrivateBroker(
        tmp_path / "broker", plugins=["rabbitmq_prometheus"], settings=settings
    ) as broker:
        installation = Installation(tmp_path, broker.url())
        try:
            installation.run("replay", "--sample")
            running = installation.start()
            service = str(urllib.parse.urlsplit(running.address()).port)
            wait_until(lambda: running.metrics()["dondoc_consumer_up"] == 1, "it takes events", 60)
            configure(tmp_path, service, figures, manager)
            route_to(told, tmp_path)
            with alertmanager(tmp_path, manager), started(tmp_path) as prometheus:
                assert_everything_is_scraped(prometheus)
                assert_every_rule_can_be_evaluated(prometheus)
                assert not told.has("firing"), told.alerts
                broker.kill()
                wait_until(lambda: told.has("firing"), "the alert arrives", 60)
                wait_until(lambda: prometheus.ask(UNREAD), "the broker's figures are missed", 30)
                broker.start()
                wait_until(lambda: told.has("resolved"), "the alert is resolved", 60)
        finally:
            installation.end_what_is_left()
