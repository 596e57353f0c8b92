"""`dondoc dialect check`: every fault of a dialect file at once, or in a line what it is."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...rules.places import FileError
from ..assembly.dialects import DialectFile, load_dialect_file
from ..assembly.loading import load_directory
from ..terminal.checked import checked
from ..terminal.documented import Command
from ..terminal.options import DONE, FOUND, Context, in_context
from ..terminal.presentation import clean, say
from ..terminal.unlisted import own_directory, unlisted_in_table
from ..terminal.words import words
from .describing import described
from .laid_out import folded_line
from .naming import refuse_a_format
from .reasons import told_reason


@click.command("check", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@in_context
def command(context: Context, file: Path) -> None:
    """Whether FILE can be used, with all that is wrong with it."""
    read = _checked(context, file)
    if read is None:
        sys.exit(FOUND)
    directory = own_directory(context.settings.tracking)
    unlisted = {} if directory is None else unlisted_in_table(read.data, directory)
    for name, code in unlisted.items():
        said = words().say("dialect.check.unlisted", file=file, name=clean(name), code=clean(code))
        say("\n".join(folded_line(said)))
    sys.exit(FOUND if unlisted else DONE)


def _checked(context: Context, file: Path) -> DialectFile | None:
    directory = load_directory(context.settings.tracking.bodies)
    refuse_a_format(file)
    read = checked(file, lambda: load_dialect_file(file, directory), _say_fault)
    if read is not None:
        say("\n".join(folded_line(f"{file}: {described(read)}", lists=True)))
    return read


def _say_fault(fault: FileError) -> None:
    text = words().told(fault) if fault.code else told_reason(fault)
    say("\n".join(folded_line(text)))
