"""What the running service counts, and under which labels."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dondoc.metrics.pipeline import MOST_REASONS, PipelineMetrics
from dondoc.rules.events import LOCAL
from dondoc.rules.in_force import Regulations
from support import stories

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=LOCAL)


def value(metrics: PipelineMetrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_events_are_counted_by_type_and_result() -> None:
    metrics = PipelineMetrics()
    metrics.event("task.assigned", "stored")
    metrics.event("task.assigned", "stored")
    metrics.event("task.assigned", "duplicate")
    assert value(metrics, "dondoc_events_total", type="task.assigned", result="stored") == 2
    assert value(metrics, "dondoc_events_total", type="task.assigned", result="duplicate") == 1


def test_types_that_nobody_knows_count_together_so_that_labels_stay_bounded() -> None:
    metrics = PipelineMetrics()
    for number in range(100):
        metrics.event(f"document.made_up_{number}", "ignored")
    assert value(metrics, "dondoc_events_total", type="other", result="ignored") == 100


def test_messages_that_tell_of_nothing_are_counted_by_why_within_bounds() -> None:
    metrics = PipelineMetrics()
    name = "dondoc_messages_without_event_total"
    for number in range(MOST_REASONS + 20):
        metrics.silent(f"status_{number}")
    metrics.silent("status_0")
    assert value(metrics, name, reason="status_0") == 2
    assert value(metrics, name, reason="other") == 20


def test_secret_events_are_counted_by_level_from_zero() -> None:
    metrics = PipelineMetrics()
    metrics.secret("mat", NOW)
    levels = ("mat", "toimat", "tuyetmat")
    name = "dondoc_secret_events_discarded_total"
    assert [value(metrics, name, level=level) for level in levels] == [1, 0, 0]


def test_the_last_secret_event_of_each_level_has_its_time_and_none_is_zero() -> None:
    metrics = PipelineMetrics()
    metrics.secret("toimat", NOW - timedelta(days=1))
    metrics.secret("toimat", NOW)
    levels = ("mat", "toimat", "tuyetmat")
    name = "dondoc_last_secret_event_timestamp_seconds"
    assert [value(metrics, name, level=each) for each in levels] == [0, NOW.timestamp(), 0]


def test_a_clock_of_hscv_that_is_ahead_is_no_negative_lag() -> None:
    metrics = PipelineMetrics()
    metrics.lag(-5)
    assert value(metrics, "dondoc_event_lag_seconds_sum") == 0
    assert value(metrics, "dondoc_event_lag_seconds_count") == 1


def test_the_regulation_in_force_changes_while_the_service_runs() -> None:
    today = [datetime(2026, 6, 30, 23, 59, tzinfo=LOCAL)]
    (old,) = stories.law().regulations.all
    old = replace(old, in_force_to=today[0].date())
    new = replace(
        old, id="new", in_force_from=datetime(2026, 7, 1, tzinfo=LOCAL).date(), in_force_to=None
    )
    metrics = PipelineMetrics()
    law = replace(stories.law(), regulations=Regulations((old, new), "two"))
    metrics.describe_build("1.2.3", law, lambda: today[0])

    def in_force() -> dict[str, float]:
        (family,) = (f for f in metrics.registry.collect() if f.name == "dondoc_regulation_info")
        return {sample.labels["regulation"]: sample.value for sample in family.samples}

    assert value(metrics, "dondoc_build_info", version="1.2.3") == 1
    assert in_force() == {old.id: 1, "new": 0}
    today[0] = datetime(2026, 7, 1, 0, 1, tzinfo=LOCAL)
    assert in_force() == {old.id: 0, "new": 1}


def test_a_counter_that_others_keep_is_shown_as_it_stands_at_each_scrape() -> None:
    metrics, found = PipelineMetrics(), [3.0]
    metrics.count_by("dondoc_kept", "Kept.", "result", {"found": lambda: found[0]})
    assert value(metrics, "dondoc_kept_total", result="found") == 3
    found[0] = 5.0
    assert value(metrics, "dondoc_kept_total", result="found") == 5
