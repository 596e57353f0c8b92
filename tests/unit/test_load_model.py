"""The load model: its arithmetic, by small figures that can be checked by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.load_model import (
    MEASURED,
    OUTAGE,
    PLACES,
    SPARE,
    Measured,
    arrivals,
    load_of,
    table,
    worst_outage,
)

SMALL = Measured(log_bytes=100, state_bytes=50, live_rate=10, message_bytes=1000)


def test_a_day_has_all_of_its_events_in_its_minutes() -> None:
    minutes = list(arrivals(252_300))
    assert len(minutes) == 24 * 60
    # 252.3 working days in a year, days off counted by their share; the busiest has 2.8 times.
    assert sum(minutes) == pytest.approx(1000 * 2.8)
    assert min(minutes) > 0


def test_the_worst_outage_leaves_what_came_in_it_and_is_worked_off_beside_what_comes() -> None:
    minutes = [1.0, 5.0, 5.0, 2.0, 2.0, 2.0]
    assert worst_outage(minutes, 2, 6) == (10.0, 3)
    assert worst_outage(minutes, 2, 2) == (10.0, float("inf"))


def test_instances_take_the_peak_with_what_is_to_spare() -> None:
    load = load_of(PLACES[-1], SMALL, outage=60, spare=3)
    assert load.instances * SMALL.live_rate >= 3 * load.peak - 1
    assert load.average < load.busy_hour < load.peak
    assert load.bytes_kept == 5 * load.bytes_a_year == 5 * 100_000_000 * 150


def test_the_page_shows_what_the_model_gives() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "scaling.md").read_text("utf-8")
    shown = table(MEASURED, OUTAGE, SPARE)
    assert len(shown.splitlines()) == 2 + len(PLACES)
    assert shown in page
