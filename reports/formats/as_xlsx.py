"""A report as XLSX: a sheet of figures, one for the bodies, one for each table.

Written row by row, so that tables of any size fit in memory; a table with more rows than a sheet
holds goes on in another, and the first sheet says so. Numbers and days are typed. Texts are always
texts: none is a formula or holds a character that does something.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import UTC, date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ...rules.events import LOCAL
from ...rules.moments import SoFar
from ...rules.wording import harmless
from ..columns import LIGHT
from ..letterhead import Letterhead
from ..outline import figure_label, outline
from ..report import DAY, BodyFigures, Report, ReportCell, ReportTable
from ..shades import SHADES, LightWord
from ..wording import head_lines, label, nothing_line, said, title

MOST_ROWS = 1_048_576
"""The rows of a sheet of Excel."""
_TAKEN_FOR_MORE = ("=", "#")
"""How texts begin that openpyxl would take for formulas or errors."""
_LONGEST = 32_767
"""Characters of a cell of Excel."""
_DAY, _MOMENT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
_WIDTHS = {"place": 6, "content": 60, "cause": 40, "reason": 40, "missing": 40, "inspected": 40}
_OTHER_WIDTH, _NAME_WIDTH = 16, 28
_NAMES = {"lead", "coordinating", "body", "status", "head", "duty"}


_LONGEST_TITLE = 31
"""Characters of the name of a sheet."""


_FILLS = {
    colour: PatternFill("solid", fgColor=f"FF{shade.light}") for colour, shade in SHADES.items()
}
"""Of the cell of a light, by its colour."""


def write(report: Report, letterhead: Letterhead) -> bytes:
    """*report* as a workbook."""
    book = Workbook(write_only=True)
    made = report.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = made
    book.properties.creator = harmless(letterhead.organ or report.unit)[:255]
    book.properties.title = harmless(title(report))[:255]
    _figures(book, report)
    if len(report.bodies) > 1:
        _bodies(book, report.bodies)
    for table in report.tables:
        for name, rows in _sheets(table):
            sheet = book.create_sheet(name)
            _fill(sheet, table, rows)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _figures(book: Workbook, report: Report) -> None:
    """The first sheet: what the report is, and the figures of all its bodies together."""
    sheet = book.create_sheet(said("summary.sheet"))
    sheet.column_dimensions["A"].width = _WIDTHS["content"]
    sheet.append([_bold(sheet, title(report))])
    for line in (*head_lines(report), said("summary.method")):
        sheet.append([_text(sheet, line)])
    for table in report.tables:
        names = [name for name, _ in _sheets(table)]
        for name in names[1:]:
            told = {"table": label("table", table.key), "rows": len(table.rows), "sheet": name}
            sheet.append([_text(sheet, said("summary.more", **told))])
    if empty := nothing_line(report):
        sheet.append([_bold(sheet, empty)])
    sheet.append([])
    sheet.append([_bold(sheet, said(f"summary.{each}")) for each in ("figure", "number")])
    for heading, lines in outline(report.figures):
        sheet.append([_bold(sheet, heading)])
        for each in lines:
            sheet.append([_text(sheet, "    " * each.level + each.label), each.figure.number])


def _bodies(book: Workbook, bodies: Sequence[BodyFigures]) -> None:
    """A row for each body, a column for each figure."""
    keys = dict.fromkeys((each.key, each.detail) for body in bodies for each in body.figures)
    labels = {
        (each.key, each.detail): figure_label(each) for body in bodies for each in body.figures
    }
    sheet = book.create_sheet(label("table", "bodies"))
    heads = [said("summary.code"), said("summary.body"), *(labels[key] for key in keys)]
    _begin(sheet, heads, [10, _NAME_WIDTH, *[_OTHER_WIDTH] * len(keys)], len(bodies))
    for body in bodies:
        numbers = {(each.key, each.detail): each.number for each in body.figures}
        named = [_text(sheet, body.code), _text(sheet, body.name)]
        sheet.append([*named, *(numbers.get(key, 0) for key in keys)])


def _sheets(table: ReportTable) -> Iterator[tuple[str, range]]:
    """The names of the sheets of *table*, each with the places of its rows."""
    at_once = MOST_ROWS - 1
    name = label("table", table.key)
    for number, start in enumerate(range(0, max(len(table.rows), 1), at_once), 1):
        rows = range(start, min(start + at_once, len(table.rows)))
        yield (_sheet_title(name) if number == 1 else f"{name[:25]} ({number})"), rows


def _sheet_title(name: str) -> str:
    """*name*, or as many words of it as the name of a sheet takes."""
    if len(name) <= _LONGEST_TITLE:
        return name
    return name[: _LONGEST_TITLE + 1].rpartition(" ")[0] or name[:_LONGEST_TITLE]


def _fill(sheet: Any, table: ReportTable, rows: range) -> None:
    heads = [label("column", column.key) for column in table.columns]
    widths = [_width(column.key) for column in table.columns]
    _begin(sheet, heads, widths, len(rows))
    # One cell for each column that needs one, given to the sheet again and again: it writes what it
    # is given. A cell costs the most of what a sheet does.
    cells = [_prepared(sheet, column.key, column.kind) for column in table.columns]
    risky = WriteOnlyCell(sheet)
    for place in rows:
        row = zip(cells, table.rows[place], strict=True)
        # One after another: each is written before the next is put into the same cell.
        sheet.append(_written(cell, value, risky) for cell, value in row)


def _written(cell: Any, value: ReportCell, risky: Any) -> Any:
    """*value* as it is, where openpyxl takes it for what it is; otherwise in *cell*, which has a
    look of its own, or in *risky*, which has none."""
    if value is None or isinstance(value, int):
        return value
    shown = _fitting(value) if isinstance(value, str) else value
    if cell is None and isinstance(shown, str) and not shown.startswith(_TAKEN_FOR_MORE):
        return shown
    used = risky if cell is None else cell
    if isinstance(value, LightWord):
        _look_otherwise(used)
        used.fill = _FILLS[value.colour]
    _put(used, shown)
    return used


def _begin(sheet: Any, heads: Iterable[str], widths: Sequence[int], rows: int) -> None:
    """The first row: it stays where it is, and each column can be filtered by it."""
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{rows + 1}"
    sheet.append([_bold(sheet, head) for head in heads])


def _width(key: str) -> int:
    return _WIDTHS.get(key, _NAME_WIDTH if key in _NAMES else _OTHER_WIDTH)


def _prepared(sheet: Any, key: str, kind: str) -> Any:
    """A cell with the look of a column; None where that has none."""
    if kind == DAY:
        cell = WriteOnlyCell(sheet)
        cell.number_format = _DAY
        return cell
    if key == LIGHT:
        return WriteOnlyCell(sheet)
    if _width(key) < _WIDTHS["cause"]:
        return None
    cell = WriteOnlyCell(sheet)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _put(cell: Any, value: ReportCell) -> None:
    """Have *cell* hold *value*: a text as a text, where openpyxl's own way would make a formula."""
    if isinstance(value, str):
        cell._value, cell.data_type = value, "s"
    elif isinstance(value, date):
        at = value.at if isinstance(value, SoFar) else None
        shown = value if at is None else at.astimezone(LOCAL).replace(tzinfo=None)
        cell._value, cell.data_type = shown, "d"
        look = _DAY if at is None else _MOMENT
        if cell.number_format != look:
            _look_otherwise(cell)
            cell.number_format = look
    else:
        cell._value, cell.data_type = value, "n"


def _look_otherwise(cell: Any) -> None:
    """Let *cell* have another look than what was written with it: the book keeps that look itself,
    and no copy of it."""
    cell._style = copy(cell._style)


def _fitting(text: str) -> str:
    """*text* as it may be shown, and as much of it as a cell takes."""
    shown = harmless(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet)
    shown = _fitting(text)
    _put(cell, shown)
    # What stands below another is set in; its blanks are no words of anybody's.
    cell._value = " " * (len(text) - len(text.lstrip())) + shown
    return cell


def _bold(sheet: Any, text: str) -> Any:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
