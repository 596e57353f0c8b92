"""The command line: parse, call one function, print.

Nothing else lives here. The commands that keep an installation in order stand in
`commands.upkeep`, those that look into the law's files in `commands.law`. Parts are imported
inside the commands, so that `dondoc --help` does not wait for a database driver or a calendar.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from .commands.law import bodies, calendar_, regulation, term
from .commands.terminal.ending import Commands
from .commands.terminal.options import (
    DONE,
    FOUND,
    Context,
    Day,
    Moment,
    Name,
    as_of_option,
    format_option,
    in_context,
    output_option,
)
from .commands.terminal.presentation import emit, say, show_rows
from .commands.terminal.writing import refuse_as_output
from .commands.upkeep import backup, dead, purge


def sample_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """FILE… or --sample with --ending and --scale."""
    for decorate in (
        click.option(
            "--scale", type=click.IntRange(1, 1000), default=1, help="How many samples large."
        ),
        click.option("--ending", type=Day(), help="The sample's last day (2026-03-31)."),
        click.option("--sample", is_flag=True, help="A generated quarter of a district."),
        click.argument("files", nargs=-1, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def read_messages(files: tuple[Path, ...], sample: bool, ending: date | None, scale: int) -> Any:
    """The messages of *files*, or of the sample; a usage error where neither or both are asked."""
    from .commands.feeding import feeds_of_files, feeds_of_sample

    if sample == bool(files):
        raise click.UsageError("name FILE… or give --sample, one of the two")
    return feeds_of_sample(ending, scale) if sample else feeds_of_files(files)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="Settings file [dondoc.toml].")
@click.option("--database", metavar="URL", help="Database, instead of the settings' one.")
@click.version_option(package_name="dondoc")
@click.pass_context
def main(ctx: click.Context, config: Path | None, database: str | None) -> None:
    """Tracks the tasks that leaders assign in documents, and urges whoever is late."""
    ctx.obj = Context(config, database)


@main.command()
@in_context
def run(context: Context) -> None:
    """Consume events, relay reminders, serve metrics, until SIGTERM or SIGINT."""
    from .commands.running import run_service

    run_service(context.settings, context.database)


@main.command()
@in_context
def declare(context: Context) -> None:
    """Declare what is missing on the broker."""
    from .commands.assembly.application import broker_address, broker_names
    from .connector.transport import Client
    from .connector.transport.topology import topology

    settings = context.settings
    with Client(broker_address(settings)) as client:
        for line in client.declare(topology(broker_names(settings))) or ("nothing was missing",):
            say(line)


@main.command()
@in_context
def check(context: Context) -> None:
    """Try everything, and say what to mend."""
    from .commands.checking import check_everything

    findings = check_everything(context.settings, context.database)
    for finding in findings:
        mark = {True: "ok  ", False: "mend", None: "?   "}[finding.fine]
        say(f"{mark}  {finding.what}: {finding.text}")
    sys.exit(FOUND if any(finding.fine is False for finding in findings) else DONE)


@main.command()
@in_context
def migrate(context: Context) -> None:
    """Bring the database to the schema of this version."""
    from .commands.assembly.application import migrate_database

    for line in migrate_database(context.settings, context.database):
        say(line)


@main.command()
@as_of_option
@format_option
@in_context
def status(context: Context, as_of: datetime | None, form: str) -> None:
    """The board: what is open and overdue with whom, tasks by status, and how the service fares."""
    from .commands.board import board

    emit(board(context.open(), as_of, form))


@main.command("list")
@click.option("--rule", type=Name(), help="Only this rule.")
@click.option("--body", type=Name(), help="Only this body's code.")
@click.option("--state", type=click.Choice(("open", "overdue", "met", "met_late", "void")))
@click.option("--subject", type=Name(), help="Only this document, feedback, inspection or period.")
@as_of_option
@format_option
@output_option
@in_context
def list_(
    context: Context,
    rule: str | None,
    body: str | None,
    state: str | None,
    subject: str | None,
    as_of: datetime | None,
    form: str,
    output: Path | None,
) -> None:
    """Obligations."""
    from .commands.board import OBLIGATION_COLUMNS, obligations

    application = context.open()
    refuse_as_output(output, application.files)
    rows = obligations(application, as_of, rule=rule, body=body, state=state, subject=subject)
    show_rows(rows, OBLIGATION_COLUMNS, form, output)


@main.command()
@click.argument("subject", type=Name())
@as_of_option
@format_option
@in_context
def show(context: Context, subject: str, as_of: datetime | None, form: str) -> None:
    """The timeline of SUBJECT: its events and its obligations."""
    from .commands.board import TIMELINE_COLUMNS, timeline

    show_rows(timeline(context.open(), subject, as_of), TIMELINE_COLUMNS, form)


@main.command()
@click.argument("obligation", type=Name())
@click.option("--lang", type=click.Choice(("en", "vi")), default="en", show_default=True)
@as_of_option
@in_context
def explain(context: Context, obligation: str, lang: str, as_of: datetime | None) -> None:
    """Why this date? OBLIGATION is an id as `list` shows it, or its beginning."""
    from .commands.board import explanation

    for line in explanation(context.open(), obligation, lang, as_of):
        say(line)


@main.command()
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and why the rest not.")
@click.option("--as-of", type=Moment(time(9)), help="Decide as of that time, or 9:00 of that day.")
@format_option
@in_context
def remind(context: Context, dry_run: bool, as_of: datetime | None, form: str) -> None:
    """One pass of the scheduler; --as-of implies --dry-run."""
    from .commands.board import DECISION_COLUMNS, decisions, remind_now

    if dry_run or as_of is not None:
        show_rows(decisions(context.open(), as_of), DECISION_COLUMNS, form)
    else:
        say(f"{remind_now(context.open())} reminders decided; the service publishes them")


@main.command()
@sample_options
@in_context
def replay(
    context: Context, files: tuple[Path, ...], sample: bool, ending: date | None, scale: int
) -> None:
    """Take events from JSON lines through the same pipeline, without a broker."""
    from .commands.feeding import replay as replay_messages
    from .commands.feeding import sample_since

    messages = read_messages(files, sample, ending, scale)
    since = sample_since(ending) if sample else None
    replayed = replay_messages(context.settings, context.database, messages, since, progress)
    for line in replayed.lines:
        say(line)
    # The sample's malformed events are there on purpose.
    sys.exit(FOUND if replayed.refused and not sample else DONE)


@main.command()
@sample_options
@in_context
def publish(
    context: Context, files: tuple[Path, ...], sample: bool, ending: date | None, scale: int
) -> None:
    """Publish events from JSON lines to the broker, as HSCV would."""
    from .commands.feeding import publish as publish_messages

    messages = read_messages(files, sample, ending, scale)
    say(publish_messages(context.settings, messages, progress))


@main.command()
@click.option("--all", "everything", is_flag=True, help="Every stream.")
@click.option("--subject", type=Name(), help="The streams of one subject.")
@click.option("--since", type=Day(), help="Streams with events since that day.")
@click.option("--rule", type=Name(), help="Streams in which an obligation of this rule differs.")
@click.option(
    "--through",
    type=Day(),
    help="Everything, judged by that day: goes back after the clock was wrong.",
)
@click.option("--dry-run", is_flag=True, help="Show the difference and write nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that project.",
)
@format_option
@in_context
def reprocess(context: Context, /, **options: Any) -> None:
    """Project stored events again, by the law as it is now, and show the difference."""
    from .commands.reworking import DIFFERENCE_COLUMNS
    from .commands.reworking import reprocess as project_again

    form = options.pop("form")
    rows = project_again(context.settings, context.database, **options)
    show_rows(rows, DIFFERENCE_COLUMNS, form)


for command in (dead, purge, backup, calendar_, term, regulation, bodies):
    main.add_command(command)


def progress(items: Iterable[Any], length: int | None, label: str) -> Iterator[Any]:
    """*items*, with a bar on stderr while somebody watches it on a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=length, label=label, file=sys.stderr) as bar:
        yield from bar
