"""`dondoc report …`: the reports that the regulation wants, and what goes with them.

A module for each, with its command as ``command``; it is loaded when it is named.
"""

from __future__ import annotations

import click

from ..terminal.lazy import LazyGroup, Unloaded

COMMANDS = ("body_progress", "office_progress", "inspection_summary", "verify", "site")


@click.group("report", cls=LazyGroup)
def command() -> None:
    """The reports that the regulation wants handed in, on the terminal or as a file."""


for _name in COMMANDS:
    command.add_command(Unloaded(_name, f"{__package__}.{_name}"))
