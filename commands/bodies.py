"""`dondoc bodies`: the directory of bodies, and whether one can be used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..rules.body import Body
from ..rules.directory import Directory
from .assembly.clock import today
from .assembly.loading import load_directory
from .terminal.documented import ActingGroup
from .terminal.fitted import Column, fitted, present, room
from .terminal.options import Context, format_chosen, format_option, in_context, output_option
from .terminal.presentation import say, show_rows
from .terminal.words import words
from .terminal.writing import refuse_as_output

COLUMNS = (
    *("code", "name", "kind", "head", "emails", "copies", "mail"),
    *("valid_from", "valid_to", "valid", "successors"),
)


@click.group("bodies", cls=ActingGroup)
@click.option("--body")
@format_option
@output_option
@in_context
def command(context: Context, body: str | None, form: str, output: Path | None) -> None:
    """The directory of bodies."""
    # What looks into a database is not loaded for `bodies check`.
    from .assembly.application import require_directory  # noqa: PLC0415
    from .terminal.finding import body_called  # noqa: PLC0415

    form = format_chosen(form, output)
    refuse_as_output(output, context.settings.files)
    directory = require_directory(context.settings, context.database)
    code = body and body_called(directory, body)
    rows = [_row(each) for each in _periods(directory) if code in (None, each.code)]
    if form == "table":
        present([_table(rows, None if output else room())], output)
    else:
        show_rows(rows, COLUMNS, form, output)


def _periods(directory: Directory) -> Iterator[Body]:
    """Each body in the order of the directory, one that was renamed by each of its names."""
    for last in directory:
        yield from (each for each in directory.earlier if each.code == last.code)
        yield last


def _row(body: Body) -> dict[str, Any]:
    return {
        "code": body.code,
        "name": body.name,
        "kind": body.kind,
        "head": body.head,
        "emails": [*body.emails],
        "copies": [*body.copies],
        "mail": str(body.mail),
        "valid_from": body.valid_from and body.valid_from.isoformat(),
        "valid_to": body.valid_to and body.valid_to.isoformat(),
        "valid": body.valid_on(today()),
        "successors": [*body.successors],
    }


def _table(rows: list[dict[str, Any]], width: int | None) -> str:
    """*rows* for a person; days and successors only where any body has some."""
    told = words()
    columns = [
        Column(told.say("bodies.code")),
        Column(told.say("bodies.name"), least=28),
        Column(told.say("bodies.kind"), least=8),
        Column(told.say("bodies.head"), least=10),
        Column(told.say("bodies.address"), least=8),
    ]
    if any(row["valid_from"] or row["valid_to"] for row in rows):
        columns.append(Column(told.say("bodies.valid"), least=12))
    return fitted(columns, [_cells(row)[: len(columns)] for row in rows], width)


def _cells(row: dict[str, Any]) -> list[object]:
    told = words()
    return [
        row["code"],
        row["name"],
        told.say(f"bodies.kind_{row['kind']}"),
        row["head"],
        row["emails"],
        _days(row),
    ]


def _days(row: dict[str, Any]) -> str:
    """From when to when the body is there under this name; empty where that is not limited."""
    shown = [
        words().say(key, day=date.fromisoformat(day))
        for key, day in (("bodies.from", row["valid_from"]), ("bodies.to", row["valid_to"]))
        if day
    ]
    if row["successors"]:
        shown.append(f"→ {', '.join(row['successors'])}")
    return " ".join(shown)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Whether FILE can be used."""
    bodies = list(load_directory(file) or ())
    offices = [body.code for body in bodies if body.kind == "office"]
    told = words()
    office = told.say("bodies.then").join(offices) or told.say("bodies.nobody")
    say(told.say("bodies.usable", file=file, number=len(bodies), office=office))
