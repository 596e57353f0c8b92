"""`dondoc bodies …`: whether a directory of bodies can be used."""

from __future__ import annotations

from pathlib import Path

import click

from .assembly.loading import load_directory
from .terminal.presentation import say


@click.group("bodies")
def command() -> None:
    """The directory of bodies."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Whether FILE can be used."""
    bodies = list(load_directory(file) or ())
    offices = [body.code for body in bodies if body.kind == "office"]
    say(f"{file}: {len(bodies)} bodies, the Office is {', then '.join(offices) or 'nobody'}")
