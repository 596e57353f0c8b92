"""`dondoc replay`: events from files or the sample through the pipeline, without a broker."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date
from pathlib import Path

import click

from ..connector.contract.verdicts import Message
from ..connector.handled import Result
from ..connector.moving.export_file import is_export
from ..storage.advancing import advance
from ..storage.audit import Course
from ..storage.leaps import look
from .assembly.application import Application, held, prepare_application
from .assembly.clock import now, uptime
from .assembly.databases import makes_unnamed
from .assembly.operator import recorded
from .terminal.documented import Command
from .terminal.feeds import (
    BrokenLine,
    Feed,
    batches,
    feed_options,
    feeds_in,
    of_sample,
    require_chosen,
    sample_since,
)
from .terminal.moving_in import move_in
from .terminal.options import DONE, FAILED, FOUND, Context, in_context
from .terminal.presentation import say
from .terminal.progress import Progress
from .terminal.refusals import Refusals, refusals_to
from .terminal.sources import FileLines, lines_of
from .terminal.words import words


@click.command("replay", cls=Command)
@feed_options
@click.option("--refused", type=click.Path(path_type=Path, dir_okay=False))
@in_context
def command(
    context: Context,
    files: tuple[Path, ...],
    sample: bool,
    ending: date | None,
    scale: int,
    refused: Path | None,
) -> None:
    """Take events from JSON lines through the same pipeline, without a broker."""
    require_chosen(files, sample)
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
        replaying = _Replaying(application, refusals, course)
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


class _Replaying:
    """Takes feeds in and counts what becomes of them."""

    def __init__(self, application: Application, refusals: Refusals, course: Course) -> None:
        self._course = course
        self._intake = application.intake_of_files
        self._refusals = refusals
        self._counted: Counter[str] = Counter()
        self._broken = 0

    def take(
        self,
        feeds: Iterable[Feed | BrokenLine],
        progress: Progress,
        lines: FileLines | None = None,
    ) -> None:
        """Take *feeds*, of the file of *lines*, in."""
        for batch in batches(feeds):
            sound = [each for each in batch if isinstance(each, Feed)]
            handled = iter(self._intake.handle([_message(feed) for feed in sound], now()))
            for each in batch:
                if isinstance(each, BrokenLine):
                    self._broken += 1
                    self._refusals.broken(each)
                else:
                    become = next(handled)
                    self._counted[become.result] += 1
                    self._refusals.handled(each, become)
            self._course.number = self.number
            self._course.details = {str(name): count for name, count in self._counted.items()}
            progress.at(self.number, lines.place if lines is not None else None)

    @property
    def number(self) -> int:
        """How many events were taken so far."""
        return self._counted.total()

    @property
    def takes_nothing_of_ours(self) -> bool:
        """Whether all events were other units': a unit that was given another name, perhaps."""
        return 0 < self.number == self._counted[Result.FOREIGN]

    def summary(self) -> str:
        """What became of how many: a line."""
        numbers = {f"replay.{result}": self._counted[result] for result in Result}
        numbers["replay.unreadable"] = self._broken
        said = [words().say(key, number=number) for key, number in numbers.items() if number]
        results = ", ".join(said) or words().say("replay.none")
        return words().say("replay.summary", number=self.number, results=results)


@contextmanager
def _telling_how_to_go_on(replaying: _Replaying) -> Iterator[None]:
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


def _message(feed: Feed) -> Message:
    given = feed.message
    return Message(given.body, given.content_type, given.headers, given.content_encoding)
