"""The command line: which commands there are, under the headings that `--help` lists them under.

What a command takes and does stands in the module of its name in `commands/`, as ``command``,
which is imported when it is named: `dondoc --help` does not wait for a database driver. What is
said of a command stands in commands/texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from .commands.terminal.ending import Commands
from .commands.terminal.lazy import Unloaded
from .commands.terminal.options import Context

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "looking": ("status", "list", "show", "explain"),
    "reports": ("report",),
    "reminders": ("remind", "reminders", "snooze", "mail"),
    "service": ("init", "run", "declare", "check"),
    "events": ("replay", "publish", "dialect", "dead", "rejections", "reconcile"),
    "database": ("migrate", "backup", "export", "archive", "reprocess", "purge", "audit"),
    "law": ("regulation", "bodies", "calendar", "term"),
}
"""The names of the commands by the heading (`[terminal.headings]`) that they stand under."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path))
@click.option("--database", metavar="URL")
@click.version_option(package_name="dondoc")
@click.pass_context
def main(ctx: click.Context, config: Path | None, database: str | None) -> None:
    """Tracks the tasks that leaders assign in documents, and urges whoever is late."""
    ctx.obj = Context(config, database)


for _heading, _names in COMMANDS.items():
    for _name in _names:
        main.list_under(_heading, Unloaded(_name, f"{__package__}.commands.{_name}"))
