"""The endpoint as Prometheus and whoever else finds it: formats, refusals, slowness, faults."""

from __future__ import annotations

import gzip
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from dondoc.connector.transport import Condition
from dondoc.metrics.endpoint import CannotListen, can_listen
from dondoc.metrics.exporter import Exporter
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.rules.events import LOCAL
from dondoc.storage.database import Store, open_store
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families as parse_text
from support.stories import SINCE, law

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=LOCAL)
ONCE = 3600.0
"""A time between readings that is longer than any test."""
OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.3"

Start = Callable[..., Exporter]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dondoc.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{file}")
    opened.migrate(SINCE)
    yield opened
    opened.close()


@pytest.fixture
def start(store: Store) -> Iterator[Start]:
    """Starts an exporter on a free port, and stops it in the end."""
    started: list[Exporter] = []

    def start(every: float = ONCE, listen: str = "127.0.0.1:0") -> Exporter:
        metrics = PipelineMetrics()
        metrics.event("task.assigned", "stored")
        metrics.processed(0.01)
        exporter = Exporter(metrics.registry, store, law(), listen, Condition, lambda: NOON, every)
        exporter.start()
        started.append(exporter)
        return exporter

    yield start
    for exporter in started:
        exporter.stop()


def ask(
    exporter: Exporter,
    path: str = "/metrics",
    method: str = "GET",
    body: bytes | None = None,
    **headers: str,
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(exporter.address, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def healthy(exporter: Exporter) -> bool:
    return ask(exporter, "/readyz")[0].status == 200


@pytest.fixture
def exporter(start: Start) -> Exporter:
    """One that has its first snapshot and takes no other."""
    started = start()
    until(lambda: healthy(started), "the first snapshot is there")
    return started


def age(exporter: Exporter) -> float:
    for family in parse_text(ask(exporter)[1].decode()):
        if family.name == "dondoc_snapshot_age_seconds":
            return float(family.samples[0].value)
    raise AssertionError("the age of the snapshot is not told")


def hang_up(server: socket.socket) -> None:
    server.accept()[0].close()


def test_an_address_where_a_dondoc_answers_is_known_from_any_other(exporter: Exporter) -> None:
    assert not can_listen(exporter.address)
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        threading.Thread(target=hang_up, args=(other,), daemon=True).start()
        with pytest.raises(CannotListen, match=listen):
            can_listen(listen)
    assert can_listen(listen)


def test_a_database_that_is_gone_is_not_healthy_until_it_is_back(start: Start, file: Path) -> None:
    exporter = start(0.1)
    until(lambda: healthy(exporter), "the first snapshot is there")
    kept = file.with_name("kept")
    file.rename(kept)
    shutil.copy(kept, file)
    until(lambda: not healthy(exporter), "it is not healthy")
    kept.replace(file)
    until(lambda: healthy(exporter), "it is healthy again")


def test_text_has_the_services_own_figures_and_those_of_the_database(exporter: Exporter) -> None:
    answer, page = ask(exporter)
    assert answer.getheader("Content-Type") == "text/plain; version=0.0.4; charset=utf-8"
    assert int(answer.getheader("Content-Length") or 0) == len(page)
    found = {family.name: family for family in parse_text(page.decode())}
    assert found["dondoc_events"].samples[0].labels == {"type": "task.assigned", "result": "stored"}
    assert found["dondoc_obligations"].type == "gauge"
    assert found["dondoc_working_day"].samples[0].value == 1


def test_openmetrics_is_given_where_it_is_asked_for(exporter: Exporter) -> None:
    answer, page = ask(exporter, Accept=OPENMETRICS)
    assert (answer.getheader("Content-Type") or "").startswith("application/openmetrics-text")
    assert page.count(b"# EOF\n") == 1
    parsed = openmetrics_parser.text_string_to_metric_families(  # type: ignore[no-untyped-call]
        page.decode()
    )
    names = {family.name for family in parsed}
    assert names >= {"dondoc_events", "dondoc_obligations", "dondoc_snapshot_age_seconds"}


@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/plain", "application/openmetrics-text;q=0", ";;,=;version=x"]
)
def test_whoever_asks_for_anything_else_gets_text(exporter: Exporter, accept: str) -> None:
    answer, _ = ask(exporter, Accept=accept)
    assert (answer.status, answer.getheader("Content-Type")) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
    )


def test_a_page_is_compressed_where_that_is_asked_for(exporter: Exporter) -> None:
    answer, packed = ask(exporter, Accept_Encoding="deflate, gzip;q=0.5")
    assert answer.getheader("Content-Encoding") == "gzip"
    assert "dondoc_obligations" in gzip.decompress(packed).decode()
    assert ask(exporter, Accept_Encoding="gzip;q=0")[0].getheader("Content-Encoding") is None
    assert ask(exporter)[0].getheader("Content-Encoding") is None


def test_every_family_has_one_help_and_one_type(exporter: Exporter) -> None:
    lines = ask(exporter)[1].decode().splitlines()
    for kind in ("# HELP ", "# TYPE "):
        names = [line.split()[2] for line in lines if line.startswith(kind)]
        assert len(names) == len(set(names)) > 15
        assert all(name.startswith("dondoc_") for name in names)


