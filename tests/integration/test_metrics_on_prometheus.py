"""Recorded figures on a real Prometheus: no jump but by what is corrected, and any number of
instances say what one says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from dondoc.connector.contract.guard import Unestablished
from dondoc.connector.transport import Condition
from dondoc.metrics.exporter import Exporter
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.storage.database import Store, open_store
from dondoc.storage.rejections import reject
from support.office import DONE, NOON, backfill, fill_office, tell
from support.prometheus import PrivatePrometheus, missing, write_configuration
from support.promql import RECORDING
from support.rabbitmq import wait_until
from support.stories import SINCE, law

ALERTS = RECORDING.parent / "alerts.yml"
RECORDED = '{__name__=~"dondoc.*:.*"}'
MARK = Unestablished(reason="a mark", event_id=None, size=0, sha256=bytes(32))
SECONDS = 120
"""How far back a test looks: further than any takes."""

Series = frozenset[tuple[str, str]]
"""The labels of a series with its name."""


@dataclass
class Watched:
    """The office of `fill_office`, its figures as a real endpoint serves them, and Prometheus with
    all rules."""

    store: Store
    prometheus: PrivatePrometheus
    marks: int = 0

    def settle(self) -> None:
        """Wait until the rules have been evaluated over a snapshot of what is stored by now."""
        # Rejections are read in the transaction of the figures, and no rule reads them.
        self.marks += 1
        reject(self.store, [MARK], NOON)
        wait_until(
            lambda: self.prometheus.one("dondoc_rejections") == self.marks,
            "the snapshot is scraped",
            30,
        )
        self.prometheus.wait_for_rules()
        # Alerts read what was recorded.
        self.prometheus.wait_for_rules()

    def recorded(self) -> dict[Series, float]:
        """Every recorded figure there is now."""
        return {frozenset(e.labels.items()): e.value for e in self.prometheus.ask(RECORDED)}

    def alerts(self) -> set[Series]:
        """Every alert that fires or waits to fire."""
        return {frozenset(each.labels.items()) for each in self.prometheus.ask("ALERTS")}

    def assert_no_other_value(self, *moments: dict[Series, float]) -> None:
        """No series had a value in all the time that it does not have at one of *moments*."""
        for labels, values in self.prometheus.history(RECORDED, SECONDS):
            series = frozenset(labels.items())
            assert set(values) <= {m[series] for m in moments if series in m}, labels


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    lack = missing()
    if lack is not None:
        pytest.skip(f"NOT TESTED on Prometheus, missing: {lack}")
    store = open_store(f"sqlite:///{tmp_path / 'dondoc.db'}")
    store.migrate(SINCE)
    fill_office(store)
    metrics = PipelineMetrics().registry
    exporter = Exporter(metrics, store, law(), "127.0.0.1:0", Condition, lambda: NOON, every=0.2)
    exporter.start()
    write_configuration(
        tmp_path, {"targets": [exporter.address]}, rules=[RECORDING, ALERTS], rules_every="200ms"
    )
    prometheus = PrivatePrometheus(tmp_path, target=None)
    prometheus.start()
    try:
        found = Watched(store, prometheus)
        found.settle()
        yield found
    finally:
        prometheus.stop()
        exporter.stop()
        store.close()


def test_a_backfill_moves_no_recorded_figure_and_raises_no_alert(watched: Watched) -> None:
    before, alerts = watched.recorded(), watched.alerts()
    assert len(before) > 100
    backfill(watched.store)
    watched.settle()
    assert watched.recorded() == before
    assert watched.alerts() == alerts
    watched.assert_no_other_value(before)


def test_a_correction_moves_the_recorded_figures_by_what_it_corrects_and_raises_no_alert(
    watched: Watched,
) -> None:
    """C of the office was done in time, which HSCV tells after it stood as overdue."""
    before, alerts = watched.recorded(), watched.alerts()
    tell(watched.store, "C", ("2026-03-19", DONE, {"completed_on": "2026-03-18"}))
    watched.settle()
    after = watched.recorded()
    moved = {each for each in before | after if before.get(each) != after.get(each)}
    assert watched.alerts() <= alerts

    def changes(name: str, **labels: str) -> list[tuple[float | None, float | None]]:
        wanted = {"__name__": name, **labels}.items()
        return [(before.get(each), after.get(each)) for each in moved if wanted <= each]

    # With the task stand or fall its review, the update of its result, and what was owed for both
    # being late: the explanation of PYT and the urging by the Office.
    assert {dict(each).get("rule") for each in moved} == {
        *("execution", "result_update", "review", "explanation", "urging", None)
    }
    assert {dict(each).get("body") for each in moved} == {"PYT", "VP", None}
    office = ("dondoc:obligations:count", "urging")
    named = [dict(each) for each in moved if ("body", "VP") in each]
    assert [(each["__name__"], each["rule"]) for each in named] == [office]
    # It fell due when it did.
    assert not [each for each in moved if "due" in dict(each)["__name__"].split(":")]
    assert changes("dondoc_all:overdue:count") == [(20, 17)]
    assert changes("dondoc_all:overdue_breaches:count") == [(18, 16)]
    for window, then, now in (("7d", 1 / 3, 2 / 3), ("30d", 2 / 5, 3 / 5), ("90d", 3 / 6, 4 / 6)):
        which = {"rule": "execution", "window": window}
        assert changes("dondoc:on_time:ratio", **which) == [(then, now)]
        assert changes("dondoc_rule:on_time:ratio", **which) == [(then, now)]
    watched.assert_no_other_value(before, after)
