"""The kinds of panels that the dashboards are made of, each with the same manners everywhere.

A panel says in its description what its figure means; what it is about to say when there is
nothing is its own to choose, since nothing overdue is good news and no scrape is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.builders import bargauge, common, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import text as text_panel
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as model
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.text import TextMode

from . import look

COUNT, SHARE, SECONDS, DAYS = "none", "percentunit", "s", "suffix:ngày"
"""Units, as Grafana calls them."""
LAST = "lastNotNull"

Panel = Builder[dashboard.Panel]

Place = tuple[int, int, int, int]
"""Of a panel in the grid of 24 columns: column, row, width, height."""
Levels = Sequence[tuple[float | None, str]]


def number(
    title: str,
    description: str,
    place: Place,
    query: prometheus.Dataquery,
    unit: str,
    levels: Levels,
    *,
    empty: str = "Chưa có số liệu",
    decimals: int = 0,
) -> stat.Panel:
    """One large number, on a ground in the colour of its level."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .grid_pos(_grid(place))
        .with_target(query)
        .unit(unit)
        .decimals(decimals)
        .no_value(empty)
        .thresholds(look.levels(*levels))
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS))
        .color_mode(model.BigValueColorMode.BACKGROUND)
        .graph_mode(model.BigValueGraphMode.NONE)
        .reduce_options(common.ReduceDataOptions().calcs([LAST]).values(False))
    )


def bars(
    title: str,
    description: str,
    place: Place,
    query: prometheus.Dataquery,
    unit: str,
    levels: Levels,
    *,
    empty: str = "Không có",
) -> bargauge.Panel:
    """A bar for each series, in the order of the query."""
    return (
        bargauge.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .grid_pos(_grid(place))
        .with_target(query)
        .unit(unit)
        .decimals(0)
        .min(0)
        .no_value(empty)
        .thresholds(look.levels(*levels))
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS))
        .orientation(model.VizOrientation.HORIZONTAL)
        .display_mode(model.BarGaugeDisplayMode.BASIC)
        .show_unfilled(True)
        .reduce_options(common.ReduceDataOptions().calcs([LAST]).values(False))
    )


def lines(
    title: str,
    description: str,
    place: Place,
    queries: Sequence[prometheus.Dataquery],
    unit: str,
    *,
    most: float | None = None,
) -> timeseries.Panel:
    """Lines over the time that is shown, from zero; up to *most* where there is one."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .grid_pos(_grid(place))
        .targets(list(queries))
        .unit(unit)
        .min(0)
        .line_width(2)
        .fill_opacity(8)
        .show_points(model.VisibilityMode.NEVER)
        .color_scheme(build.FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        .legend(
            common.VizLegendOptions()
            .display_mode(model.LegendDisplayMode.TABLE)
            .placement(model.LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs([LAST])
        )
        .tooltip(
            common.VizTooltipOptions()
            .mode(model.TooltipDisplayMode.MULTI)
            .sort(model.SortOrder.DESCENDING)
        )
    )
    return panel if most is None else panel.max(most)


def rows(
    title: str,
    description: str,
    place: Place,
    columns: Sequence[prometheus.Dataquery],
    transformations: Sequence[dashboard.DataTransformerConfig],
    worst_first: str,
    *,
    empty: str = "Không có",
) -> table.Panel:
    """A table of *columns*, sorted by the heading *worst_first*, the largest on top."""
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(look.SOURCE)
        .grid_pos(_grid(place))
        .targets(list(columns))
        .transformations(list(transformations))
        .no_value(empty)
        .thresholds(look.levels((None, look.PLAIN)))
        .sort_by([common.TableSortByFieldState().display_name(worst_first).desc(True)])
        .cell_height(model.TableCellHeight.SM)
        .footer(common.TableFooterOptions().show(False).reducer([]).count_rows(False))
    )


def rename(panel: bargauge.Panel | timeseries.Panel, names: Mapping[str, str]) -> None:
    """Show the series of *panel* by their *names* where they have one."""
    for series, name in names.items():
        panel.override_by_name(
            series, [dashboard.DynamicConfigValue(id_val="displayName", value=name)]
        )


def heading(
    unit: str, levels: Levels = (), decimals: int = 0, *mappings: dashboard.ValueMapping
) -> list[dashboard.DynamicConfigValue]:
    """How a table shows one of its columns: unit, and a coloured ground where it has levels."""
    shown = [
        dashboard.DynamicConfigValue(id_val="unit", value=unit),
        dashboard.DynamicConfigValue(id_val="decimals", value=decimals),
    ]
    if mappings:
        shown.append(dashboard.DynamicConfigValue(id_val="mappings", value=list(mappings)))
    if levels:
        ground = {"type": "color-background", "mode": "basic"}
        shown += [
            dashboard.DynamicConfigValue(id_val="thresholds", value=look.levels(*levels).build()),
            dashboard.DynamicConfigValue(id_val="custom.cellOptions", value=ground),
        ]
    return shown


def words(title: str, place: Place, markdown: str) -> text_panel.Panel:
    """A panel of text."""
    panel = text_panel.Panel().title(title).grid_pos(_grid(place))
    return panel.mode(TextMode.MARKDOWN).content(markdown)


def _grid(place: Place) -> dashboard.GridPos:
    x, y, w, h = place
    return dashboard.GridPos(x=x, y=y, w=w, h=h)