def test_promtool_finds_nothing_to_say(exporter: Exporter) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("NOT TESTED: the names and texts of metrics, missing: promtool")
    page = ask(exporter)[1]
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=page, capture_output=True, timeout=30, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_nothing_else_is_served(exporter: Exporter) -> None:
    for path in ("/", "/metrics/", "/metrics.txt", "/../metrics", "*"):
        assert ask(exporter, path)[0].status == 404, path
    assert ask(exporter, "/metrics?name[]=x")[0].status == 200


def test_the_head_alone_is_given_where_it_is_asked_for(exporter: Exporter) -> None:
    answer, body = ask(exporter, method="HEAD")
    assert (answer.status, body) == (200, b"")
    assert int(answer.getheader("Content-Length") or 0) > 1000
    assert answer.getheader("Server") == "dondoc"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(exporter: Exporter, method: str) -> None:
    answer, _ = ask(exporter, method=method, body=b"x" * 1000)
    assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")


def test_a_scrape_asks_the_database_for_nothing(exporter: Exporter, store: Store) -> None:
    before = ask(exporter)[1].partition(b"# HELP dondoc_events")[0]
    store.transact(lambda tx: tx.run("ALTER TABLE obligation RENAME TO elsewhere"))
    after = ask(exporter)[1].partition(b"# HELP dondoc_events")[0]
    assert after == before != b""


def test_the_age_of_the_snapshot_grows_from_scrape_to_scrape(exporter: Exporter) -> None:
    first = age(exporter)
    assert 0 < first < 60
    until(lambda: first + 0.05 <= age(exporter) < 60, "it has grown")


def test_a_database_that_fails_leaves_the_last_figures_their_age_and_no_health(
    start: Start, store: Store
) -> None:
    exporter = start(every=0.1)
    until(lambda: healthy(exporter), "the first snapshot is there")
    store.transact(lambda tx: tx.run("ALTER TABLE obligation RENAME TO elsewhere"))
    until(lambda: not healthy(exporter), "the endpoint says that its figures are old")
    assert b"dondoc_working_day" in ask(exporter)[1]
    assert age(exporter) > 0.3
    store.transact(lambda tx: tx.run("ALTER TABLE elsewhere RENAME TO obligation"))
    until(lambda: healthy(exporter), "it recovers by itself")


def test_figures_are_read_again_and_again(start: Start, file: Path) -> None:
    exporter = start(every=0.05)
    until(lambda: healthy(exporter), "the first snapshot is there")
    assert b"dondoc_rejections 0.0" in ask(exporter)[1]
    with sqlite3.connect(file) as other:
        other.execute(
            "INSERT INTO rejection (reason, size, sha256, received_at) VALUES ('x', 1, x'00', 0)"
        )
    until(lambda: b"dondoc_rejections 1.0" in ask(exporter)[1], "the rejection is counted")


def test_before_the_first_snapshot_there_is_no_health_and_no_figure(
    start: Start, store: Store
) -> None:
    store.transact(lambda tx: tx.run("ALTER TABLE obligation RENAME TO elsewhere"))
    exporter = start()
    assert not healthy(exporter)
    page = ask(exporter)[1]
    assert b"dondoc_events_total" in page
    assert b"dondoc_obligations" not in page


def test_slow_clients_keep_nobody_waiting(exporter: Exporter) -> None:
    host, _, port = exporter.address.partition(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(40)]
    try:
        for each in slow:
            each.sendall(b"GET /metr")
        begun = time.monotonic()
        assert ask(exporter)[0].status == 200
        assert time.monotonic() - begun < 2
    finally:
        for each in slow:
            each.close()


def test_a_client_that_hangs_up_is_no_news(
    exporter: Exporter, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    host, _, port = exporter.address.partition(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as gone:
            gone.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
    assert ask(exporter)[0].status == 200
    assert (caplog.text, *capfd.readouterr()) == ("", "", "")


def test_an_address_in_use_is_named_with_what_to_mend(start: Start, exporter: Exporter) -> None:
    with pytest.raises(CannotListen) as told:
        start(listen=exporter.address)
    assert str(told.value) == (
        f"[metrics] listen {exporter.address}: Address already in use; "
        "give an address of this machine and a port that nothing else listens on"
        " (`ss -ltnp` names what does)"
    )


@pytest.mark.parametrize("listen", ["192.0.2.1:0", "no-such-host.invalid:0"])
def test_an_address_of_another_machine_is_refused_in_one_line(start: Start, listen: str) -> None:
    with pytest.raises(CannotListen, match=rf"\[metrics\] listen {listen}: .+; give an address"):
        start(listen=listen)


@pytest.mark.parametrize(
    "listen",
    ["", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "localhost:http", "h:70000", "h:1/x", "a@b:1"],
)
def test_what_is_no_address_is_refused_in_one_line(start: Start, listen: str) -> None:
    with pytest.raises(CannotListen, match=r"is not an address; write it as 127\.0\.0\.1:9464"):
        start(listen=listen)


def test_ipv6_is_listened_on_where_there_is_any(start: Start) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("NOT TESTED on IPv6, missing: a loopback address of it")
    exporter = start(listen="[::1]:0")
    assert exporter.address.startswith("[::1]:")
    assert ask(exporter)[0].status == 200


def test_stopping_is_quick_frees_the_port_and_leaves_no_thread(start: Start) -> None:
    before = set(threading.enumerate())
    exporter = start()
    begun = time.monotonic()
    exporter.stop()
    assert time.monotonic() - begun < 3
    until(lambda: set(threading.enumerate()) <= before, "its threads have ended")
    again = start(listen=exporter.address)
    assert again.address == exporter.address
