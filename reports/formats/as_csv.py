"""A report as CSV: its figures, one a line with the ids that it counts; or one of its tables.

UTF-8 with a byte order mark, so that a spreadsheet opens it as it is. No cell begins a formula and
none holds a character that does something.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from ...rules.wording import harmless
from ..letterhead import Letterhead
from ..outline import figure_label
from ..report import BodyFigures, Report, ReportCell, ReportTable
from ..wording import label, said

_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@")


def write(report: Report, _: Letterhead) -> bytes:
    """The figures of *report*."""
    heads = ("code", "body", "figure", "number")
    rows: list[Sequence[ReportCell]] = [
        (*(said(f"summary.{each}") for each in heads), "key", "detail", "ids")
    ]
    for body in report.bodies:
        rows += _figures(body)
    return _csv(rows)


def write_table(table: ReportTable) -> bytes:
    """One table of a report, its ids in the last column."""
    heads = [label("column", column.key) for column in table.columns]
    rows = ([*row, id_] for row, id_ in zip(table.rows, table.ids, strict=True))
    return _csv([[*heads, "id"], *rows])


def _figures(body: BodyFigures) -> Iterable[Sequence[ReportCell]]:
    for each in body.figures:
        about = (body.code, body.name, figure_label(each), each.number)
        yield (*about, each.key, each.detail, " ".join(each.ids))


def _csv(rows: Iterable[Sequence[ReportCell]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerows([_cell(each) for each in row] for row in rows)
    return (_MARK + target.getvalue()).encode()


def _cell(value: ReportCell) -> str | int:
    if isinstance(value, int):
        return value
    text = "" if value is None else harmless(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
