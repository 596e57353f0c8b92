"""Which tasks of a whole unit a letter prints: those that a leader does something about.

The other forms have all of them, and the letter says how many it leaves out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ..columns import TASKS
from ..report import Report, ReportCell, ReportTable
from ..wording import label

SOON = timedelta(days=14)
"""Within what time a date is near."""
LONG = timedelta(days=30)
"""After what time a task without a deadline that nobody has begun is to be looked at."""

_ALWAYS = ("in_progress_past", "not_started_past", "returned_waiting")
_WITHIN = ("in_progress_within", "not_started_within")
_NOT_BEGUN = ("not_started_without_deadline",)
"""How a task stands, by the key of its label."""


def followed(report: Report) -> Report:
    """*report* with those tasks alone that are past their term, due soon, given back and waiting,
    or long not begun without a deadline; numbered anew."""
    return replace(report, tables=tuple(_followed(each, report.as_of) for each in report.tables))


def _followed(table: ReportTable, as_of: date) -> ReportTable:
    if table.key != TASKS:
        return table
    keys = [column.key for column in table.columns]
    kept = [
        (row, id_)
        for row, id_ in zip(table.rows, table.ids, strict=True)
        if _is_followed(dict(zip(keys, row, strict=True)), as_of)
    ]
    place = keys.index("place")
    rows = [(*row[:place], number, *row[place + 1 :]) for number, (row, _) in enumerate(kept, 1)]
    return replace(table, rows=tuple(rows), ids=tuple(id_ for _, id_ in kept))


def _is_followed(cells: dict[str, ReportCell], as_of: date) -> bool:
    status, due, assigned_on = cells["status"], cells["due"], cells["assigned_on"]
    if status in _labels(_ALWAYS):
        return True
    if status in _labels(_WITHIN):
        return isinstance(due, date) and due <= as_of + SOON
    long = isinstance(assigned_on, date) and assigned_on < as_of - LONG
    return long and status in _labels(_NOT_BEGUN)


def _labels(standings: tuple[str, ...]) -> set[str]:
    return {label("status", each) for each in standings}
