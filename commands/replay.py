"""`dondoc replay`: events from files or the sample through the pipeline, without a broker; with
--dialect messages of an HSCV that does not speak the contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from pathlib import Path

import click

from ..connector.dialects.edxml.dialect import EdxmlDialect
from ..connector.examining import Tongue
from ..connector.moving.export_file import is_export
from ..storage.advancing import advance
from ..storage.audit import as_word
from ..storage.leaps import look
from .assembly.application import Application, directory_of, held, prepare_application
from .assembly.broker import message_limits
from .assembly.clock import now, uptime
from .assembly.databases import makes_unnamed
from .assembly.operator import recorded
from .assembly.spoken import spoken
from .terminal.dialect_feeds import dialect_inputs
from .terminal.documented import Command
from .terminal.feeds import (
    feed_options,
    feeds_in,
    of_sample,
    require_chosen,
    require_dialect,
    sample_since,
)
from .terminal.moving_in import move_in
from .terminal.options import DONE, FAILED, FOUND, Context, in_context
from .terminal.presentation import say
from .terminal.progress import Progress
from .terminal.refusals import refusals_to
from .terminal.replaying import Replaying
from .terminal.sources import FileLines, lines_of
from .terminal.words import words


@click.command("replay", cls=Command)
@feed_options
@click.option("--dialect", metavar="FILE|NAME")
@click.option("--normal-because")
@click.option("--refused", type=click.Path(path_type=Path, dir_okay=False))
@in_context
def command(
    context: Context,
    files: tuple[Path, ...],
    sample: bool,
    ending: date | None,
    scale: int,
    dialect: str | None,
    normal_because: str | None,
    refused: Path | None,
) -> None:
    """Take events from JSON lines through the same pipeline, without a broker."""
    require_chosen(files, sample)
    require_dialect(dialect, normal_because, sample=sample)
    if dialect is not None:
        _replay_in_dialect(context, files, dialect, normal_because, refused)
        return
    with ExitStack() as stack:
        first = stack.enter_context(lines_of(files[0])) if files else None
        if first is not None and is_export(first.first()):
            if len(files) > 1 or refused:
                raise click.UsageError(words().say("replay.export_alone"))
            _move_in(context, files[0], first)
        else:
            _replay(context, files, first, sample, ending, scale, refused)


def _move_in(context: Context, path: Path, lines: FileLines) -> None:
    """Replay an export of a whole database, or an archive."""
    moved = move_in(context.settings, context.database, path, lines)
    waits = _let_days_pass(moved.application) if moved.days_pass else []
    for line in [*moved.lines, *waits]:
        say(line)
    sys.exit(moved.code)


def _replay(
    context: Context,
    files: tuple[Path, ...],
    first: FileLines | None,
    sample: bool,
    ending: date | None,
    scale: int,
    refused: Path | None,
) -> None:
    """Replay events of the sample or of *files*, the *first* of which is open."""
    since, label = sample_since(ending) if sample else None, words().say("replay.label")
    settings = context.settings
    if sample and makes_unnamed(settings, context.database):
        say(words().say("replay.on_trial", database=settings.database_url), err=True)
    application = prepare_application(settings, context.database, since)
    with (
        recorded(application.store, "replay") as course,
        refusals_to(refused, [*application.files, *files]) as refusals,
    ):
        replaying = Replaying(application.intake_of_files, refusals, course)
        with _telling_how_to_go_on(replaying):
            if sample:
                with Progress(label) as progress:
                    replaying.take(of_sample(ending, scale), progress)
            for file in files:
                with nullcontext(first) if file is files[0] and first else lines_of(file) as lines:
                    if is_export(lines.first()):
                        raise click.UsageError(words().say("replay.export_alone"))
                    with Progress(label, lines.size) as progress:
                        replaying.take(feeds_in(lines), progress, lines)
            waits = _let_days_pass(application)
    for line in [*refusals.told(), replaying.summary(), *waits]:
        say(line)
    # The sample's malformed events are there on purpose.
    faulty = (refusals.count > 0 and not sample) or replaying.takes_nothing_of_ours
    sys.exit(FOUND if faulty else DONE)


def _replay_in_dialect(
    context: Context,
    files: tuple[Path, ...],
    given: str,
    normal_because: str | None,
    refused: Path | None,
) -> None:
    """Replay messages of the dialect that *given* means, of *files* and folders."""
    settings = context.settings
    # What cannot be loaded is said before anything is made.
    queue = spoken(settings, given, directory_of(settings, context.database)).queue
    because = normal_because or (queue.normal_because if queue else None)
    application = prepare_application(settings, context.database)
    dialect = spoken(settings, given, application.law.directory).dialect
    tongue = Tongue(dialect, normal=because is not None)
    inputs = dialect_inputs(files, edxml=isinstance(dialect, EdxmlDialect))
    with (
        recorded(application.store, "replay") as course,
        refusals_to(refused, [*application.files, *files, Path(given)]) as refusals,
    ):
        course.details = {"dialect": as_word(dialect.name), "taken_as_normal": tongue.normal}
        replaying = Replaying(application.intake_in(tongue), refusals, course)
        with (
            _telling_how_to_go_on(replaying),
            Progress(words().say("replay.label")) as progress,
        ):
            replaying.take_in_dialect(inputs, tongue, message_limits(settings), progress)
        waits = _let_days_pass(application)
    normal = [words().say("dialect.try.normal", reason=because)] if because else []
    for line in [*refusals.told(), replaying.summary(), *normal, *waits]:
        say(line)
    sys.exit(FOUND if refusals.count else DONE)


@contextmanager
def _telling_how_to_go_on(replaying: Replaying) -> Iterator[None]:
    """Say on Ctrl-C that what was taken is stored, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        say(replaying.summary())
        say(words().say("replay.go_on"), err=True)
        sys.exit(FAILED)


def _let_days_pass(application: Application) -> Sequence[str]:
    """Let days pass up to today, as in the service, unless the clock is not believed; gives what
    to do about it then."""
    standing = look(application.store, now(), uptime())
    if not standing.believed:
        return [words().told(held(standing))]
    advance(application.store, application.law, standing.today)
    return []
