"""The commands that keep an installation in order: dead letters, secrecy, backups.

Like the rest of the command line: parse, call one function, print.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .terminal.options import DONE, FOUND, Context, Name, format_option, in_context
from .terminal.presentation import say, show_rows

_which_argument = click.argument("which", metavar="[N|ID]", required=False)
_all_option = click.option("--all", "everything", is_flag=True, help="Every dead letter.")


@click.group()
def dead() -> None:
    """Events that could not be taken, with the reason."""


@dead.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@format_option
@in_context
def dead_list(context: Context, limit: int, form: str) -> None:
    """The oldest dead letters."""
    from ..connector.dead_letters import COLUMNS
    from .dead import list_letters

    show_rows(list_letters(context.settings, limit), COLUMNS, form)


@dead.command("show")
@click.argument("which", metavar="N|ID")
@in_context
def dead_show(context: Context, which: str) -> None:
    """One dead letter whole: N is its position in the list, ID the beginning of its id."""
    from .dead import show_letter

    for line in show_letter(context.settings, which):
        say(line)


@dead.command("retry")
@_which_argument
@_all_option
@format_option
@in_context
def dead_retry(context: Context, which: str | None, everything: bool, form: str) -> None:
    """Hand dead letters to the service again where they are valid now."""
    from .dead import RETRY_COLUMNS, retry

    rows = retry(context.settings, which, everything)
    show_rows(rows, RETRY_COLUMNS, form)
    sys.exit(FOUND if any(row["outcome"] == "stays" for row in rows) else DONE)


@dead.command("drop")
@_which_argument
@_all_option
@click.option("--yes", is_flag=True, help="With --all: do not ask.")
@in_context
def dead_drop(context: Context, which: str | None, everything: bool, yes: bool) -> None:
    """Remove dead letters for good."""
    from .dead import drop

    if everything and which is None and not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to ask: give --yes to drop every dead letter")
        click.confirm("Drop every dead letter for good?", abort=True, err=True)
    say(f"{drop(context.settings, which, everything)} dead letters dropped")


@click.command()
@click.argument("subject", type=Name(), required=False)
@click.option(
    "--kind", type=click.Choice(("document", "feedback", "inspection")), default="document"
)
@click.option("--lift", is_flag=True, help="Let events of SUBJECT be stored again.")
@click.option("--export", "target", type=click.Path(path_type=Path), help="Write what is redacted.")
@click.option("--apply", "source", type=click.Path(path_type=Path), help="Redact what FILE lists.")
@in_context
def purge(
    context: Context,
    subject: str | None,
    kind: str,
    lift: bool,
    target: Path | None,
    source: Path | None,
) -> None:
    """Erase SUBJECT, and whatever else is secret and not erased everywhere yet.

    With --apply, after a backup was restored: everything that the exported list names.
    """
    from .purging import Purging

    if sum(each is not None for each in (subject, target, source)) != 1:
        raise click.UsageError("name SUBJECT, --export FILE or --apply FILE, one of the three")
    if subject is not None and not subject.strip():
        raise click.UsageError("SUBJECT is empty")
    if lift and subject is None:
        raise click.UsageError("--lift takes a SUBJECT")
    work = Purging(context.settings, context.database)
    remaining: list[str] = []
    if target is not None:
        told = work.export(target)
    elif source is not None:
        told, remaining = work.apply(source)
    elif lift:
        told = work.lift(kind, subject or "")
    else:
        told, remaining = work.purge(kind, subject or "")
    say(told)
    for line in remaining:
        say(f"remains: {line}", err=True)
    sys.exit(FOUND if remaining else DONE)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@in_context
def backup(context: Context, path: Path) -> None:
    """Copy the database to the new file PATH, while the service runs."""
    from .assembly.application import open_application

    store = open_application(context.settings, context.database).store
    command = store.backup(path.absolute())
    if command is not None:
        say(f"PostgreSQL is backed up by its own tool; run: {command}", err=True)
        sys.exit(FOUND)
    say(f"{path}: complete and on the disk")
