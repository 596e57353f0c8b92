"""The messages that `replay` and `publish` take: from JSON-lines files, or those of the sample.

A line is only carried, never judged: what is wrong with a message the guard and the contract
say, exactly as for one that came from HSCV.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from ...connector.lines import LineError, Publishable, from_line
from ...rules.mendable import Mendable
from ...sample.generator import ENDING, generate, since
from .days import DayParam
from .progress import Progress
from .sources import LONGEST_LINE, FileLines, lines_of
from .usage import WholeNumber
from .words import words

AT_ONCE = 500
"""How many messages are taken together."""
_BYTES_AT_ONCE = 2 * 1024 * 1024
TOO_LONG = f"is longer than {LONGEST_LINE // 1024 // 1024} MiB"
_Function = TypeVar("_Function", bound=Callable[..., object])
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Feed:
    """A message to be fed, and where it stands ("events.jsonl:12"); ``line`` as it stands there,
    None for what is made up."""

    where: str
    message: Publishable = field(repr=False)
    line: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that cannot be a message, where it stands and why; nothing of it is kept, since
    nothing is known of its secrecy."""

    where: str
    reason: str


def feed_options(command: _Function) -> _Function:
    """FILE… or --sample with --ending and --scale."""
    for decorate in (
        click.option("--scale", type=WholeNumber(1, 1000), default=1),
        click.option("--ending", type=DayParam()),
        click.option("--sample", is_flag=True),
        click.argument("files", nargs=-1, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def require_chosen(files: tuple[Path, ...], sample: bool) -> None:
    """Raises UsageError where neither files nor the sample are asked for, or both."""
    if sample == bool(files):
        raise click.UsageError(words().say("terminal.input.which"))


def require_dialect(dialect: str | None, normal_because: str | None, *, sample: bool) -> None:
    """Raises UsageError where a *dialect* is asked for with the *sample*, or what only holds in a
    dialect without one."""
    if dialect is not None and sample:
        raise click.UsageError(words().say("terminal.input.sample_in_dialect"))
    if normal_because is not None and dialect is None:
        raise click.UsageError(words().say("terminal.input.no_dialect"))
    if normal_because is not None and not normal_because.strip():
        raise click.UsageError(words().say("dialect.try.no_reason"))


def chosen_feeds(
    files: tuple[Path, ...], sample: bool, ending: date | None, scale: int
) -> Iterator[Feed]:
    """The messages of *files*, or of the sample that ends on *ending*, *scale* times as many.

    Raises UsageError where neither or both are asked for, and Mendable, while they are taken, for
    a file that cannot be read, a line that cannot be a message or a sample that cannot be made.
    """
    require_chosen(files, sample)
    return of_sample(ending, scale) if sample else _of_files(files)


def sample_since(ending: date | None) -> date:
    """The first day of the sample that ends on *ending*."""
    return since(ending or ENDING)


def in_batches(
    items: Iterator[_Item], label: str, size: Callable[[_Item], int]
) -> Iterator[list[_Item]]:
    """*items* in `batches`, with a line on stderr while somebody watches it on a terminal."""
    done = 0
    with Progress(label) as progress:
        for batch in batches(items, size):
            yield batch
            done += len(batch)
            progress.at(done)


def batches(
    items: Iterable[_Item], size: Callable[[_Item], int] = lambda _: 0
) -> Iterator[list[_Item]]:
    """*items*, many at once, but no more than those that are some megabytes together by the *size*
    of each in bytes. What was taken before one could not be had is given before the error is
    raised."""
    batch: list[_Item] = []
    bytes_ = 0
    try:
        for item in items:
            batch.append(item)
            bytes_ += size(item)
            if len(batch) == AT_ONCE or bytes_ >= _BYTES_AT_ONCE:
                yield batch
                batch, bytes_ = [], 0
    except Mendable:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def feeds_in(lines: FileLines) -> Iterator[Feed | BrokenLine]:
    """The message of each of *lines* that is not blank, or what is wrong with the line."""
    for number, line in lines:
        where = f"{lines.name}:{number}"
        if line is None:
            yield BrokenLine(where, TOO_LONG)
        elif line and not line.isspace():
            try:
                yield Feed(where, from_line(line), line)
            except LineError as error:
                yield BrokenLine(where, str(error))


def of_sample(ending: date | None, scale: int) -> Iterator[Feed]:
    """The messages of the sample that ends on *ending*, *scale* times as many."""
    try:
        for number, message in enumerate(generate(ending or ENDING, scale), 1):
            yield Feed(f"sample: event {number}", message)
    except ValueError as error:
        raise Mendable(
            words().say("terminal.input.no_sample", problem=words().sentence(error))
        ) from error


def _of_files(files: Iterable[Path]) -> Iterator[Feed]:
    for path in files:
        with lines_of(path) as lines:
            for feed in feeds_in(lines):
                if isinstance(feed, BrokenLine):
                    raise LineError(f"{feed.where}: {feed.reason}")
                yield feed
