"""How rows and lines reach a person or a program: table, JSON or CSV, to the screen or a file.

Text that came from outside is neutralised where it is shown: control characters and terminal
escapes never reach a terminal, and a cell never starts a formula in a spreadsheet. Nothing is
computed here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import click

from ...rules.normalising import INVISIBLE, is_harmful
from .widths import width_of
from .words import Words, words
from .writing import write_whole

FORMATS = ("table", "json", "csv")
MARK = "\ufeff"
"""The byte order mark."""
_PRINTED_AT_ONCE = 200
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LONGEST_WORD = 40
"""Characters of a word of ours that a cell can hold."""
_SENTENCES = frozenset({"reason", "what"})
"""The columns with sentences of other parts, which are in English."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


_MOST_TOLD = 10


def show_rows(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    form: str,
    output: Path | None = None,
    *,
    marked: bool | None = None,
) -> None:
    """Print *rows* as *form* ("table", "json", "csv"), or write them to *output*.

    A table and CSV have *columns*; JSON has every key. The headings of a table, and what stands
    in it that is a word of ours, are in the language of whoever asks. CSV is printed while *rows*
    come, so that there may be any number of them. *marked*: whether CSV begins
    with a byte order mark, by which Excel knows the letters; None: in a file.
    """
    if form == "csv" and output is None:
        click.echo(MARK if marked else "", nl=False)
        _print_csv(rows, columns)
        return
    listed = list(rows)
    text = {"json": _json, "csv": as_csv, "table": table}[form](listed, columns)
    emit(f"{MARK}{text}" if form == "csv" and marked is not False else text, output)


def _print_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    click.echo(_csv([columns]), nl=False)
    coming = iter(rows)
    # Many at once, since click.echo asks what it prints to and flushes each time: of a million
    # lines, one by one, that is a quarter of a minute.
    while some := list(islice(coming, _PRINTED_AT_ONCE)):
        click.echo(_csv(_cells(row, columns) for row in some), nl=False)


def emit(text: str, output: Path | None = None) -> None:
    """Print *text*, or write it to *output*."""
    if output is None:
        click.echo(text.rstrip("\n"))
    else:
        write_whole(output, text if text.endswith("\n") else f"{text}\n")


def say(text: object, err: bool = False) -> None:
    """Print *text*, of one line or several, on standard output or (*err*) standard error."""
    click.echo("\n".join(map(clean, str(text).split("\n"))), err=err)


def clean(value: object) -> str:
    """*value*, a list with commas, as one line of text that does nothing to a terminal; None is
    empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = value if isinstance(value, str) else str(value)
    return _replaced(text, lambda _: "\ufffd")


def few(names: Iterable[object]) -> str:
    """Each of *names* once, as many as fit on a line, and how many more there are."""
    found = [*dict.fromkeys(map(clean, names))]
    left = len(found) - _MOST_TOLD
    more = [words().say("types.more", count=left)] if left > 0 else []
    return ", ".join([*found[:_MOST_TOLD], *more])


def _replaced(line: str, instead: Callable[[str], str]) -> str:
    """*line* with something *instead* of each harmful character."""
    # Nearly always, and a hundred times as fast to say.
    if line.isprintable() and not INVISIBLE.search(line):
        return line
    return "".join(instead(each) if is_harmful(each) else each for each in line)


def _json(rows: Sequence[Mapping[str, Any]], _: Sequence[str]) -> str:
    return as_json(rows)


def as_json(value: Any) -> str:
    """*value* as JSON over several lines."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    # Escaped, harmful characters are the same JSON and do nothing to a terminal.
    lines = (_replaced(line, lambda each: json.dumps(each)[1:-1]) for line in text.split("\n"))
    return "\n".join(lines)


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """*rows* under *columns* for a spreadsheet, the names of the columns first."""
    return _csv([columns, *(_cells(row, columns) for row in rows)])


def _csv(lines: Iterable[Sequence[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(lines)
    return target.getvalue()


def _cells(row: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    return [_cell(row.get(column)) for column in columns]


def _cell(value: object) -> str:
    text = clean(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """*rows* under *columns*, each as wide as it has to be; on a terminal too narrow for that,
    one row below the other, a line for each column."""
    told = words()
    cells = [[_shown(row.get(column), column, told) for column in columns] for row in rows]
    columns = [told.find(f"terminal.columns.{column}") or column for column in columns]
    widths = [
        max([width_of(column), *(width_of(line[number]) for line in cells)])
        for number, column in enumerate(columns)
    ]
    if sys.stdout.isatty() and sum(widths) + 2 * len(widths) > shutil.get_terminal_size().columns:
        return _cards(cells, columns)
    lines = [_line(columns, widths), _line(["─" * width for width in widths], widths)]
    lines += [_line(line, widths) for line in cells]
    return "\n".join(lines)


def _shown(value: object, column: str, told: Words) -> str:
    """*value* in a table: what we have a word for in that word."""
    if isinstance(value, bool):
        return told.say("terminal.cells.yes" if value else "terminal.cells.no")
    if isinstance(value, date):
        return told.day(value)
    if isinstance(value, str) and len(value) <= _LONGEST_WORD:
        if _DAY.fullmatch(value):
            with suppress(ValueError):  # of a document's, which may be none
                return told.day(date.fromisoformat(value))
        found = told.find(f"terminal.cells.{column}.{value}")
        if found:
            return found
    return clean(told.sentence(value) if column in _SENTENCES else value)


def _cards(cells: Sequence[Sequence[str]], columns: Sequence[str]) -> str:
    widest = max(map(width_of, columns))
    return "\n\n".join(
        "\n".join(
            f"{column:<{widest}}  {cell}" for column, cell in zip(columns, row, strict=True) if cell
        )
        for row in cells
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - width_of(cell)) for cell, width in zip(cells, widths, strict=True)
    )
    return "  ".join(padded).rstrip()
