"""What never came of the numbers of a source is named, with where to look and what to do; and why
messages told of no event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from dondoc.cli import main
from dondoc.commands.assembly.clock import now
from dondoc.connector.transport import Condition
from dondoc.metrics.exporter import Exporter
from dondoc.metrics.pipeline import PipelineMetrics
from dondoc.storage.database import Store, open_store
from dondoc.storage.numbering import Coming, NumberTold, tell_numbers
from support.dialects import DOCS
from support.stories import law

SETTINGS = """
[broker]
url = "amqp://127.0.0.1:1/"
[metrics]
listen = "127.0.0.1:0"
[tracking]
since = 2026-01-01
bodies = "sample"
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database beside sound settings, in the directory of the test."""
    monkeypatch.chdir(tmp_path)
    Path("dondoc.toml").write_text(SETTINGS, "utf-8")
    with closing(open_store("sqlite:///dondoc.db")) as opened:
        opened.migrate(date(2026, 1, 1))
        yield opened


def tell(store: Store, source: str, *numbers: int, days_ago: float = 1) -> None:
    """Events of *source* with *numbers*, each of its own, came so long ago."""
    at = now() - timedelta(days=days_ago)
    told = [NumberTold(source, number, Coming.NEW, place) for place, number in enumerate(numbers)]
    store.transact(lambda tx: tell_numbers(tx, told, at))


def said(*words: str, lang: str = "en") -> str:
    return CliRunner().invoke(main, [f"--lang={lang}", *words]).output


def lines(what: str, lang: str = "en") -> list[str]:
    """What `check` says about *what*, without its head."""
    found = said("check", lang=lang).splitlines()
    return [line.partition(f"{what}: ")[2] for line in found if f" {what}: " in line]


def test_check_names_what_is_missing_by_source_and_says_what_to_do(store: Store) -> None:
    tell(store, "/hscv/van-thu", 1, 2, 5, 7, 20)
    tell(store, "/hscv/nhiem-vu", 1, 2, 3)
    (line,) = lines("numbers of events")
    assert line.startswith("/hscv/van-thu: 15 never came: 3–4, 6, 8–19; look among")
    for command in ("dead list", "rejections list", "reconcile"):
        assert f"`dondoc {command}`" in line
    (vietnamese,) = lines("số thứ tự sự kiện", lang="vi")
    assert vietnamese.startswith("/hscv/van-thu: 15 số chưa hề đến: 3–4, 6, 8–19; hãy xem")


def test_check_is_no_failure_for_a_gap_and_says_what_may_still_come(store: Store) -> None:
    tell(store, "/hscv", 1, 3)
    tell(store, "/hscv", 6, days_ago=0.1)
    (line,) = (each for each in said("check").splitlines() if " numbers of events: " in each)
    assert line.startswith("?")
    assert line.endswith("; 2 of them since less than 4 hours, which may be on their way")


def test_check_says_that_nothing_is_missing_where_numbers_count_events(store: Store) -> None:
    assert lines("numbers of events") == []
    tell(store, "/hscv", 1, 2, 3)
    assert lines("numbers of events") == [
        "none is missing, of 1 source with numbers that count events"
    ]


def test_check_says_why_a_source_is_not_counted(store: Store) -> None:
    tell(store, "/a", 1, 2, 2, 5)
    tell(store, "/b", *range(1, 50, 2))
    assert lines("numbers of events") == [
        "/a: not counted, since different events have the same number there",
        "/b: not counted, since its numbers have holes everywhere",
    ]


def test_many_sources_and_ranges_are_told_by_their_number(store: Store) -> None:
    for number in range(12):
        tell(store, f"/s{number:02}", *range(0, 20, 2))
    found = lines("numbers of events")
    assert len(found) == 11
    assert "/s00: 9 never came: 1, 3, 5, 7, 9, 4 more ranges;" in found[0]
    assert found[-1] == "and 2 sources more like these"


def test_the_board_names_what_is_missing_of_sources_that_count(store: Store) -> None:
    tell(store, "/hscv", 1, 2, 5)
    tell(store, "/khac", 1, 1)
    assert "numbers of events that never came: /hscv 2 (3–4)" in said("status")
    assert json.loads(said("status", "--format", "json"))["numbers"] == [
        {"source": "/hscv", "counting": "counted", "missing": 2, "ranges": [[3, 4]]},
        {"source": "/khac", "counting": "repeated", "missing": 0, "ranges": []},
    ]


def test_check_says_why_messages_told_of_no_event_while_the_service_runs(store: Store) -> None:
    metrics = PipelineMetrics()
    for reason in ("no_rule", "read_only", "no_rule"):
        metrics.silent(reason)
    exporter = Exporter(metrics.registry, store, law(), "127.0.0.1:0", Condition, now, 3600)
    exporter.start()
    try:
        running = SETTINGS.replace("127.0.0.1:0", exporter.address)
        source = f'[[source]]\nqueue = "hscv"\ndialect = "{DOCS / "congvan.toml"}"\n'
        Path("dondoc.toml").write_text(running + source, "utf-8")
        told = "3 messages told of no event since the service started: no_rule (2), read_only (1)"
        assert lines("queue of HSCV")[-1] == told
    finally:
        exporter.stop()
