"""`dondoc mail …`: letters to bodies: the process that sends them, and how they fare.

A module for each, with its command as ``command``; it is loaded when it is named.
"""

from __future__ import annotations

import click

from ..terminal.lazy import LazyGroup, Unloaded

COMMANDS = ("run", "list", "show", "retry")


@click.group("mail", cls=LazyGroup)
def command() -> None:
    """Letters to bodies: send them, and see how they fare."""


for _name in COMMANDS:
    command.add_command(Unloaded(_name, f"{__package__}.{_name}"))
