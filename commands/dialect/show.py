"""`dondoc dialect show`: what a dialect file says, in words."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import click

from ..assembly.dialects import DialectFile, load_dialect_file
from ..assembly.loading import load_directory
from ..terminal.documented import Command
from ..terminal.fitted import present
from ..terminal.options import Context, format_option, in_context
from ..terminal.presentation import as_json, emit, show_rows
from ..terminal.widths import width_of
from ..terminal.words import words
from .describing import Part, heading, parts
from .laid_out import pairs
from .naming import refuse_a_format

COLUMNS = ("event", "part", "read_from")


@click.command("show", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@format_option
@in_context
def command(context: Context, file: Path, form: str) -> None:
    """What the dialect in FILE says, in words."""
    refuse_a_format(file)
    read = load_dialect_file(file, load_directory(context.settings.tracking.bodies))
    if form == "json":
        emit(as_json(_for_programs(read)))
        return
    found = list(parts(read.data))
    if form == "csv":
        show_rows([each._asdict() for each in found], COLUMNS, form)
    else:
        present([_heading(read), _events(found)], None)


def _for_programs(read: DialectFile) -> dict[str, Any]:
    """The file as it is written, under its whole name, and the aliases that count besides."""
    return {**read.data, "name": read.dialect.name, "aliases": dict(read.aliases)}


def _heading(read: DialectFile) -> str:
    told = words()
    lines = [(told.say(f"dialect.show.{key}"), said) for key, said in heading(read)]
    return "\n".join(pairs(lines, lists=True))


def _events(found: list[Part]) -> str:
    """A block for each event: what it is, and below it where its parts are read."""
    told = words()
    rows = [
        (each.event, each.part if each.own else told.say(f"dialect.show.{each.part}"), each)
        for each in found
    ]
    widest = max((width_of(name) for _, name, _ in rows), default=0)
    blocks = []
    for event, parts_of in groupby(rows, key=lambda row: row[0]):
        named = [(name, each.read_from) for _, name, each in parts_of]
        blocks.append("\n".join([event, *pairs(named, "  ", lists=True, least=widest)]))
    return "\n\n".join(blocks)
