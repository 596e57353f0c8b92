"""Commands whose modules are imported when they are run, and not to list them.

A list of commands needs a line of each, which stands in the texts; whatever a command works with
(a database driver, a client of the broker, the calendar) is loaded when that command was named.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from .documented import Group

_NEW_OBJECTS = 10_000


class Unloaded(click.Command):
    """A command of which the *module* is known that has it as ``command``."""

    def __init__(self, name: str, module: str) -> None:
        super().__init__(name)
        self._module = module

    def load(self) -> click.Command:
        """The command itself."""
        # What is loaded stays: looking through it for garbage again and again takes a tenth of the
        # start.
        gc.set_threshold(_NEW_OBJECTS)
        command: click.Command = import_module(self._module).command
        return command


class LazyGroup(Group):
    """A group that loads a command when it is named, and lists them under headings."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._under: dict[str, list[str]] = {}

    def list_under(self, heading: str, command: Unloaded) -> None:
        """Add *command*, under the heading of that key."""
        self.add_command(command)
        self._under.setdefault(heading, []).append(command.name or "")

    def headings(self) -> Mapping[str, Sequence[str]]:
        """The names of the commands under the keys of their headings."""
        return self._under or super().headings()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that *args* begin with, loaded, and what follows it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, Unloaded) else command, rest
