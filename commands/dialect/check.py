"""`dondoc dialect check`: every fault of a dialect file at once, or in a line what it is."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ...connector.dialects.files.faults import DialectRefused
from ..assembly.dialects import DialectFile, load_dialect_file
from ..assembly.loading import load_directory
from ..terminal.documented import Command
from ..terminal.options import DONE, FOUND, Context, in_context
from ..terminal.presentation import say
from ..terminal.words import words
from .describing import described


@click.command("check", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@in_context
def command(context: Context, file: Path) -> None:
    """Whether FILE can be used, with all that is wrong with it."""
    sys.exit(FOUND if _checked(context, file) is None else DONE)


def _checked(context: Context, file: Path) -> DialectFile | None:
    directory = load_directory(context.settings.tracking.bodies)
    told = words()
    try:
        read = load_dialect_file(file, directory)
    except DialectRefused as refused:
        for fault in refused.faults:
            say(told.sentence(fault))
        say(told.say("dialect.check.faults", file=file, number=len(refused.faults)))
        return None
    say(f"{file}: {described(read)}")
    return read
