"""A service that takes in the sample, and a Prometheus that watches it, for the pictures.

Lines over days need days that nobody waits for: the figures of the last two weeks are read from
the same database, day by day, and written into Prometheus with promtool before it begins to
watch, as is what recording.yml makes of them. It must never draw on figures that dondoc did not
count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from dondoc.commands.assembly.application import open_application
from dondoc.commands.assembly.settings import load_settings
from dondoc.connector.lines import to_line
from dondoc.metrics.compliance import ComplianceCollector, read
from dondoc.metrics.unit_label import of_unit
from dondoc.rules.events import LOCAL, local_date
from dondoc.sample.generator import generate, since
from private_broker import PrivateBroker
from support.installation import Installation, sample_size
from support.prometheus import PrivatePrometheus, write_configuration
from support.promql import NAMED, RECORDING
from support.rabbitmq import VirtualHost, wait_until

RECEIVED = Path(__file__).parents[2] / "deploy" / "received.py"
DAYS = 14
STEP = timedelta(hours=1)
UNIT = "Yên Lâm"
"""The unit whose service takes the sample in while Prometheus watches."""
OTHERS = {"Tân An": 3, "Phú Thịnh": 9, "Hòa Bình": 16, "Đồng Tiến": 30}
"""Units beside it, for the picture of all: each has the sample, that ended so many days ago."""
_AT_ONCE = 100


@dataclass(frozen=True)
class Live:
    """Where Prometheus answers, since when it has history, and since when the service ran."""

    url: str
    history: datetime
    began: datetime


@contextmanager
def watched_sample(folder: Path) -> Iterator[Live]:
    """A broker, `dondoc run` and Prometheus in the new *folder* with the sample that ends today."""
    now = datetime.now(UTC)
    today = local_date(now)
    history = datetime.combine(today, datetime.min.time(), LOCAL) - timedelta(days=DAYS - 1)
    folder.mkdir()
    with PrivateBroker(folder / "broker", plugins=["rabbitmq_management"]) as broker:
        installation = _unit(folder, broker.url(), UNIT, today)
        installation.run("declare")
        others = _others(folder, broker, today)
        reader = _read_reminders(folder, broker.url())
        running = installation.start()
        target = running.address().split("/")[2]
        targets = [target, *(each.start().address().split("/")[2] for each in others)]
        write_configuration(folder, {"targets": targets})
        prometheus = PrivatePrometheus(
            folder,
            None,
            # promtool evaluates rules at moments of its own, less than a step after the figures.
            flags=(f"--query.lookback-delta={STEP.total_seconds() - 1:.0f}s",),
        )
        try:
            prometheus.start()
            _publish(installation, folder, today)
            wait_until(lambda: running.events_in() >= sample_size(today), "all events are in", 240)
            overdue = sum(row["state"] == "overdue" for row in installation.rows("list"))
            wait_until(
                lambda: prometheus.one(f'dondoc_all:overdue:count{{{NAMED}="{UNIT}"}}') == overdue,
                "Prometheus has seen all that is overdue",
                60,
            )
            wait_until(
                lambda: len(prometheus.ask("dondoc:consumer:up == 1")) == len(targets), "all"
            )
            _write_history([installation, *others], targets, prometheus, history)
            yield Live(f"http://127.0.0.1:{prometheus.port}", history, now)
        finally:
            prometheus.stop()
            for each in (installation, *others):
                each.end_what_is_left()
            reader.terminate()
            reader.wait()


def _unit(folder: Path, url: str, unit: str, ending: date) -> Installation:
    """The installation of *unit* in *folder*, whose sample ends on *ending*."""
    folder.mkdir(exist_ok=True)
    installation = Installation(folder, url, since=since(ending))
    file = folder / "dondoc.toml"
    named = file.read_text("utf-8").replace("[tracking]", f'[tracking]\nunit = "{unit}"')
    file.write_text(named, "utf-8")
    return installation


def _others(folder: Path, broker: PrivateBroker, today: date) -> list[Installation]:
    """The units beside UNIT, with their samples taken in; each has a virtual host of its own."""
    found = []
    for number, (unit, days) in enumerate(OTHERS.items()):
        vhost, ending = VirtualHost(broker, f"unit{number}"), today - timedelta(days=days)
        vhost.create()
        other = _unit(folder / f"unit{number}", vhost.url, unit, ending)
        other.run("declare")
        other.run("replay", "--sample", "--ending", ending.isoformat())
        found.append(other)
    return found


def _read_reminders(folder: Path, url: str) -> subprocess.Popen[bytes]:
    """Somebody who reads the reminders, as an office has: else all would count as unrouted."""
    received = folder / "received.txt"
    reader = subprocess.Popen(
        [sys.executable, str(RECEIVED), "--output", str(received)],
        env={**os.environ, "DONDOC_BROKER_URL": url},
        stdout=subprocess.DEVNULL,
    )
    wait_until(received.exists, "the reminders' reader listens", 30)
    return reader


def _publish(installation: Installation, folder: Path, today: date) -> None:
    """Publish the sample in pieces, so that the lines of the flow of events are no single peak."""
    lines = [to_line(message) for message in generate(today)]
    piece = folder / "piece.jsonl"
    for first in range(0, len(lines), _AT_ONCE):
        text = "\n".join(lines[first : first + _AT_ONCE])
        piece.write_text(text + "\n", encoding="utf-8", errors="surrogateescape")
        installation.run("publish", str(piece))
        time.sleep(0.5)


def _write_history(
    units: Sequence[Installation],
    targets: Sequence[str],
    prometheus: PrivatePrometheus,
    begin: datetime,
) -> None:
    """Give *prometheus* the figures of *units*, which it scrapes at *targets*, of each hour since
    *begin*, and what the rules make of them."""
    end = datetime.now(UTC) - STEP
    folder = prometheus.folder
    data = folder / "data"
    for unit, target in zip(units, targets, strict=True):
        exposition = folder / "history.txt"
        exposition.write_text(_exposition(unit.folder, target, begin, end), encoding="utf-8")
        _promtool("openmetrics", str(exposition), str(data))
    # One name for all: promtool derives from it at which moments of the step rules are evaluated.
    rules = folder / "layer.yml"
    for layer in _layers():
        # JSON is YAML.
        rules.write_text(
            json.dumps({"groups": [{"name": "past", "rules": layer}]}), encoding="utf-8"
        )
        prometheus.stop()
        prometheus.start()
        _promtool(
            "rules",
            f"--url=http://127.0.0.1:{prometheus.port}",
            f"--start={begin.timestamp():.0f}",
            f"--end={end.timestamp():.0f}",
            f"--eval-interval={STEP.total_seconds():.0f}s",
            f"--output-dir={data}",
            str(rules),
        )
    prometheus.stop()
    prometheus.start()


def _layers() -> Iterator[list[dict[str, str]]]:
    """The recording rules, those first that need no other: promtool sees only what is written."""
    groups = yaml.safe_load(RECORDING.read_text(encoding="utf-8"))["groups"]
    left = {rule["record"]: rule["expr"] for group in groups for rule in group["rules"]}
    while left:
        ready = [
            record
            for record, asked in left.items()
            if not any(each != record and each in asked for each in left)
        ]
        yield [{"record": record, "expr": left.pop(record)} for record in ready]


def _promtool(source: str, *arguments: str) -> None:
    command = ["promtool", "tsdb", "create-blocks-from", "--max-block-duration=744h"]
    subprocess.run([*command, source, *arguments], check=True, capture_output=True)


def _exposition(folder: Path, target: str, begin: datetime, end: datetime) -> str:
    """The figures of each `STEP` in OpenMetrics, with the labels that scraping *target* adds."""
    application = open_application(load_settings(folder / "dondoc.toml", {}))
    lines: list[str] = []
    of_day: dict[date, list[tuple[str, float]]] = {}
    at = begin
    while at < end:
        day = local_date(at)
        if day not in of_day:
            reading = read(application.store, application.law, at)
            of_day[day] = [
                (f"{sample.name}{{{_labels(sample.labels, target)}}}", float(sample.value))
                for family in of_unit(
                    ComplianceCollector(application.law, reading).collect(), application.unit
                )
                for sample in family.samples
            ]
        lines += (f"{name} {value} {at.timestamp():.0f}" for name, value in of_day[day])
        at += STEP
    return "\n".join(lines) + "\n# EOF\n"


def _labels(labels: dict[str, str], target: str) -> str:
    whole = {**labels, "instance": target, "job": "dondoc"}
    return ",".join(f'{name}="{value}"' for name, value in whole.items())
