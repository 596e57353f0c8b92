"""The bodies of a report side by side: the figures that people compare, with those of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..report import Figure, Report
from ..wording import label, said

_SHORT = (
    *("held", "assigned", "done_on_time", "done_late", "past", "fell_due", "due_on_time"),
    "breaches",
)
_OF_INSPECTIONS = ("inspections_decided", "inspections_ended", "results_due", "results_late")


def compared(report: Report) -> tuple[list[str], list[tuple[str | int, ...]]]:
    """The heads of the table, and a row for each body of *report*; the last is of all of them."""
    inspecting = any(each.key in _OF_INSPECTIONS for each in report.figures)
    keys = _OF_INSPECTIONS if inspecting else _SHORT
    section = "figure" if inspecting else "short"
    heads = [said("summary.body"), *(label(section, key) for key in keys)]
    rows: list[tuple[str | int, ...]] = [
        (body.name, *_numbers(body.figures, keys)) for body in report.bodies
    ]
    return heads, [*rows, (said("summary.whole"), *_numbers(report.figures, keys))]


def _numbers(figures: Sequence[Figure], keys: Iterable[str]) -> list[int]:
    numbers = {each.key: each.number for each in figures if not each.detail}
    numbers["past"] = numbers.get("in_progress_past", 0) + numbers.get("not_started_past", 0)
    return [numbers.get(key, 0) for key in keys]
