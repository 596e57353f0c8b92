"""The dashboards fit the types that Grafana publishes, panel by panel.

The schemas are made from `@grafana/schema` by tests/fixtures/grafana: `npm ci && npm run build`
there writes them anew. They say nothing of what Grafana's types leave open: queries,
transformations, the values of overrides, names of units and calculations.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

TESTS = Path(__file__).parents[1]
Json = dict[str, Any]


def _read(folder: Path, suffix: str) -> dict[str, Json]:
    return {
        path.name.removesuffix(suffix): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob(f"*{suffix}"))
    }


BOARDS = _read(TESTS.parent / "deploy" / "grafana" / "json", ".json")
SCHEMAS = _read(TESTS / "fixtures" / "grafana", ".schema.json")


# The SDK writes them into every variable; Grafana's types have them nowhere, and it reads them of
# variables of intervals alone.
_OF_INTERVALS = frozenset({"auto", "auto_count", "auto_min"})


def faults(board: Json) -> list[str]:
    """What the schemas refuse in a dashboard and in each of its panels, one line each."""
    variables = [
        {key: value for key, value in variable.items() if key not in _OF_INTERVALS}
        for variable in board["templating"].get("list", [])
    ]
    board = {**board, "templating": {"list": variables}}
    pieces = [("dashboard", board), *((panel["type"], panel) for panel in board["panels"])]
    return [
        f"{piece['title']}: {error.json_path}: {error.message}"
        for kind, piece in pieces
        for error in Draft7Validator(SCHEMAS[kind]).iter_errors(piece)
    ]


def _panel(board: Json, kind: str) -> Json:
    found: Json = next(panel for panel in board["panels"] if panel["type"] == kind)
    return found


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_and_each_of_its_panels_fit_the_types_that_grafana_publishes(name: str) -> None:
    assert faults(BOARDS[name]) == []


def test_there_is_a_schema_for_every_type_of_panel_in_use_and_for_no_other() -> None:
    used = {panel["type"] for board in BOARDS.values() for panel in board["panels"]}
    assert set(SCHEMAS) == used | {"dashboard"}
    for schema in SCHEMAS.values():
        Draft7Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("mutate", "place"),
    [
        (lambda board: board.update(refresh=60), "$.refresh"),
        (lambda board: board["templating"]["list"][0].update(refresh="2"), "$.templating.list[0]"),
        (lambda board: board["time"].update(since="now-7d"), "$.time"),
        (lambda board: _panel(board, "stat").update(colour="red"), "$"),
        (lambda board: _panel(board, "stat")["gridPos"].update(w="6"), "$.gridPos.w"),
        (lambda board: _panel(board, "stat")["options"].update(graphMode="bars"), "$.options"),
        (
            lambda board: _panel(board, "stat")["fieldConfig"]["defaults"].update(unit=1),
            "$.fieldConfig.defaults.unit",
        ),
        (lambda board: _panel(board, "bargauge")["options"].update(valueMode="none"), "$.options"),
        (
            lambda board: _panel(board, "timeseries")["fieldConfig"]["defaults"]["custom"].update(
                lineWidth="2"
            ),
            "$.fieldConfig.defaults.custom.lineWidth",
        ),
        (lambda board: _panel(board, "timeseries")["options"].update(legende={}), "$.options"),
        (lambda board: _panel(board, "table")["options"].update(sortBy="Tên"), "$.options.sortBy"),
        (lambda board: _panel(board, "text")["options"].update(mode="latex"), "$.options.mode"),
    ],
)
def test_a_dashboard_that_does_not_fit_is_found_where_it_does_not(
    mutate: Callable[[Json], object], place: str
) -> None:
    board = copy.deepcopy(BOARDS["body"])
    mutate(board)
    found = faults(board)
    assert any(f": {place}" in line for line in found), found
