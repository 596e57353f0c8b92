"""`dondoc bodies`: the directory of bodies, and whether one can be used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from ..rules.body import Body
from ..rules.directory import KINDS, OFFICE, Directory
from ..rules.mendable import Mendable
from ..rules.reading.body_list import BodyList
from .assembly.body_lists import body_toml, load_body_list
from .assembly.clock import today
from .assembly.loading import load_directory
from .terminal.checked import checked
from .terminal.documented import ActingGroup
from .terminal.fitted import Column, fitted, present, room
from .terminal.options import (
    FOUND,
    Context,
    format_chosen,
    format_option,
    in_context,
    output_option,
)
from .terminal.presentation import say, show_rows
from .terminal.words import words
from .terminal.writing import refuse_as_output, write_new

COLUMNS = (
    *("code", "name", "kind", "head", "emails", "copies", "mail"),
    *("valid_from", "valid_to", "valid", "successors"),
)

_TOLD_PROBLEMS = 20


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
    settings = context.settings
    directory = require_directory(settings, context.database or settings.database_url)
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
    """Whether FILE can be used, or all that is wrong with it."""
    directory = checked(file, lambda: load_directory(file))
    if directory is None:
        sys.exit(FOUND)
    bodies = list(directory)
    offices = [body.code for body in bodies if body.kind == "office"]
    told = words()
    office = told.say("bodies.then").join(offices) or told.say("bodies.nobody")
    say(told.say("bodies.usable", file=file, number=len(bodies), office=office))


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@output_option
def import_(file: Path, output: Path | None) -> None:
    """Make a directory of the list in FILE."""
    found, told = load_body_list(file), words()
    for problem in found.problems[:_TOLD_PROBLEMS]:
        say(told.told(problem), err=True)
    if found.problems:
        wrong = told.say("bodies.import.wrong", file=file, number=len(found.problems))
        raise Mendable(wrong)
    text = body_toml(found, told.say("bodies.import.guess"))
    if output is None:
        say(text.rstrip("\n"))
    else:
        write_new(output, text)
        say(told.say("bodies.import.done", file=output, number=len(found.bodies)))
    for line in _notes(found):
        say(line, err=True)


def _notes(found: BodyList) -> Iterator[str]:
    """What was guessed, kind by kind, and what was left out, to be looked over."""
    told = words()
    for kind in sorted(KINDS):
        of_kind = [str(each["code"]) for each in found.bodies if each["kind"] == kind]
        if guessed := [code for code in of_kind if code in found.guessed]:
            named = told.say(f"bodies.kind_{kind}")
            yield told.say("bodies.import.guessed", kind=named, bodies=", ".join(guessed))
    if all(each["kind"] != OFFICE for each in found.bodies):
        yield told.say("bodies.import.no_office")
    if found.ended:
        yield told.say("bodies.import.ended", bodies=", ".join(found.ended))
    if found.left_out:
        yield told.say("bodies.import.left_out", columns=", ".join(found.left_out))
