"""`dondoc report …`: the reports that the regulation wants, and what goes with them.

A module for each, with its command as ``command``; it is loaded when it is named.
"""

from __future__ import annotations

from collections.abc import Mapping

import click

from ..terminal.lazy import LazyGroup, Unloaded

COMMANDS: Mapping[str, str] = {
    "body_progress": "How a body carried out its tasks in a period (Điều 19.1, 20.1).",
    "office_progress": "The Office's report over all bodies (Điều 18.2).",
    "inspection_summary": "The Office's summary of inspections (Điều 16.3).",
    "site": "Static pages of the unit, of each body and of each overdue obligation, in DIR.",
}
"""Each with the first paragraph of its own help."""


@click.group("report", cls=LazyGroup)
def command() -> None:
    """The reports that the regulation wants handed in, on the terminal or as a file."""


for _name, _line in COMMANDS.items():
    command.add_command(Unloaded(_name, f"{__package__}.{_name}", _line))
