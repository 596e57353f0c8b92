"""A private Prometheus on a free loopback port, which scrapes one service every second."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from loopback import free_ports
from support.promql import NAMED, RECORDING
from support.rabbitmq import wait_until


def missing() -> str | None:
    """What is missing to start one; None where nothing is."""
    return None if shutil.which("prometheus") else "prometheus"


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of an answer."""

    labels: dict[str, str]
    value: float


def write_configuration(
    folder: Path,
    *groups: Mapping[str, object],
    rules: Sequence[Path] = (RECORDING,),
    rules_every: str = "1s",
    units: Sequence[str] | None = None,
) -> None:
    """Have the Prometheus of *folder* scrape *groups* of targets as the job dondoc, each with
    ``targets`` ("host:port") and perhaps ``labels``, every second, and evaluate *rules*
    *rules_every*. *units*: scrape them once for each, under that name of a unit in place of their
    own; empty: under none."""
    jobs: list[dict[str, object]] = [{"job_name": "dondoc", "static_configs": groups}]
    if units is not None:
        jobs = [{**jobs[0], **_under(unit), "job_name": f"dondoc {unit}"} for unit in units]
    settings = {
        # A page has as long to come, and no longer on a machine that is busy.
        "global": {"scrape_interval": "1s", "evaluation_interval": rules_every},
        "rule_files": [str(each) for each in rules],
        "scrape_configs": jobs,
    }
    # JSON is YAML.
    folder.joinpath("prometheus.yml").write_text(json.dumps(settings), encoding="utf-8")


def _under(unit: str) -> dict[str, object]:
    """What makes *unit* the name of all that a job scrapes."""
    relabelled = {"target_label": NAMED, "replacement": unit}
    # The rules know this job's name; without it two jobs of one target are one.
    job = {"target_label": "job", "replacement": "dondoc"}
    return {"metric_relabel_configs": [relabelled], "relabel_configs": [job]}


@dataclass
class PrivatePrometheus:
    """Records what recording.yml says of the service at *target*, "host:port"; with None
    does what the prometheus.yml in *folder* says. *flags*: further ones of its command line."""

    folder: Path
    target: str | None
    flags: tuple[str, ...] = ()
    port: int = field(default_factory=lambda: free_ports(1)[0])

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self.target is not None:
            write_configuration(self.folder, {"targets": [self.target]})
        with self.folder.joinpath("prometheus.log").open("w") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={self.folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self.folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                    *self.flags,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._is_ready, "Prometheus answers", 30)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=20)

    def ask(self, query: str) -> list[Sample]:
        """What *query* gives now; fails where Prometheus refuses it."""
        data = self._told("query", query=query)
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [Sample(each["metric"], float(each["value"][1])) for each in data["result"]]

    def points(self, query: str, seconds: int) -> int:
        """How many points the longest line of *query* has in the last *seconds*, one each."""
        now = time.time()
        told = self._told("query_range", query=query, start=now - seconds, end=now, step=1)
        return max((len(each["values"]) for each in told["result"]), default=0)

    def history(self, selector: str, seconds: int) -> list[tuple[dict[str, str], list[float]]]:
        """The values that *selector*'s series have had in the last *seconds*, oldest first."""
        told = self._told("query", query=f"{selector}[{seconds}s]")
        return [
            (each["metric"], [float(value) for _, value in each["values"]])
            for each in told["result"]
        ]

    def rules(self) -> list[dict[str, Any]]:
        """The rules with their health ("ok", "err" or, before the first time, "unknown")."""
        found = [rule for group in self._groups() for rule in group["rules"]]
        assert found
        return found

    def wait_for_rules(self) -> None:
        """Wait until every rule has been evaluated over what is scraped by now."""
        now = datetime.now(UTC)
        wait_until(lambda: all(_seen_since(each, now) for each in self._groups()), "the rules", 30)

    def _groups(self) -> list[dict[str, Any]]:
        groups: list[dict[str, Any]] = self._told("rules")["groups"]
        return groups

    def one(self, query: str) -> float:
        """The value of *query*, which must give one series; NaN where it gives none yet."""
        found = self.ask(query)
        assert len(found) <= 1, (query, found)
        return found[0].value if found else float("nan")

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, self.folder.joinpath("prometheus.log").read_text()
        try:
            with urllib.request.urlopen(self._url("-/ready"), timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def _told(self, endpoint: str, **asked: object) -> dict[str, Any]:
        # Where nothing is asked it is to be GET.
        form = urllib.parse.urlencode(asked).encode() or None
        try:
            with urllib.request.urlopen(
                self._url(f"api/v1/{endpoint}"), form, timeout=20
            ) as answer:
                told: dict[str, Any] = json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{asked}: {error.read().decode()}") from error
        return told

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


def _seen_since(group: dict[str, Any], moment: datetime) -> bool:
    """Whether each rule of *group* has been evaluated over everything scraped by *moment*.

    An evaluation looks at the moment it was due, which a busy machine reaches up to an interval
    later.
    """
    due = moment + timedelta(seconds=group["interval"])
    return all(datetime.fromisoformat(rule["lastEvaluation"]) > due for rule in group["rules"])
