"""What is wrong with a Grafana dashboard, as far as its JSON tells: own checks, no Grafana.

They know the units, calculations, panels and transformations that the dashboards here may use;
whatever is not listed is a finding, so that a misspelt word cannot pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from grafana_foundation_sdk.models import units
from support import promql

GRAFANA = Path(__file__).parents[2] / "deploy" / "grafana"
Json = dict[str, Any]

UNITS = frozenset(value for value in vars(units).values() if isinstance(value, str))
CALCULATIONS = frozenset({"lastNotNull", "last", "min", "max", "mean", "sum"})
TYPES = frozenset({"stat", "bargauge", "timeseries", "table", "text"})
TRANSFORMATIONS = frozenset({"merge", "organize"})
PROPERTIES = frozenset(
    {
        "unit",
        "decimals",
        "mappings",
        "thresholds",
        "displayName",
        "color",
        "fieldMinMax",
        "links",
        "min",
        "noValue",
        "custom.align",
        "custom.cellOptions",
        "custom.hidden",
        "custom.minWidth",
        "custom.width",
    }
)
CELLS = frozenset({"auto", "color-text", "gauge"})
COLOURS = frozenset({"text"})
"""Names of colours; every other is written "#RRGGBB"."""
_COLUMNS = 24
_COLOUR = re.compile("#[0-9A-F]{6}")


def queries(board: Json, body: str = "VP", unit: str = "") -> Iterator[tuple[str, str]]:
    """Every query of the panels and variables, with where it stands, as Prometheus gets it: with
    what Grafana fills in, for *body* of *unit*, which is empty where no unit has a name."""

    def filled(query: str) -> str:
        chosen = query.replace("$body", body).replace("$unit", unit)
        return chosen.replace("$__rate_interval", "1m")

    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield f"{panel['title']} {target['refId']}", filled(target["expr"])
    for variable in _asking_variables(board):
        asked = filled(variable["query"]["query"])
        yield f"${variable['name']}", asked.removeprefix("query_result(").removesuffix(")")


def _asking_variables(board: Json) -> list[Json]:
    """The variables that a query fills; the others are fixed."""
    return [each for each in board["templating"].get("list", []) if each["type"] == "query"]


def provisioned_uid() -> str:
    """The uid of the data source that provisioning makes."""
    text = (GRAFANA / "provisioning/datasources/dondoc.yml").read_text(encoding="utf-8")
    (source,) = yaml.safe_load(text)["datasources"]
    return str(source["uid"])


def findings(board: Json, known: Mapping[str, promql.Labels]) -> list[str]:
    """Everything that is wrong with *board*, a line each."""
    found = [*_names(board), *_overlaps(board), *_sources(board)]
    for panel in board["panels"]:
        found += (f"{panel['title']}: {each}" for each in _panel(panel))
    for place, query in queries(board):
        found += (f"{place}: {each}" for each in promql.findings(query, known))
    return found


def _names(board: Json) -> Iterator[str]:
    ids = [panel["id"] for panel in board["panels"]]
    if len(set(ids)) != len(ids):
        yield "two panels have one id"
    text = str(board)
    if unicodedata.normalize("NFC", text) != text:
        yield "not NFC"


def _overlaps(board: Json) -> Iterator[str]:
    for panel in board["panels"]:
        grid = panel["gridPos"]
        if grid["x"] < 0 or grid["x"] + grid["w"] > _COLUMNS or min(grid["w"], grid["h"]) < 1:
            yield f"{panel['title']} is outside the grid"
    for one, other in combinations(board["panels"], 2):
        a, b = one["gridPos"], other["gridPos"]
        across = a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
        if across and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]:
            yield f"{one['title']} and {other['title']} overlap"


def _sources(board: Json) -> Iterator[str]:
    uid = provisioned_uid()
    asking = [panel for panel in board["panels"] if panel["type"] != "text"]
    asking += _asking_variables(board)
    asking += [target for panel in board["panels"] for target in panel.get("targets", [])]
    for each in asking:
        if each.get("datasource") != {"type": "prometheus", "uid": uid}:
            yield f"the data source {each.get('datasource')} is not the provisioned one"


def _panel(panel: Json) -> Iterator[str]:
    if panel["type"] not in TYPES:
        yield f"no panel type {panel['type']}"
    if panel["type"] == "text":
        return
    if not panel["title"]:
        yield "no title"
    if not panel.get("description"):
        yield "no description"
    references = [target["refId"] for target in panel["targets"]]
    if len(set(references)) != len(references):
        yield "two queries have one refId"
    yield from _options(panel)
    defaults = panel["fieldConfig"]["defaults"]
    yield from _field(defaults)
    for override in panel["fieldConfig"]["overrides"]:
        for each in override["properties"]:
            if each["id"] not in PROPERTIES:
                yield f"no property {each['id']}"
        yield from _field({each["id"]: each["value"] for each in override["properties"]})


def _options(panel: Json) -> Iterator[str]:
    options = panel["options"]
    shown = [*options.get("reduceOptions", {}).get("calcs", [])]
    shown += options.get("legend", {}).get("calcs", [])
    for calculation in shown:
        if calculation not in CALCULATIONS:
            yield f"no calculation {calculation}"
    for transformation in panel.get("transformations", []):
        if transformation["id"] not in TRANSFORMATIONS:
            yield f"no transformation {transformation['id']}"
    if panel["type"] == "table":
        headings = _headings(panel)
        named = [each["matcher"]["options"] for each in panel["fieldConfig"]["overrides"]]
        for name in (*named, *(each["displayName"] for each in options["sortBy"])):
            if name not in headings:
                yield f"no column {name}"


def _headings(panel: Json) -> set[str]:
    (organize,) = [each for each in panel["transformations"] if each["id"] == "organize"]
    return set(organize["options"]["renameByName"].values())


def _field(config: Json) -> Iterator[str]:
    unit = config.get("unit")
    if unit is not None and unit not in UNITS and not unit.startswith(("suffix:", "prefix:")):
        yield f"no unit {unit}"
    cell = config.get("custom.cellOptions", {}).get("type", "auto")
    if cell not in CELLS:
        yield f"no type of cell {cell}"
    steps = config.get("thresholds", {}).get("steps", [])
    colours = [step["color"] for step in steps]
    colours.append(config.get("color", {}).get("fixedColor") or "text")
    for colour in colours:
        if colour not in COLOURS and not _COLOUR.fullmatch(colour):
            yield f"no colour {colour}"
    if steps and steps[0]["value"] is not None:
        yield "the first threshold does not start at minus infinity"
        return
    values = [step["value"] for step in steps[1:]]
    if values != sorted(values):
        yield "thresholds do not rise"
