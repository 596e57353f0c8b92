"""A report as JSON: every figure with its ids, every table with the keys of its columns."""

from __future__ import annotations

import json
from typing import Any

from ...rules.moments import SoFar, moment_text
from ..letterhead import Letterhead
from ..report import Figure, Report, ReportCell, ReportTable


def write(report: Report, _: Letterhead) -> bytes:
    """*report* as one JSON object, UTF-8."""
    text = json.dumps(as_object(report), ensure_ascii=False, indent=1, default=str)
    return f"{_harmless(text)}\n".encode()


def _harmless(text: str) -> str:
    """*text* with escapes for what does something to a terminal; as JSON it is the same."""
    if text.replace("\n", "").isprintable():
        return text
    shown = (each.isprintable() or each == "\n" for each in text)
    return "".join(
        each if seen else json.dumps(each)[1:-1] for each, seen in zip(text, shown, strict=True)
    )


def as_object(report: Report) -> dict[str, Any]:
    """*report* with days as "YYYY-MM-DD" and times in ISO 8601."""
    period = report.period
    return {
        "kind": report.kind,
        "period": {
            "name": period.name or None,
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
        },
        "as_of": report.as_of.isoformat(),
        "so_far": report.so_far,
        "known_at": report.known_at.isoformat(),
        "made_at": report.made_at.isoformat(),
        "unit": report.unit,
        "body": report.body,
        "ranked": report.ranked,
        "archived": report.archived,
        "figures": [_figure(each) for each in report.figures],
        "bodies": [
            {
                "code": body.code,
                "name": body.name,
                "head": body.head,
                "figures": [_figure(each) for each in body.figures],
            }
            for body in report.bodies
        ],
        "tables": {table.key: _rows(table) for table in report.tables},
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "detail": figure.detail or None,
        "number": figure.number,
        "ids": list(figure.ids),
    }


def _rows(table: ReportTable) -> list[dict[str, Any]]:
    keys = [column.key for column in table.columns]
    return [
        {**_cells(dict(zip(keys, row, strict=True))), "id": id_ or None}
        for row, id_ in zip(table.rows, table.ids, strict=True)
    ]


def _cells(cells: dict[str, ReportCell]) -> dict[str, Any]:
    """*cells* by column, behind each due date the moment of it, null where it ends with the day."""
    found: dict[str, Any] = {}
    for key, cell in cells.items():
        found[key] = cell
        if key == "due":
            found["due_at"] = moment_text(cell.at) if isinstance(cell, SoFar) else None
    return found
