"""`dondoc bodies …`: whether a directory of bodies can be used."""

from __future__ import annotations

from pathlib import Path

import click

from .assembly.loading import load_directory
from .terminal.documented import Group
from .terminal.presentation import say
from .terminal.words import words


@click.group("bodies", cls=Group)
def command() -> None:
    """The directory of bodies."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Whether FILE can be used."""
    bodies = list(load_directory(file) or ())
    offices = [body.code for body in bodies if body.kind == "office"]
    told = words()
    office = told.say("bodies.then").join(offices) or told.say("bodies.nobody")
    say(told.say("bodies.usable", file=file, number=len(bodies), office=office))
