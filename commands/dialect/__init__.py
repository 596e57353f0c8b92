"""`dondoc dialect …`: how an HSCV speaks: what is wrong with a file of it, what comes of messages,
and what it says in words. Neither a broker nor a database is asked.

A module for each, with its command as ``command``; it is loaded when it is named.
"""

from __future__ import annotations

import click

from ..terminal.lazy import LazyGroup, Unloaded

COMMANDS = {"check": "check", "try": "trying", "show": "show"}


@click.group("dialect", cls=LazyGroup)
def command() -> None:
    """Dialects: check how an HSCV speaks, try it on messages, and look at it."""


for _name, _module in COMMANDS.items():
    command.add_command(Unloaded(_name, f"{__package__}.{_module}"))
