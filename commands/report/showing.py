"""A report on a terminal: its figures in groups, a line for each body, what is late.

It fits the width that there is, 80 columns where nobody knows. The words are those of the report,
which is Vietnamese; what came from outside is made harmless as everywhere on a terminal.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from ...reports.outline import outline
from ...reports.report import BodyFigures, Figure, Report, ReportCell
from ...reports.wording import head_lines, label, nothing_line, said, short_date, title
from ..terminal.presentation import clean

MOST_LATE = 20
"""Tasks that are late, of those that are shown."""
_WIDEST, _NARROWEST, _NUMBER = 100, 20, 8
_OF_BODIES: tuple[str, ...] = (
    *("held", "done_on_time", "done_late", "past"),
    *("fell_due", "due_on_time", "breaches"),
)
_OF_INSPECTIONS: tuple[str, ...] = (
    *("inspections_decided", "inspections_ended", "results_due", "results_on_time"),
    *("results_late", "dossiers_complete"),
)


def shown(report: Report) -> str:
    """*report* as lines for a terminal."""
    width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    lines = [*_wrapped(title(report).upper(), width, ""), ""]
    for line in head_lines(report):
        lines += _wrapped(line, width, "")
    if empty := nothing_line(report):
        lines += ["", empty]
    for heading, figures in outline(report.figures):
        lines += ["", heading]
        for each in figures:
            lines.append(_figure(each.label, each.figure, each.level, width))
    if len(report.bodies) > 1:
        lines += ["", label("table", "bodies"), *_bodies(report.bodies, width)]
    lines += _late(report, width)
    return "\n".join(lines)


def _figure(name: str, figure: Figure, level: int, width: int) -> str:
    """A figure in a line, its number at the right."""
    begins, number = "  " * (level + 1), str(figure.number)
    room = min(width, 72) - len(begins) - len(number) - 2
    text = _cut(name, room)
    return f"{begins}{text} {'.' * (room - cells_of(text))} {number}"


def _bodies(bodies: Sequence[BodyFigures], width: int) -> Iterator[str]:
    """A line for each body with the figures that are compared."""
    there = {each.key for each in bodies[0].figures}
    keys = _OF_BODIES if "held" in there else _OF_INSPECTIONS
    keys = keys[-max((width - _NARROWEST) // _NUMBER, 1) :]
    room = width - _NUMBER * len(keys)
    heads = [list(_wrapped(label("short", key), _NUMBER - 1, "")) for key in keys]
    for place in range(max(map(len, heads))):
        cells = [head[place] if place < len(head) else "" for head in heads]
        yield _row("", cells, room)
    yield "─" * width
    for body in bodies:
        numbers = {each.key: each.number for each in body.figures if not each.detail}
        numbers["past"] = numbers.get("in_progress_past", 0) + numbers.get("not_started_past", 0)
        yield _row(body.name, [str(numbers[key]) for key in keys], room)


def _row(name: str, cells: Iterable[str], room: int) -> str:
    text = _cut(clean(name), room - 1)
    numbers = "".join(" " * (_NUMBER - cells_of(cell)) + cell for cell in cells)
    return f"{text}{' ' * (room - cells_of(text))}{numbers}".rstrip()


def _late(report: Report, width: int) -> Iterator[str]:
    """What is past its term still, the first of them with what they are about."""
    tasks = next((table for table in report.tables if table.key == "tasks"), None)
    if tasks is None:
        return
    keys = [column.key for column in tasks.columns]
    past = {label("status", f"{begun}_past") for begun in ("in_progress", "not_started")}
    late = [dict(zip(keys, row, strict=True)) for row in tasks.rows]
    late = [row for row in late if row["status"] in past]
    if not late:
        return
    yield from ("", said("summary.late_title", number=len(late)))
    for row in late[:MOST_LATE]:
        told = {key: _text(value) for key, value in row.items()}
        symbol = told["symbol"] and f"{told['symbol']}: "
        first = said(
            "summary.late_first", place=told["place"], symbol=symbol, content=told["content"]
        )
        yield _cut(first, width)
        facts = said(
            "summary.late_facts",
            lead=told["lead"],
            due=told["due"],
            days=told["days_late"],
            status=told["status"].lower(),
        )
        yield from _wrapped(facts, width, "   ")
    if len(late) > MOST_LATE:
        yield said("summary.late_more", number=len(late) - MOST_LATE)


def _text(value: ReportCell) -> str:
    if value is None or isinstance(value, (str, int)):
        return clean(value)
    return short_date(value)


def _wrapped(text: str, width: int, begins: str) -> Iterator[str]:
    """*text* in lines of at most *width*, between words."""
    line = begins
    for word in clean(text).split():
        more = f"{line} {word}" if line.strip() else f"{line}{word}"
        if cells_of(more) > width and line.strip():
            yield line
            more = f"{begins}{word}"
        line = more
    yield line


def _cut(text: str, width: int) -> str:
    """*text*, or as much of it as *width* takes with "…" behind it."""
    if cells_of(text) <= width:
        return text
    kept, taken = "", 0
    for each in text:
        taken += cells_of(each)
        if taken > width - 1:
            break
        kept += each
    return f"{kept.rstrip()}…"


def cells_of(text: str) -> int:
    """How many columns of a terminal *text* takes: two for what is wide, none for what combines."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )
