"""Tables: rows told apart by their labels, a query for each column of figures.

Several queries become one table by Grafana's transformations merge and organize. What a row has
no figure for is said by its column: 0 where there is nothing to count, a dash where there is no
share. A name must never be cut: its column gets what the others leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.builders import common, table
from grafana_foundation_sdk.models import common as model
from grafana_foundation_sdk.models import dashboard

from . import look
from .look import COUNT, SHARE, Levels

Properties = Mapping[str, Any]
_NAME: Properties = {"custom.minWidth": 300}


@dataclass(frozen=True)
class Label:
    """A column that shows a label of the rows."""

    label: str
    heading: str
    shown: Properties


@dataclass(frozen=True)
class Column:
    """A column that shows what *expression* gives now for each row."""

    heading: str
    expression: str
    shown: Properties


def rows(
    title: str,
    description: str,
    labels: Sequence[Label],
    columns: Sequence[Column],
    *,
    empty: str = "Không có",
) -> table.Panel:
    """A table sorted by the first of *columns*, the largest on top."""
    references = [chr(ord("A") + number) for number in range(len(columns))]
    value = "Value #{}" if len(columns) > 1 else "Value"
    names = {each.label: each.heading for each in labels}
    names |= {
        value.format(ref): each.heading for ref, each in zip(references, columns, strict=True)
    }
    panel = (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .targets(
            [
                look.column(each.expression, ref)
                for ref, each in zip(references, columns, strict=True)
            ]
        )
        .transformations(_as_one(names))
        .no_value(empty)
        .thresholds(look.levels(*look.NEUTRAL))
        .sort_by([common.TableSortByFieldState().display_name(columns[0].heading).desc(True)])
        .cell_height(model.TableCellHeight.SM)
        .footer(common.TableFooterOptions().show(False).reducer([]).count_rows(False))
    )
    shown: list[Label | Column] = [*labels, *columns]
    for each in shown:
        panel.override_by_name(
            each.heading,
            [
                dashboard.DynamicConfigValue(id_val=key, value=is_)
                for key, is_ in each.shown.items()
            ],
        )
    return panel


def _as_one(names: Mapping[str, str]) -> list[dashboard.DataTransformerConfig]:
    """The rows of all queries as one table, its columns in the order and with the names given."""
    return [
        dashboard.DataTransformerConfig(id_val="merge", options={}),
        dashboard.DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {"Time": True},
                "indexByName": {name: place for place, name in enumerate(names)},
                "renameByName": dict(names),
            },
        ),
    ]


def body_label() -> list[Label]:
    """Bodies by their names, a click on which offers the dashboard and the page of that body."""
    link = {
        "title": "Xem chi tiết đơn vị",
        "url": f"/d/{look.BODY}?var-body=${{__data.fields.body}}"
        f"&${{{look.UNIT}:queryparam}}&${{__url_time_range}}",
    }
    items = _to_site("don-vi/${__data.fields.body}.html")
    return [
        Label("name", "Đơn vị", {**_NAME, "links": [link, items]}),
        # Hidden and not left out: the link reads it.
        Label("body", "Mã", {"custom.hidden": True}),
    ]


def unit_label(board: str, title: str) -> list[Label]:
    """Units, a click on which opens the dashboard *board* of that unit."""
    url = f"/d/{board}?var-{look.UNIT}=${{__data.fields.dondoc_unit:percentencode}}"
    link = {"title": title, "url": f"{url}&${{__url_time_range}}"}
    return [Label("dondoc_unit", "Địa phương", {**_NAME, "links": [link]})]


def rule_label(page: str | None = None) -> list[Label]:
    """Rules by what they demand, with the article, the regulation and what lateness is by it; a
    click opens *page* of the site, if any."""
    shown: dict[str, Any] = {**_NAME}
    if page is not None:
        shown["links"] = [_to_site(page)]
    return [
        Label("name", "Nội dung", shown),
        Label("regulation", "Văn bản quy định", {"custom.width": 165}),
        Label(
            "lateness",
            "Quá hạn thì",
            {"custom.width": 150, "mappings": [look.words(look.LATENESS)]},
        ),
        Label("rule", "Mã", {"custom.hidden": True}),
    ]


def _to_site(page: str) -> Properties:
    return {
        "title": "Xem từng việc quá hạn",
        "url": f"${{{look.SITE}}}/{page}",
        "targetBlank": True,
    }


def count(width: int, levels: Levels = ()) -> Properties:
    """How a number of obligations is shown: in the colours of its *levels* where it has some."""
    return {**_figure(COUNT, width, "0"), **_coloured(levels)}


def bar(width: int, colour: str) -> Properties:
    """A number of obligations with a bar of its size, from zero to the largest of the column."""
    return {
        **_figure(COUNT, width, "0"),
        "min": 0,
        # Otherwise its size is measured by the largest figure of all columns.
        "fieldMinMax": True,
        "color": {"mode": "thresholds"},
        "thresholds": look.levels((None, look.NONE), (1.0, colour)).build(),
        "custom.cellOptions": {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"},
    }


def share(width: int) -> Properties:
    """A share on time, a bad one in colour."""
    return {
        **_figure(SHARE, width, "–"),
        "decimals": 1,
        **_coloured(((None, look.TEXT), (0.0, look.BAD), (0.8, look.TEXT))),
    }


def days(width: int, decimals: int = 0) -> Properties:
    """A number of days; the heading says of which kind they are."""
    return {**_figure(COUNT, width, "–"), "decimals": decimals}


def _figure(unit: str, width: int, empty: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "decimals": 0,
        "noValue": empty,
        "custom.width": width,
        "custom.align": "right",
    }


def _coloured(levels: Levels) -> dict[str, Any]:
    if not levels:
        return {}
    return {
        "thresholds": look.levels(*levels).build(),
        "custom.cellOptions": {"type": "color-text"},
    }
