"""In which groups and under which headings the figures of a report stand, whatever its form.

A figure belongs to one group; within it those that are parts of another stand below that. What a
form makes of it (lines, cells, marks) is its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .report import Figure
from .wording import label, said

_STANDINGS = (
    *("done_on_time", "done_late", "done_without_deadline"),
    *("in_progress_within", "in_progress_past", "in_progress_without_deadline"),
    *("not_started_within", "not_started_past", "not_started_without_deadline"),
    *("returned_waiting", "ended"),
)
_FALLEN = ("due_on_time", "due_late", "due_past", "due_today", "due_returned", "due_ended")

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("flow", ("held", "carried_over", "assigned", "without_deadline")),
    ("standings", _STANDINGS),
    ("fallen_due", ("fell_due", *_FALLEN, "first_fell_due", "first_on_time")),
    (
        "beside",
        (
            *("returned", "difficulties", "difficulties_answered"),
            *("disputed", "extended", "moves", "extensions", "coordinated"),
        ),
    ),
    ("reporting", ("reports_due", "reports_on_time", "reports_late", "reports_missing")),
    ("breaching", ("breaches", "breach")),
    (
        "inspecting",
        (
            *("inspections_decided", "inspections_scheduled", "inspections_ad_hoc"),
            *("inspections_ended", "dossiers_complete", "dossiers_incomplete"),
            *("results_due", "results_on_time", "results_late", "results_missing"),
        ),
    ),
)
"""The groups in their order, each with its keys; its heading is ``[group]`` of the texts."""

_WHOLES = {
    *("held", "fell_due", "first_fell_due", "reports_due", "breaches", "inspections_decided"),
    *("inspections_ended", "results_due"),
}
"""What stands above its parts."""
_ALONE = {
    *(*_STANDINGS, "returned", "difficulties", "disputed", "extended", "moves", "extensions"),
    "coordinated",
}


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A figure under its ``label``; ``level`` 1 for a part of one above it, otherwise 0."""

    label: str
    figure: Figure
    level: int


def outline(figures: Sequence[Figure]) -> Iterator[tuple[str, list[OutlineLine]]]:
    """The groups of *figures*, each with its heading; without those that have no figure."""
    for group, keys in GROUPS:
        lines = [
            OutlineLine(figure_label(figure), figure, 0 if key in _WHOLES | _ALONE else 1)
            for key in keys
            for figure in figures
            if figure.key == key
        ]
        if lines:
            yield label("group", group), lines


def figure_label(figure: Figure) -> str:
    """What *figure* is called: of one with a detail that too."""
    if figure.detail:
        return said(f"figure.{figure.key}", detail=figure.detail)
    return label("figure", figure.key)
