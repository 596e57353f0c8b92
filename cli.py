"""The command line: which commands there are, each with its line in the list of `--help`.

What a command takes and does stands in the module of its name in `commands/`, as ``command``,
which is imported when it is named: `dondoc --help` does not wait for a database driver.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from .commands.terminal.ending import Commands
from .commands.terminal.lazy import Unloaded
from .commands.terminal.options import Context
from .commands.terminal.words import language_option

COMMANDS: Mapping[str, str] = {
    "run": "Consume events, relay reminders, serve metrics, until SIGTERM or SIGINT.",
    "declare": "Declare what is missing on the broker.",
    "check": "Try everything, and say what to mend.",
    "migrate": "Bring the database to the schema of this version.",
    "status": "The board: what is open and overdue with whom, tasks by status, and how the service"
    " fares.",
    "list": "Obligations.",
    "show": "The timeline of SUBJECT: its events and its obligations.",
    "explain": "Why this date? OBLIGATION is an id as `list` shows it, or its beginning.",
    "remind": "One pass of the scheduler; --as-of implies --dry-run.",
    "replay": "Take events from JSON lines through the same pipeline, without a broker.",
    "publish": "Publish events from JSON lines to the broker, as HSCV would.",
    "reprocess": "Project stored events again, by the law as it is now, and show the difference.",
    "dead": "Events that could not be taken, with the reason.",
    "purge": "Erase SUBJECT, and whatever else is secret and not erased everywhere yet.",
    "backup": "Copy the database to the new file PATH, while the service runs.",
    "calendar": "The days of YEAR that differ from a plain week.",
    "term": "The last day of a term of working days that an event on DAY begins.",
    "regulation": "Regulations: which apply, what they say, whether a file can be used.",
    "bodies": "The directory of bodies.",
    "report": "The reports that the regulation wants handed in, on the terminal or as a file.",
}
"""Each command with the first paragraph of its own help."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="Settings file [dondoc.toml].")
@click.option("--database", metavar="URL", help="Database, instead of the settings' one.")
@click.version_option(package_name="dondoc")
@click.pass_context
def main(ctx: click.Context, config: Path | None, database: str | None) -> None:
    """Tracks the tasks that leaders assign in documents, and urges whoever is late."""
    ctx.obj = Context(config, database)


for _name, _line in COMMANDS.items():
    main.add_command(Unloaded(_name, f"{__package__}.commands.{_name}", _line))
main.params.append(language_option())
