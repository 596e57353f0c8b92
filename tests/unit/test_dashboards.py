"""The dashboards are what the code makes, and ask for nothing that the service does not give."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from dondoc.reports.site.addresses import INDEX, body_page
from dondoc.rules.event_types import EVENT_TYPES
from grafana.dashboards import FOLDER, compliance, files, look
from promql_parser import parse
from support import dashboards, promql
from support.dashboards import GRAFANA, findings

KNOWN = promql.recorded(promql.scraped())
BOARDS: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in files().items()}
Mutation = Callable[[dict[str, Any]], object]


def test_the_files_are_what_the_code_makes() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert kept == files(), "write them anew: PYTHONPATH=deploy python -m grafana.dashboards"


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_has_no_fault_that_can_be_told_without_grafana(name: str) -> None:
    assert findings(BOARDS[name], KNOWN) == []


def test_every_dashboard_has_a_uid_and_title_of_its_own_and_links_to_the_others() -> None:
    uids = {board["uid"] for board in BOARDS.values()}
    assert len(uids) == len({board["title"] for board in BOARDS.values()}) == len(BOARDS) == 4
    for board in BOARDS.values():
        linked = {link["url"] for link in board["links"] if link["url"].startswith("/d/")}
        assert linked == {f"/d/{uid}" for uid in uids - {board["uid"]}}


def test_the_table_of_bodies_opens_the_dashboard_of_the_body_by_its_variable() -> None:
    text = json.dumps(BOARDS["overview.json"])
    names = [each["name"] for each in BOARDS["body.json"]["templating"]["list"]]
    assert names[:2] == ["unit", "body"], "bodies are those of the unit that is chosen"
    link = f"/d/{look.BODY}?var-body=${{__data.fields.body}}&${{unit:queryparam}}&"
    assert link in text


def test_units_side_by_side_lead_to_the_dashboards_of_one() -> None:
    text = json.dumps(BOARDS["province.json"])
    for board in (look.OVERVIEW, look.OPERATIONS):
        assert f"/d/{board}?var-unit=${{__data.fields.dondoc_unit:percentencode}}&" in text
    for name in ("overview", "body", "operations"):
        (variable,) = [
            each for each in BOARDS[f"{name}.json"]["templating"]["list"] if each["name"] == "unit"
        ]
        assert not variable["includeAll"]
        assert not variable["multi"]
        # Whoever goes on to another dashboard stays with the unit.
        links = [each for each in BOARDS[f"{name}.json"]["links"] if each["url"].startswith("/d/")]
        assert all(each["includeVars"] for each in links)


def selectors(query: str) -> list[str]:
    """The labels that *query* asks of each series, those without any too."""
    series = re.findall(r"dondoc[a-z_:]*[:_][a-z_]+(?:\{[^}]*\})?", query)
    return [each for each in series if each != "dondoc_unit"]


@pytest.mark.parametrize("name", BOARDS)
def test_no_figure_is_shown_without_saying_of_which_units(name: str) -> None:
    wanted = 'dondoc_unit!=""' if name == "province.json" else 'dondoc_unit="A"'
    for place, query in dashboards.queries(BOARDS[name], "VP", "A"):
        asked = 'dondoc_unit!=""' if place == "$unit" else wanted
        assert all(asked in each for each in selectors(query)), (place, query)


def links_to_the_site(board: dict[str, Any]) -> set[str]:
    """The addresses within the site that *board* leads to."""
    return set(re.findall(r'"\$\{report_url\}/([^"]*)"', json.dumps(board)))


def test_tables_and_tops_lead_to_the_pages_that_name_what_is_only_counted_here() -> None:
    overview_, body = BOARDS["overview.json"], BOARDS["body.json"]
    of_the_row, of_the_board = (
        body_page("CODE").replace("CODE", code) for code in ("${__data.fields.body}", "${body}")
    )
    assert links_to_the_site(overview_) == {INDEX, of_the_row}
    assert links_to_the_site(body) == {of_the_board}
    for board in (overview_, body):
        (variable,) = [each for each in board["templating"]["list"] if each["name"] == "report_url"]
        # Nobody can lead a reader elsewhere by a link to the dashboard.
        assert variable["type"] == "constant"
        assert variable["query"] == "/dondoc"


def test_provisioning_names_the_data_source_of_the_dashboards() -> None:
    assert dashboards.provisioned_uid() == look.SOURCE.uid
    text = (GRAFANA / "provisioning/dashboards/dondoc.yml").read_text(encoding="utf-8")
    (provider,) = yaml.safe_load(text)["providers"]
    assert provider["type"] == "file"
    assert provider["options"]["path"].endswith("/dondoc")


def test_no_dashboard_alert_or_record_knows_a_regulation() -> None:
    """What rules are called, and where they stand, comes from the regulations in force. A field of
    the contract may be called as a rule is."""
    named = {name for fields in EVENT_TYPES.values() for name in fields}
    file = look.RULES / "regulations" / "02-2015-qd-ubnd.toml"
    rules = tomllib.loads(file.read_text(encoding="utf-8"))["rule"]
    folder = GRAFANA.parent / "prometheus"
    texts = {path.name: path.read_text("utf-8") for path in folder.glob("*.yml")} | files()
    for name, text in texts.items():
        assert not re.findall(r"Điều \d|khoản \d|02/2015|3\.2", text), name
        for rule in rules:
            assert rule["title"] not in text, (name, rule["id"])
            assert not re.search(rf"rule=\W*{rule['id']}\b", text), name
            assert rule["id"] in named or f'"{rule["id"]}"' not in text, name


def test_every_result_of_an_event_has_a_name() -> None:
    assert set(look.RESULTS) == set(KNOWN["dondoc_events_total"]["result"])


@pytest.mark.parametrize("name", ["overview.json", "body.json"])
def test_rules_are_named_by_labels_of_the_figures(name: str) -> None:
    """Every query of the table of rules gives the name, the regulation and what lateness is by it:
    otherwise its rows would not become one."""
    (panel,) = [p for p in of_type(BOARDS[name], "table") if p["title"].startswith("Từng quy định")]
    for target in panel["targets"]:
        found = promql.Reader(KNOWN).labels(parse(target["expr"]))
        assert {"rule", "name", "regulation", "lateness"} <= set(found), target["expr"]


def of_type(board: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    """The panels of a type."""
    return [panel for panel in board["panels"] if panel["type"] == type_]


def test_the_page_of_a_body_is_headed_by_its_name() -> None:
    heading = of_type(BOARDS["body.json"], "text")[0]
    assert heading["options"]["content"].startswith("## ${body:text}\n")
    assert heading["gridPos"]["y"] == 0


@pytest.mark.parametrize(
    ("name", "alarms"), [("overview", 2), ("body", 2), ("operations", 1), ("province", 2)]
)
def test_few_tiles_carry_a_ground_and_yellow_is_never_written_in(name: str, alarms: int) -> None:
    board = BOARDS[f"{name}.json"]
    grounds = [
        panel
        for panel in of_type(board, "stat")
        if panel["options"]["colorMode"].startswith("background")
    ]
    assert len(grounds) == alarms
    others = json.dumps([panel for panel in board["panels"] if panel not in grounds])
    assert look.WATCH not in others


@pytest.mark.parametrize("name", ["overview.json", "body.json"])
def test_no_figure_is_not_coloured_as_a_bad_one(name: str) -> None:
    text = json.dumps(BOARDS[name])
    floors = re.findall(r'"steps": \[\{"color": "([^"]+)", "value": null', text)
    assert len(floors) == text.count('"steps"') > 10
    assert set(floors) <= {look.PLAIN, look.TEXT, look.NONE}


def test_tables_say_what_an_empty_cell_is_and_give_names_the_room_that_is_left() -> None:
    tables = [panel for board in BOARDS.values() for panel in of_type(board, "table")]
    for panel in tables:
        shown = {
            override["matcher"]["options"]: {each["id"] for each in override["properties"]}
            for override in panel["fieldConfig"]["overrides"]
        }
        wide = [name for name, ids in shown.items() if not ids & {"custom.width", "custom.hidden"}]
        assert wide == [next(iter(shown))]
        for name, ids in shown.items():
            assert "noValue" in ids or not ids & {"unit"}, name
    empty = re.findall(
        r'"id": "noValue", "value": "([^"]*)"', json.dumps(tables, ensure_ascii=False)
    )
    assert set(empty) == {"0", "–"}


def test_days_say_whether_they_are_calendar_or_working_days() -> None:
    for board in (BOARDS["overview.json"], BOARDS["body.json"]):
        text = json.dumps(board, ensure_ascii=False)
        assert "lâu nhất (ngày lịch)" in text.lower()
        for heading in re.findall(r'"(?:title|Value #\w)": "([^"]*)"', text):
            if "lâu nhất" in heading.lower() or "xong sau" in heading.lower():
                assert heading.endswith(("(ngày lịch)", "(ngày làm việc)")), heading


def linear(colour: str) -> list[float]:
    """The light of *colour*, "#RRGGBB", in red, green and blue from 0 to 1."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]


