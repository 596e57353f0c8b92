"""What the charts of a report show: bars of parts, each with its number beside it.

Only what is counted elsewhere in the report is drawn. Bodies stand in the report's order: a chart
must not rank what was not to be ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..report import Figure, Report
from ..wording import label, said

_WIDTH = 600.0
_GREEN, _AMBER, _RED, _BLUE, _GREY, _PALE = (
    "#1a7f37",
    "#d4a72c",
    "#b42318",
    "#3578b5",
    "#8c959f",
    "#d0d7de",
)
_STANDINGS = {
    "done_on_time": _GREEN,
    "done_late": _AMBER,
    "done_without_deadline": "#6fae7e",
    "in_progress_within": _BLUE,
    "not_started_within": "#8fb8de",
    "in_progress_past": _RED,
    "not_started_past": "#e07b6f",
    "in_progress_without_deadline": _GREY,
    "not_started_without_deadline": _PALE,
    "returned_waiting": "#8250df",
    "ended": "#ffffff",
}
_FALLEN = {
    "due_on_time": _GREEN,
    "due_late": _AMBER,
    "due_past": _RED,
    "due_today": _BLUE,
    "due_returned": "#8250df",
    "due_ended": _PALE,
}


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A part of a bar: where it begins, how wide it is, its colour; ``number`` None: it stands for
    no one bar's."""

    label: str
    number: int | None
    colour: str
    start: float = 0.0
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A bar: its ``name`` (empty: it needs none), what it ``told`` to who cannot see it."""

    name: str
    told: str
    segments: Sequence[ChartPart]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one title with one legend."""

    title: str
    bars: Sequence[ChartBar]
    legend: Sequence[ChartPart]


def charts(report: Report) -> list[Chart]:
    """The charts of *report*; none where there is nothing to draw."""
    found = []
    standings = _bar("", report.figures, _STANDINGS)
    if standings.segments:
        title = said("group.standings")
        found.append(Chart(title, [standings], _legend(report.figures, _STANDINGS)))
    bars = [_bar(body.name, body.figures, _FALLEN) for body in report.bodies]
    shown = [each for each in bars if each.segments]
    if shown:
        title = said("group.fallen_due")
        named = (
            shown if len(report.bodies) > 1 else [ChartBar("", shown[0].told, shown[0].segments)]
        )
        found.append(Chart(title, named, _legend(report.figures, _FALLEN)))
    return found


def _legend(figures: Iterable[Figure], colours: dict[str, str]) -> list[ChartPart]:
    numbers = {each.key: each.number for each in figures}
    return [
        ChartPart(label("figure", key), numbers[key], colour)
        for key, colour in colours.items()
        if numbers.get(key)
    ]


def _bar(name: str, figures: Iterable[Figure], colours: dict[str, str]) -> ChartBar:
    numbers = {each.key: each.number for each in figures if each.key in colours}
    whole = sum(numbers.values())
    parts: list[ChartPart] = []
    start = 0.0
    for key, colour in colours.items():
        number = numbers.get(key, 0)
        if number:
            width = number / whole * _WIDTH
            part = ChartPart(label("figure", key), number, colour, round(start, 2), round(width, 2))
            parts.append(part)
            start += width
    told = "; ".join(f"{part.label}: {part.number}" for part in parts)
    if name and parts:
        on_time = numbers.get("due_on_time", 0)
        name = f"{name}: {said('summary.of_due', part=on_time, whole=whole)}"
    return ChartBar(name, f"{name} {told}".strip(), parts)
