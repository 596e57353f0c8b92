"""Two real services on one PostgreSQL take in events while they are scraped: their pages, and
what Prometheus makes of two instances."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from dondoc.connector.lines import to_line
from dondoc.rules.events import local_date
from dondoc.sample.generator import generate, since
from private_broker import PrivateBroker
from prometheus_client import Metric, generate_latest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.registry import Collector
from support.installation import Installation, Running
from support.postgres import PostgresCluster
from support.prometheus import PrivatePrometheus, missing, write_configuration
from support.rabbitmq import VirtualHost, wait_until

BEFORE, EVENTS = 500, 5000
"""The last of the sample: some for figures at the start, and enough for some seconds of load."""
PATIENCE = 1.0
"""Seconds that Prometheus waits for a page."""
TEXT, OPENMETRICS = "text/plain", "application/openmetrics-text"
OF_ITS_MOMENT = {
    *("dondoc:outbox_pending:count", "dondoc:outbox_oldest_age:seconds"),
    *("dondoc:dead_letters:count", "dondoc:reminders_unrouted:count"),
}
"""What changes from second to second, and is asked for by each instance at a second of its own."""


@dataclass
class Loaded:
    """The services, Prometheus, and the pages that were read while events came in.

    Prometheus has both as the unit "two", and the first alone as the unit "one".
    """

    services: list[Running]
    prometheus: PrivatePrometheus
    size: int
    pages: dict[str, list[str]] = field(default_factory=lambda: {TEXT: [], OPENMETRICS: []})

    def read_pages(self) -> None:
        """Read a page of each service in each format, where some events are in and some are not."""
        begun = self.events_in()
        pages = [(form, page(service, form)) for form in self.pages for service in self.services]
        if begun > 0 and self.events_in() < self.size:
            for form, text in pages:
                self.pages[form].append(text)

    def events_in(self) -> int:
        """How many events the services have acknowledged."""
        return sum(service.events_in() for service in self.services)


def page(service: Running, form: str) -> str:
    """The metrics of *service* in a format."""
    request = urllib.request.Request(service.address(), headers={"Accept": form})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith(form)
        text: str = answer.read().decode()
        return text


@pytest.fixture(scope="module")
def loaded(
    rabbitmq: PrivateBroker,
    postgres_cluster: PostgresCluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Loaded]:
    lack = missing()
    if lack is not None:
        pytest.skip(f"NOT TESTED on Prometheus, missing: {lack}")
    today = local_date(datetime.now(UTC))
    folder = tmp_path_factory.mktemp("loaded")
    vhost = VirtualHost(rabbitmq, "loaded")
    vhost.create()
    database = postgres_cluster.create_schema()
    installation = Installation(folder, vhost.url, database, since(today))
    installation.run("declare")
    lines = [f"{to_line(each)}\n" for each in generate(today)]
    # The sample has events that are to be refused, perhaps here too; one more makes sure of it.
    before = ["{}\n", *lines[-BEFORE - EVENTS : -EVENTS]]
    (folder / "before.jsonl").write_text("".join(before), "utf-8")
    (folder / "events.jsonl").write_text("".join(lines[-EVENTS:]), "utf-8")
    installation.run("replay", "before.jsonl", code=3)
    prometheus = PrivatePrometheus(folder, target=None)
    try:
        found = Loaded([installation.start(), installation.start()], prometheus, EVENTS)
        both = [service.address().split("/")[2] for service in found.services]
        for service in found.services:
            page(service, TEXT)  # the first takes longest
        write_configuration(
            folder,
            {"targets": both, "labels": {"unit": "two"}},
            {"targets": both[:1], "labels": {"unit": "one"}},
        )
        prometheus.start()
        wait_until(lambda: prometheus.one("count(up == 1)") == 3, "both are scraped", 30)
        with ThreadPoolExecutor() as pool:
            publishing = pool.submit(installation.run, "publish", "events.jsonl")
            while found.events_in() < found.size:
                found.read_pages()
                # Scraping without pause would be most of the load.
                time.sleep(0.1)
                assert not publishing.done() or publishing.exception() is None
        yield found
        prometheus.stop()
    finally:
        installation.end_what_is_left()
        vhost.delete()


def complaints(text: bytes) -> str:
    """What promtool has to say of a page."""
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, timeout=30, check=False
    )
    return (done.stdout + done.stderr).decode() + f"exit code {done.returncode}" * done.returncode


class Parsed(Collector):
    """The families of a page of OpenMetrics, by a parser that forgives nothing."""

    def __init__(self, text: str) -> None:
        self.families: list[Metric] = list(
            openmetrics.text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        )

    def collect(self) -> list[Metric]:
        """All of them."""
        return self.families


def test_promtool_has_nothing_to_say_of_any_page_in_either_format_while_events_come_in(
    loaded: Loaded,
) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("NOT TESTED: the pages' names and texts, missing: promtool")
    assert len(loaded.pages[TEXT]) >= 4
    # The first and the last few: hundreds would take a minute, on a slow machine more.
    for text in loaded.pages[TEXT][:2] + loaded.pages[TEXT][-4:]:
        assert "\ndondoc_breaches{" in text
        assert complaints(text.encode()) == ""
    # promtool reads the text format alone; OpenMetrics is read strictly, and told to it in text.
    for text in loaded.pages[OPENMETRICS][:2] + loaded.pages[OPENMETRICS][-4:]:
        assert complaints(generate_latest(Parsed(text))) == ""


def test_prometheus_refuses_no_page_while_events_come_in(loaded: Loaded) -> None:
    """It asks for OpenMetrics itself."""
    found: dict[str, dict[str, list[float]]] = defaultdict(dict)
    # At once: another scrape may be made between two questions.
    both = loaded.prometheus.history('{__name__=~"up|scrape_duration_seconds"}', 300)
    for labels, values in both:
        found[f"{labels['instance']} of {labels['unit']}"][labels["__name__"]] = values
    assert len(found) == 3
    for target, each in found.items():
        assert sum(each["up"]) >= 3, target
        scrapes = zip(each["up"], each["scrape_duration_seconds"], strict=True)
        # A page that a busy machine gives late is not refused.
        assert {up for up, seconds in scrapes if seconds < PATIENCE} == {1.0}, target
    most = loaded.prometheus.ask("max_over_time(scrape_samples_scraped[5m])")
    assert all(each.value > 200 for each in most)


def test_two_instances_on_one_database_give_the_recorded_figures_of_one(loaded: Loaded) -> None:
    now = datetime.now(UTC).timestamp()
    age = "dondoc_snapshot_age_seconds"
    wait_until(
        lambda: loaded.prometheus.one(f"min(timestamp({age}) - {age})") > now,
        "both instances have read the database once more",
        60,
    )
    loaded.prometheus.wait_for_rules()

    def the_same() -> bool:
        figures: dict[str, dict[frozenset[tuple[str, str]], float]] = {"one": {}, "two": {}}
        for each in loaded.prometheus.ask('{__name__=~"dondoc.*:.*"}'):
            if each.labels["__name__"] not in OF_ITS_MOMENT:
                figures[each.labels.pop("unit")][frozenset(each.labels.items())] = each.value
        return len(figures["one"]) > 500 and figures["two"] == figures["one"]

    # For a second there are none of a page that a busy machine gives late.
    wait_until(the_same, "two give what one gives")
    assert loaded.prometheus.one('dondoc_all:overdue_breaches:count{unit="two"}') > 0
