"""`dondoc dialect show`: what a dialect file says, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..assembly.dialects import DialectFile, load_dialect_file
from ..assembly.loading import load_directory
from ..terminal.documented import Command
from ..terminal.fitted import Column, fitted, present, room
from ..terminal.options import Context, format_option, in_context
from ..terminal.presentation import as_json, emit, show_rows
from ..terminal.widths import width_of
from ..terminal.words import words
from .describing import Part, heading, parts

COLUMNS = ("event", "part", "read_from")


@click.command("show", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@format_option
@in_context
def command(context: Context, file: Path, form: str) -> None:
    """What the dialect in FILE says, in words."""
    read = load_dialect_file(file, load_directory(context.settings.tracking.bodies))
    if form == "json":
        emit(as_json(_for_programs(read)))
        return
    found = list(parts(read.data))
    if form == "csv":
        show_rows([each._asdict() for each in found], COLUMNS, form)
    else:
        present([_heading(read), _table(found) if found else ""], None)


def _for_programs(read: DialectFile) -> dict[str, Any]:
    """The file as it is written, under its whole name, and the aliases that count besides."""
    return {**read.data, "name": read.dialect.name, "aliases": dict(read.aliases)}


def _heading(read: DialectFile) -> str:
    told = words()
    lines = [(told.say(f"dialect.show.{key}"), said) for key, said in heading(read)]
    widest = max(width_of(name) for name, _ in lines)
    return "\n".join(f"{name}{' ' * (widest - width_of(name))}  {said}" for name, said in lines)


def _table(found: list[Part]) -> str:
    told = words()
    columns = [
        Column(told.say("dialect.show.event")),
        Column(told.say("dialect.show.part")),
        Column(told.say("dialect.show.read_from"), least=24),
    ]
    rows: list[tuple[str, str, str]] = []
    before = ""
    for each in found:
        part = each.part if each.own else told.say(f"dialect.show.{each.part}")
        rows.append(("" if each.event == before else each.event, part, each.read_from))
        before = each.event
    return fitted(columns, rows, room())