# How the light of a screen arrives where one kind of cone is missing (Machado and others, 2009).
BLINDNESS = {
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize(
    "colours",
    [
        (look.GOOD, look.WATCH, look.BAD),
        tuple(colour for _, colour in compliance.WINDOWS.values()),
        (look.BLACK, look.BAD),
        (look.GOOD, look.ORANGE),
        (look.PURPLE, look.BAD),
    ],
)
def test_colours_that_stand_together_are_told_apart_by_the_colour_blind(
    blindness: str, colours: tuple[str, ...]
) -> None:
    seen = [
        [sum(share * light for share, light in zip(row, linear(colour), strict=True)) for row in m]
        for m in [BLINDNESS[blindness]]
        for colour in colours
    ]
    for one, other in combinations(range(len(colours)), 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert apart > 0.25, (blindness, one, other, apart)


def first(board: dict[str, Any], type_: str) -> dict[str, Any]:
    """The first panel of a type."""
    panel: dict[str, Any] = next(each for each in board["panels"] if each["type"] == type_)
    return panel


def ask(query: str) -> Mutation:
    """A change of the first number's query."""
    return lambda board: first(board, "stat")["targets"][0].update(expr=query)


def in_first(type_: str, change: Mutation) -> Mutation:
    """A change of the first panel of a type."""
    return lambda board: change(first(board, type_))


MUTANTS: dict[str, tuple[Mutation, str]] = {
    "a renamed metric": (ask("sum (dondoc_obligation)"), "no series"),
    "a renamed record": (ask("dondoc_all:on_time:share"), "no series"),
    "a misspelt label": (ask('dondoc_all:on_time:ratio{windows="30d"}'), "no label windows"),
    "a label lost on the way": (ask("sum by (body) (dondoc_rule:overdue:count)"), "no label body"),
    "a window there is not": (ask('dondoc_all:on_time:ratio{window="60d"}'), "no window"),
    "a state there is not": (ask('sum (dondoc:obligations:count{state="late"})'), "no state"),
    "broken PromQL": (ask("sum (dondoc_all:overdue:count"), "not PromQL"),
    "a function there is not": (ask("total(dondoc_all:overdue:count)"), "not PromQL"),
    "a join on a label of one side": (
        ask("dondoc_all:overdue:count * on (body) group_left (name) dondoc:body:info"),
        "no label body",
    ),
    "a bad unit": (
        in_first("stat", lambda panel: panel["fieldConfig"]["defaults"].update(unit="days")),
        "no unit",
    ),
    "a bad unit in a column": (
        in_first(
            "table",
            lambda panel: panel["fieldConfig"]["overrides"][1]["properties"].append(
                {"id": "unit", "value": "share"}
            ),
        ),
        "no unit",
    ),
    "a bad calculation": (
        in_first("stat", lambda panel: panel["options"]["reduceOptions"].update(calcs=["newest"])),
        "no calculation",
    ),
    "overlapping panels": (
        in_first("stat", lambda panel: panel["gridPos"].update(w=6)),
        "overlap",
    ),
    "a panel outside the grid": (
        in_first("text", lambda panel: panel["gridPos"].update(w=25)),
        "outside the grid",
    ),
    "another data source": (
        in_first("table", lambda panel: panel["targets"][0]["datasource"].update(uid="other")),
        "not the provisioned one",
    ),
    "a column that is not there": (
        in_first(
            "table",
            lambda panel: panel["fieldConfig"]["overrides"][0]["matcher"].update(options="Xã"),
        ),
        "no column",
    ),
    "a type of cell that is not there": (
        in_first(
            "table",
            lambda panel: panel["fieldConfig"]["overrides"][1]["properties"].append(
                {"id": "custom.cellOptions", "value": {"type": "bar"}}
            ),
        ),
        "no type of cell",
    ),
    "a colour that is not there": (
        in_first(
            "stat",
            lambda p: p["fieldConfig"]["defaults"]["thresholds"]["steps"][1].update(color="rot"),
        ),
        "no colour",
    ),
    "an unknown type of panel": (in_first("stat", lambda p: p.update(type="stats")), "no panel"),
    "thresholds without a floor": (
        in_first("stat", lambda p: p["fieldConfig"]["defaults"]["thresholds"]["steps"].reverse()),
        "first threshold",
    ),
    "thresholds that do not rise": (
        in_first(
            "stat",
            lambda p: p["fieldConfig"]["defaults"]["thresholds"]["steps"][2].update(value=-1),
        ),
        "do not rise",
    ),
    "one id twice": (in_first("text", lambda panel: panel.update(id=1)), "one id"),
    "letters that are not NFC": (
        in_first("text", lambda panel: panel.update(title="Vi pha\u0323m")),
        "not NFC",
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_dashboard_is_found(mutant: str) -> None:
    change, expected = MUTANTS[mutant]
    board = copy.deepcopy(BOARDS["overview.json"])
    change(board)
    found = findings(board, KNOWN)
    assert any(expected in each for each in found), found
