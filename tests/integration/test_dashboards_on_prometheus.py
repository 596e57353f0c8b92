"""The dashboards' queries on a real Prometheus that scraped the real service under its load.

The sample ends today, so that the windows are full; the expected figures are counted from what
`dondoc list` gives, which goes another way than the metrics.
"""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dondoc.rules.events import local_date
from dondoc.sample.generator import since
from grafana.dashboards import files
from private_broker import PrivateBroker
from prometheus_client.parser import text_string_to_metric_families
from support import promql
from support.dashboards import Json, queries
from support.installation import Installation, Running, sample_size
from support.pages import ROOT
from support.prometheus import PrivatePrometheus, missing, write_configuration
from support.rabbitmq import VirtualHost, wait_until

UNIT = "Xã Yên Lâm"
"""What the service is told that its unit is called; the sample says none, and is taken."""
REGULATION = ROOT / "rules" / "regulations" / "02-2015-qd-ubnd.toml"
LIGHTS = """
[[light]]
colour = "green"
name = "Trong hạn"
days_left = { from = 0 }

[[light]]
colour = "red"
name = "Quá hạn"
days_left = { to = -1 }
"""
"""So that the panels of lights have something to show: the regulation that ships sets none."""
BOARDS: dict[str, Json] = {name: json.loads(text) for name, text in files().items()}


@dataclass(frozen=True)
class Watched:
    """A service that has taken in the sample, the Prometheus that watched it, and the truth."""

    today: date
    running: Running
    prometheus: PrivatePrometheus
    rows: list[dict[str, Any]]

    def fell_due(self, days: int, **fields: str) -> list[dict[str, Any]]:
        """The obligations with a due date in the window that are decided, and with *fields*."""
        earliest = (self.today - timedelta(days=days + 1)).isoformat()
        return [
            row
            for row in self.rows
            if row["due"] is not None
            and earliest < row["due"] < self.today.isoformat()
            and row["state"] != "open"
            and all(row[name] == value for name, value in fields.items())
        ]


