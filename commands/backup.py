"""`dondoc backup`: a copy of the database while the service runs, or how to make one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .assembly.application import open_application
from .terminal.documented import Command
from .terminal.options import FOUND, Context, in_context
from .terminal.presentation import say
from .terminal.words import words


@click.command("backup", cls=Command)
@click.argument("path", type=click.Path(path_type=Path))
@in_context
def command(context: Context, path: Path) -> None:
    """Copy the database to the new file PATH, while the service runs."""
    store = open_application(context.settings, context.database).store
    tool = store.backup(path.absolute())
    if tool is not None:
        say(words().say("backup.by_tool", command=tool), err=True)
        sys.exit(FOUND)
    say(words().say("backup.done", path=path))
