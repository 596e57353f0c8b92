"""Which tables a report can have, and their columns, whatever it is about.

A column is known by the key of its label, `[column]` of the texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .report import DAY, NUMBER, ReportCell, ReportColumn, ReportTable

TASKS, MOVED, RETURNS = "tasks", "moves", "returns"
DIFFICULTIES, BREACHES = "difficulties", "breaches"
INSPECTIONS, SNOOZES = "inspections", "snoozes"

LIGHT = "light"
_ABOUT = ("content", "symbol", "issued_on")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    TASKS: (
        *("place", *_ABOUT, "due", "lead", "coordinating", "status", "light", "days_late"),
        *("head", "assigned_on", "done_on", "first_due", "extensions"),
    ),
    MOVED: ("place", *_ABOUT, "lead", "old_due", "new_due", "moved_on"),
    DIFFICULTIES: ("place", *_ABOUT, "lead", "told_on", "cause", "answered_on"),
    RETURNS: ("place", *_ABOUT, "lead", "told_on", "reason", "answered_on"),
    INSPECTIONS: (
        *("place", "symbol", "form", "lead", "inspected", "ended_on", "due", "done_on"),
        *("status", "missing", "head"),
    ),
    SNOOZES: (
        *("place", *_ABOUT, "duty", "due", "body"),
        *("snoozed_until", "snooze_reason", "snoozed_by", "lifted_on"),
    ),
    BREACHES: ("place", "cite", "duty", *_ABOUT, "due", "body", "since", "status", "head"),
}
"""The columns of each table, in its order, by the key of their labels."""
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("place", "days_late", "extensions"), NUMBER),
    **dict.fromkeys(("issued_on", "due", "first_due", "old_due", "new_due", "moved_on"), DAY),
    **dict.fromkeys(("snoozed_until", "lifted_on"), DAY),
    **dict.fromkeys(("told_on", "answered_on", "since", "assigned_on", "done_on", "ended_on"), DAY),
}
"""What the cells of a column are, where they are no text."""


def table(
    key: str,
    rows: Iterable[Mapping[str, ReportCell]],
    ids: Iterable[str],
    *,
    lit: bool = False,
) -> ReportTable:
    """The table *key* of *rows*, its columns as `COLUMNS` has them; that of lights only where there
    are some (*lit*)."""
    columns = [each for each in COLUMNS[key] if lit or each != LIGHT]
    return ReportTable(
        key=key,
        columns=tuple(ReportColumn(each, KINDS.get(each, "text")) for each in columns),
        rows=tuple(tuple(row.get(each) for each in columns) for row in rows),
        ids=tuple(ids),
    )