@pytest.fixture(scope="module")
def watched(rabbitmq: PrivateBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    lack = missing()
    if lack is not None:
        pytest.skip(f"NOT TESTED on Prometheus, missing: {lack}")
    today = local_date(datetime.now(UTC))
    folder = tmp_path_factory.mktemp("watched")
    vhost = VirtualHost(rabbitmq, "dashboards")
    vhost.create()
    installation = Installation(folder, vhost.url, since=since(today)).with_mail(1)
    file = folder / "dondoc.toml"
    lit = folder / "lit.toml"
    lit.write_text(REGULATION.read_text("utf-8") + LIGHTS, "utf-8")
    tracking = f'[tracking]\nunit = "{UNIT}"\nregulations = ["{lit.name}"]'
    named = file.read_text("utf-8").replace("[tracking]", tracking)
    file.write_text(named, "utf-8")
    installation.run("declare")
    running = installation.start()
    prometheus = PrivatePrometheus(folder, running.address().split("/")[2])
    prometheus.start()
    try:
        installation.run("publish", "--sample", "--ending", today.isoformat())
        wait_until(lambda: running.events_in() >= sample_size(today), "all events are in", 120)
        rows = installation.rows("list")
        overdue = sum(row["state"] == "overdue" for row in rows)
        wait_until(
            lambda: prometheus.one("dondoc_all:overdue:count") == overdue,
            f"Prometheus has seen the {overdue} that are overdue on {today}",
            60,
        )
        yield Watched(today, running, prometheus, rows)
    finally:
        prometheus.stop()
        installation.end_what_is_left()
        vhost.delete()


def shown(watched: Watched, board: str, title: str, body: str = "VP") -> dict[str, float]:
    """What the first query of a panel gives: values by the one label that tells series apart."""
    found = dict(queries(BOARDS[f"{board}.json"], body, UNIT))
    answer = watched.prometheus.ask(found[f"{title} A"])
    return {
        next((each.labels[label] for label in ("body", "rule", "status") if label in each.labels),
             ""): each.value
        for each in answer
    }  # fmt: skip


def share(rows: list[dict[str, Any]]) -> float:
    """The share on time: of what is not void, or ended when it was a breach already."""
    owed = [row for row in rows if row["state"] != "void" or row["counts_as_breach"]]
    return len([row for row in owed if row["state"] == "met"]) / len(owed)


def body_with_everything(watched: Watched) -> str:
    """The body that is overdue with most, of those that have breaches, duties and tasks."""
    leading = {each.labels["body"] for each in watched.prometheus.ask("dondoc:tasks:count")}
    breaking = {row["body"] for row in watched.fell_due(30) if row["counts_as_breach"]}
    overdue = Counter(str(row["body"]) for row in watched.rows if row["state"] == "overdue")
    return next(body for body, _ in overdue.most_common() if body in leading & breaking)


def test_the_scrape_is_the_one_that_queries_are_checked_against(watched: Watched) -> None:
    with urllib.request.urlopen(watched.running.address(), timeout=10) as answer:
        page = answer.read().decode()
    found: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                labels = found.setdefault(sample.name, {})
                told = dict(sample.labels)
                assert told.pop(promql.NAMED) == UNIT, sample.name
                for label, value in told.items():
                    labels.setdefault(label, set()).add(value)
    known = json.loads(promql.SERIES.read_text(encoding="utf-8"))
    # Shown from the first letter on; here nobody runs mail.
    assert known.pop("dondoc_mailings").keys() == {"state"}
    # From what is missing on, and from a dialect; the sample numbers the tasks of each document.
    assert known.pop("dondoc_missing_numbers").keys() == {"age"}
    assert known.pop("dondoc_messages_without_event_total").keys() == {"reason"}
    assert {name: sorted(labels) for name, labels in found.items()} == {
        name: sorted(labels) for name, labels in known.items()
    }
    for name, labels in known.items():
        for label, values in labels.items():
            assert not values or found[name][label] <= set(values), (name, label)


@pytest.mark.parametrize("name", BOARDS)
def test_every_query_returns_data(watched: Watched, name: str) -> None:
    body = body_with_everything(watched)
    empty = [
        (place, query)
        for place, query in queries(BOARDS[name], body, UNIT)
        if not watched.prometheus.ask(query)
    ]
    assert empty == []


@pytest.mark.parametrize("name", BOARDS)
def test_every_line_has_points_over_time(watched: Watched, name: str) -> None:
    body = body_with_everything(watched)
    drawn = [each["title"] for each in BOARDS[name]["panels"] if each["type"] == "timeseries"]
    lines = [
        query
        for place, query in queries(BOARDS[name], body, UNIT)
        if place.rpartition(" ")[0] in drawn
    ]
    assert len(lines) >= len(drawn) >= 2
    # A ratio has its second point with the scrape after the next, where the machine is fast.
    for query in lines:
        wait_until(partial(_has_points, watched, query), query, 60)


def _has_points(watched: Watched, query: str) -> bool:
    return watched.prometheus.points(query, 5) >= 2


def test_the_overview_shows_what_the_list_of_obligations_says(watched: Watched) -> None:
    last, rows = watched.fell_due(30), watched.rows
    named = {each.labels["body"] for each in watched.prometheus.ask("dondoc:body:info")}
    late = sum(row["state"] == "overdue" for row in rows)
    broken = [row for row in rows if row["state"] == "overdue" and row["counts_as_breach"]]
    breaches = Counter(row["body"] if row["body"] in named else "unknown" for row in broken)
    oldest = min(date.fromisoformat(row["due"]) for row in broken)

    def number(title: str) -> float:
        (value,) = shown(watched, "overview", title).values()
        return value

    assert number("Đúng hạn (30 ngày qua)") == pytest.approx(share(last))
    assert number("Đang quá hạn") == late > breaches.total()
    assert number("Trong đó là vi phạm") == breaches.total() > 0
    assert number("Đơn vị đang vi phạm") == len(breaches)
    assert number("Vi phạm lâu nhất (ngày lịch)") == (watched.today - oldest).days - 1
    assert number("Vi phạm (30 ngày qua)") == sum(row["counts_as_breach"] for row in last) > 0
    table = shown(watched, "overview", "Từng đơn vị, nhiều vi phạm nhất ở trên")
    assert {body: count for body, count in table.items() if count} == breaches


def test_a_body_sees_its_own_figures(watched: Watched) -> None:
    body = body_with_everything(watched)
    own = [row for row in watched.rows if row["body"] == body]

    def numbers(title: str) -> dict[str, float]:
        return shown(watched, "body", title, body)

    last = watched.fell_due(30, body=body)
    late = [row for row in own if row["state"] == "overdue"]
    assert numbers("Đúng hạn (30 ngày qua)") == {body: pytest.approx(share(last))}
    assert numbers("Đang quá hạn") == {"": len(late)}
    assert numbers("Trong đó là vi phạm") == {"": sum(row["counts_as_breach"] for row in late)}
    assert numbers("Vi phạm (30 ngày qua)") == {"": sum(row["counts_as_breach"] for row in last)}
    by_rule = Counter(row["rule"] for row in late if row["counts_as_breach"])
    assert numbers("Từng quy định, nhiều vi phạm nhất ở trên") == by_rule


def test_two_instances_in_one_prometheus_show_what_one_does(
    watched: Watched, tmp_path: Path
) -> None:
    # That instances on one database give equal figures is tested in test_metrics.py; here both
    # are one service, scraped under two names.
    target = watched.running.address().split("/")[2]
    other = target.replace("127.0.0.1", "localhost")
    write_configuration(tmp_path, {"targets": [target, other]})
    twice = PrivatePrometheus(tmp_path, None)
    twice.start()
    recorded = '{__name__=~"dondoc_(all|body|rule):.*"}'
    body = body_with_everything(watched)
    asked = {
        f"{name} {place}": query
        for name in ("overview.json", "body.json", "province.json")
        for place, query in queries(BOARDS[name], body, UNIT)
        if "increase(" not in query  # each instance counts for itself what it has seen
    }

    def answers(prometheus: PrivatePrometheus, query: str) -> dict[frozenset[Any], float]:
        return {frozenset(each.labels.items()): each.value for each in prometheus.ask(query)}

    try:
        wait_until(lambda: twice.one("count (dondoc_build_info)") == 2, "both are scraped", 30)
        wait_until(
            lambda: answers(twice, recorded) == answers(watched.prometheus, recorded),
            "the rules have recorded all",
            30,
        )
        differing = {
            place: query
            for place, query in asked.items()
            if answers(twice, query) != answers(watched.prometheus, query)
        }
        assert differing == {}
        operations = dict(queries(BOARDS["operations.json"], unit=UNIT))
        assert len(twice.ask(operations["Các tiến trình đang chạy A"])) == 2
        assert [each.value for each in twice.ask(operations["Sự kiện lỗi chờ xử lý A"])] == [15]
    finally:
        twice.stop()


def test_units_in_one_prometheus_are_kept_apart_and_stand_side_by_side(
    watched: Watched, tmp_path: Path
) -> None:
    # All of them are one service, under other names and, as most are, under none.
    target = watched.running.address().split("/")[2]
    write_configuration(tmp_path, {"targets": [target]}, units=(UNIT, "tan-an", ""))
    several = PrivatePrometheus(tmp_path, None)
    several.start()
    body = body_with_everything(watched)

    def answers(prometheus: PrivatePrometheus, query: str) -> dict[frozenset[Any], float]:
        return {
            frozenset((k, v) for k, v in each.labels.items() if k != promql.NAMED): each.value
            for each in prometheus.ask(query)
        }

    try:
        ready = "count (dondoc_all:on_time:ratio{window='90d'})"
        wait_until(lambda: several.one(ready) == 3, "all three are recorded", 30)
        several.wait_for_rules()
        for name in ("overview.json", "body.json"):
            wanted = dict(queries(BOARDS[name], body, UNIT))
            for unit in (UNIT, "tan-an", ""):
                differing = [
                    place
                    for place, query in queries(BOARDS[name], body, unit)
                    if place != "$unit"
                    and answers(several, query) != answers(watched.prometheus, wanted[place])
                ]
                assert differing == [], (name, unit)
        province = dict(queries(BOARDS["province.json"]))
        rows = {
            each.labels[promql.NAMED]: each.value
            for each in several.ask(province["Từng địa phương, nhiều vi phạm nhất ở trên A"])
        }
        (one,) = shown(watched, "overview", "Trong đó là vi phạm").values()
        assert rows == {UNIT: one, "tan-an": one}
        assert [each.value for each in several.ask(province["Trong đó là vi phạm A"])] == [2 * one]
        assert [each.value for each in several.ask(province["Ngừng nhận sự kiện A"])] == [0]
        choice = dict(queries(BOARDS["overview.json"]))["$unit"]
        assert {each.labels[promql.NAMED] for each in several.ask(choice)} == {UNIT, "tan-an"}
    finally:
        several.stop()


def test_the_choice_of_bodies_has_each_body_once_with_its_name(watched: Watched) -> None:
    chosen = watched.prometheus.ask(dict(queries(BOARDS["body.json"], unit=UNIT))["$body"])
    codes = [each.labels["body"] for each in chosen]
    assert len(codes) == len(set(codes)) > 30
    assert ("VP", "Văn phòng HĐND và UBND huyện") in {
        (each.labels["body"], each.labels["name"]) for each in chosen
    }


def test_operation_shows_the_service_up_and_its_15_dead_letters(watched: Watched) -> None:
    assert shown(watched, "operations", "Nhận sự kiện từ HSCV") == {"": 1}
    assert shown(watched, "operations", "Sự kiện lỗi chờ xử lý") == {"": 15}
