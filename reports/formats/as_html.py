"""A report as one HTML file that needs no other: it prints on A4, and reads without its script.

What it says is put together here as values; how that becomes HTML is the templates' alone. Each
figure opens to what it counts, as far as a person can read that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..columns import LIGHT
from ..html.making import page
from ..html.tables import DAY as PAGE_DAY
from ..html.tables import NUMBER as PAGE_NUMBER
from ..html.tables import TEXT as PAGE_TEXT
from ..html.tables import PageCell, PageColumn, PageTable
from ..letterhead import Letterhead
from ..outline import outline
from ..report import DAY, NUMBER, Figure, Report, ReportCell, ReportTable
from ..shades import SHADES, LightWord
from ..wording import day_cell, head_lines, label, nothing_line, said, title
from .charts import charts
from .comparing import compared

_MOST_LINKS = 200
"""Of what a figure counts; JSON and CSV have all."""
_KINDS = {DAY: PAGE_DAY, NUMBER: PAGE_NUMBER}
_NAMES_ROW = ("content", "inspected", "duty")
_TABLES = {
    **dict.fromkeys(("breaches", "breach"), "breaches"),
    **dict.fromkeys(("moves", "extended"), "moves"),
    **dict.fromkeys(("difficulties", "difficulties_answered"), "difficulties"),
    "returned": "returns",
    **dict.fromkeys(("results_due", "results_on_time", "results_late"), "inspections"),
    "results_missing": "inspections",
}
"""Where what a figure counts has its row, if not among the tasks."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """What a figure counts: its ``text``, and ``href`` where it has a row on the page."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A figure on a page: ``links`` are what it counts, ``more`` says how many are left out."""

    label: str
    number: int
    level: int
    links: Sequence[PageLink]
    more: str


def write(report: Report, _: Letterhead) -> bytes:
    """*report* as one page."""
    rows = {table.key: _symbols(table) for table in report.tables}
    groups = [
        (heading, [_figure(line.figure, line.label, line.level, rows) for line in lines])
        for heading, lines in outline(report.figures)
    ]
    tables = [(label("table", "bodies"), each) for each in _bodies(report)]
    tables += [(label("table", each.key), _table(each)) for each in report.tables]
    words = {key: said(f"summary.{key}") for key in ("figure", "number", "method", "made_by")}
    text = page(
        "report.html",
        sortable=True,
        shades=SHADES if any(each.has(LIGHT) for each in report.tables) else None,
        title=title(report),
        lines=head_lines(report),
        empty=nothing_line(report),
        charts=charts(report),
        groups=groups,
        tables=tables,
        words=words,
    )
    return text.encode()


def _symbols(table: ReportTable) -> dict[str, str]:
    """What a link to each row of *table* is called: the document's symbol, or the row's place."""
    keys = [column.key for column in table.columns]
    at = keys.index("symbol")
    return {
        id_: str(row[at] or row[0]) for id_, row in zip(table.ids, table.rows, strict=True) if id_
    }


def _figure(
    figure: Figure, name: str, level: int, rows: Mapping[str, Mapping[str, str]]
) -> PageFigure:
    key = _TABLES.get(figure.key, "tasks")
    there = rows.get(key, {})
    ids = list(dict.fromkeys(figure.ids))
    links = [
        PageLink(there[id_], f"#{key}-{id_}") if id_ in there else PageLink(id_)
        for id_ in ids[:_MOST_LINKS]
    ]
    left = len(ids) - len(links)
    more = said("summary.links_more", number=left) if left else ""
    return PageFigure(name, figure.number, level, links, more)


def _table(table: ReportTable) -> PageTable:
    columns = [
        PageColumn(label("column", column.key), _KINDS.get(column.kind, PAGE_TEXT))
        for column in table.columns
    ]
    keys = [column.key for column in table.columns]
    header = next((keys.index(each) for each in _NAMES_ROW if each in keys), 0)
    return PageTable(
        caption=said("summary.rows", number=len(table.rows)),
        columns=columns,
        rows=[[_cell(value) for value in row] for row in table.rows],
        empty="",
        header=header,
        anchors=_anchors(table),
    )


def _anchors(table: ReportTable) -> list[str]:
    """By what name each row can be led to; the first of several about one thing alone."""
    seen: set[str] = set()
    anchors = []
    for id_ in table.ids:
        anchors.append(f"{table.key}-{id_}" if id_ and id_ not in seen else "")
        seen.add(id_)
    return anchors


def _cell(value: ReportCell) -> PageCell:
    if isinstance(value, date):
        return PageCell(day_cell(value), key=value.isoformat())
    if isinstance(value, LightWord):
        return PageCell("", light=value, colour=value.colour)
    return PageCell("" if value is None else str(value))


def _bodies(report: Report) -> Iterable[PageTable]:
    """One row for each body, where there are several: what people compare."""
    if len(report.bodies) < 2:
        return
    heads, rows = compared(report)
    columns = [PageColumn(heads[0]), *(PageColumn(head, PAGE_NUMBER) for head in heads[1:])]
    cells = [[PageCell(str(each)) for each in row] for row in rows]
    caption = said("summary.rows", number=len(report.bodies))
    yield PageTable(caption, columns, cells[:-1], "", foot=cells[-1])
