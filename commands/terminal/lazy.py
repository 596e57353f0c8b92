"""Commands whose modules are imported when they are run, and not to list them.

A list of commands needs a line of each; whatever a command works with (a database driver, a
client of the broker, the calendar) is loaded when that command was named.
"""

from __future__ import annotations

from importlib import import_module

import click

from .words import with_language


class Unloaded(click.Command):
    """A command of which the *line* for the list is known, and the *module* that has it as
    ``command``."""

    def __init__(self, name: str, module: str, line: str) -> None:
        super().__init__(name, help=line)
        self._module = module

    def load(self) -> click.Command:
        """The command itself, which takes --lang."""
        command: click.Command = import_module(self._module).command
        return with_language(command)


class LazyGroup(click.Group):
    """A group that loads a command when it is named."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that *args* begin with, loaded, and what follows it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, Unloaded) else command, rest
