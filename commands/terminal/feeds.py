"""The messages that `replay` and `publish` take: from JSON-lines files, or those of the sample.

A line is only carried, never judged: what is wrong with a message the guard and the contract
say, exactly as for one that came from HSCV.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TypeVar

import click

from ...connector.lines import Publishable, read_lines
from ...rules.mendable import Mendable
from ...sample.generator import ENDING, generate, since
from ..assembly.reading import NOT_UTF8, UTF16
from .days import DayParam
from .usage import Whole

AT_ONCE = 500
"""How many messages are taken together."""
_Function = TypeVar("_Function", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Feed:
    """A message to be fed, and where it stands ("events.jsonl:12")."""

    where: str
    message: Publishable = field(repr=False)


def feed_options(command: _Function) -> _Function:
    """FILE… or --sample with --ending and --scale."""
    for decorate in (
        click.option("--scale", type=Whole(1, 1000), default=1, help="How many samples large."),
        click.option("--ending", type=DayParam(), help="The sample's last day (2026-03-31)."),
        click.option("--sample", is_flag=True, help="A generated quarter of a district."),
        click.argument("files", nargs=-1, type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


def chosen_feeds(
    files: tuple[Path, ...], sample: bool, ending: date | None, scale: int
) -> Iterator[Feed]:
    """The messages of *files*, or of the sample that ends on *ending*, *scale* times as many.

    Raises UsageError where neither or both are asked for, and Mendable, while they are taken, for
    a file that cannot be read or a sample that cannot be made.
    """
    if sample == bool(files):
        raise click.UsageError("name FILE… or give --sample, one of the two")
    return _of_sample(ending or ENDING, scale) if sample else _of_files(files)


def sample_since(ending: date | None) -> date:
    """The first day of the sample that ends on *ending*."""
    return since(ending or ENDING)


def in_batches(feeds: Iterator[Feed], label: str) -> Iterator[list[Feed]]:
    """*feeds*, many at once, with a bar on stderr while somebody watches it on a terminal."""
    if not sys.stderr.isatty():
        yield from _batches(feeds)
        return
    with click.progressbar(feeds, label=label, file=sys.stderr) as bar:
        yield from _batches(iter(bar))


def _batches(feeds: Iterator[Feed]) -> Iterator[list[Feed]]:
    while batch := list(islice(feeds, AT_ONCE)):
        yield batch


def _of_files(files: Iterable[Path]) -> Iterator[Feed]:
    for path in files:
        try:
            with path.open("rb") as file:
                if file.peek(2).startswith(UTF16):
                    raise Mendable(f"{path}: {NOT_UTF8}")
                # Bytes that are no UTF-8 come through as they are: the guard is to refuse them.
                lines = TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="\n")
                for where, message in read_lines(lines, str(path)):
                    yield Feed(where, message)
        except OSError as error:
            raise Mendable(f"{path}: cannot be read: {error.strerror}") from error


def _of_sample(ending: date, scale: int) -> Iterator[Feed]:
    try:
        for number, message in enumerate(generate(ending, scale), 1):
            yield Feed(f"sample: event {number}", message)
    except ValueError as error:
        raise Mendable(f"sample: {error}") from error
