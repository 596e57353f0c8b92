"""The kinds of panels that the dashboards are made of, each with the same manners everywhere.

A panel says in its description what its figure means; what it is about to say when there is
nothing is its own to choose, since nothing overdue is good news and no scrape is not. Tables are
in tables.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from grafana_foundation_sdk.builders import bargauge, common, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import text as text_panel
from grafana_foundation_sdk.models import common as model
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.text import TextMode

from . import look
from .look import COUNT, LAST, Levels

Panel: TypeAlias = stat.Panel | bargauge.Panel | timeseries.Panel | table.Panel | text_panel.Panel


def row(
    board: build.Dashboard, top: int, height: int, *panels: tuple[int, Panel], left: int = 0
) -> None:
    """Put *panels*, each with its width, side by side into the grid of 24 columns."""
    for width, panel in panels:
        panel.grid_pos(dashboard.GridPos(x=left, y=top, w=width, h=height))
        board.with_panel(panel)
        left += width


def number(
    title: str,
    description: str,
    query: str,
    unit: str = COUNT,
    levels: Levels = look.NEUTRAL,
    *,
    ground: bool = False,
    empty: str = "Chưa có số liệu",
    decimals: int = 0,
) -> stat.Panel:
    """One large number in the colour of its level; on a *ground* of it where it is the alarm."""
    mode = model.BigValueColorMode.BACKGROUND_SOLID if ground else model.BigValueColorMode.VALUE
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .with_target(look.now(query))
        .unit(unit)
        .decimals(decimals)
        .no_value(empty)
        .thresholds(look.levels(*levels))
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS))
        .color_mode(mode)
        .graph_mode(model.BigValueGraphMode.NONE)
        .text_mode(model.BigValueTextMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs([LAST]).values(False))
    )


def bars(
    title: str,
    description: str,
    queries: Sequence[prometheus.Dataquery],
    *,
    colours: Mapping[str, str] | None = None,
    empty: str = "Không có",
) -> bargauge.Panel:
    """A bar for each series, in the order of the queries; grey where it has no colour or is 0."""
    panel = (
        bargauge.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .targets(list(queries))
        .unit(COUNT)
        .decimals(0)
        .min(0)
        .no_value(empty)
        .thresholds(look.levels((None, look.PLAIN)))
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS))
        .orientation(model.VizOrientation.HORIZONTAL)
        .display_mode(model.BarGaugeDisplayMode.BASIC)
        .name_placement(model.BarGaugeNamePlacement.TOP)
        .sizing(model.BarGaugeSizing.MANUAL)
        .min_viz_height(16)
        .max_viz_height(36)
        .text(common.VizTextDisplayOptions().title_size(13).value_size(16))
        .show_unfilled(True)
        .reduce_options(common.ReduceDataOptions().calcs([LAST]).values(False))
    )
    for series, colour in (colours or {}).items():
        levels = look.levels((None, look.PLAIN), (1.0, colour))
        _override(panel, series, "thresholds", levels.build())
    return panel


def lines(
    title: str,
    description: str,
    queries: Sequence[prometheus.Dataquery],
    unit: str,
    *,
    colours: Mapping[str, str],
) -> timeseries.Panel:
    """Lines over the time that is shown, from zero; a share from a half where none is less."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .targets(list(queries))
        .unit(unit)
        .line_width(2)
        .fill_opacity(0)
        .show_points(model.VisibilityMode.NEVER)
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        .legend(
            common.VizLegendOptions()
            .display_mode(model.LegendDisplayMode.LIST)
            .placement(model.LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs([])
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(model.TooltipDisplayMode.MULTI)
            .sort(model.SortOrder.DESCENDING)
        )
    )
    for series, colour in colours.items():
        _override(panel, series, "color", {"mode": "fixed", "fixedColor": colour})
    return panel.axis_soft_min(0.5).max(1) if unit == look.SHARE else panel.min(0)


def words(title: str, markdown: str) -> text_panel.Panel:
    """A panel of text; without a title it stands on the page as it is."""
    panel = text_panel.Panel().title(title).mode(TextMode.MARKDOWN).content(markdown)
    return panel if title else panel.transparent(True)


def rename(panel: bargauge.Panel | timeseries.Panel, names: Mapping[str, str]) -> None:
    """Show the series of *panel* by their *names* where they have one."""
    for series, name in names.items():
        _override(panel, series, "displayName", name)


def _override(
    panel: bargauge.Panel | timeseries.Panel, series: str, key: str, value: object
) -> None:
    panel.override_by_name(series, [dashboard.DynamicConfigValue(id_val=key, value=value)])
